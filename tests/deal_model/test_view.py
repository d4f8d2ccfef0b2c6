"""The view of win probabilities in both languages, over hand-made scores."""

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from charts.calibration import CalibrationLabels, calibration_plot
from crm_data.queries.deal_scores import DEAL_CHANCES, WEIGHTED_PIPELINE
from crm_data.queries.deals import DealCut
from crm_data.scope import EVERYTHING
from crm_data.settings import Settings
from tests.pages.conftest import texts
from ui import deal_model_loaders as load
from ui.context import PageContext
from ui.deal_model_frames import bins, open_deals, ways
from ui.deal_reason_words import deal_reasons
from ui.formats import Formats
from ui.translations import catalogue

BIN = {"predicted": 0.3, "observed": 0.25, "low": 0.1, "high": 0.5, "upper": 0.4, "n": 9,
       "deals": 8, "won": 2}  # fmt: skip
WAY = {"n": 9, "deals": 8, "brier": 0.2, "log_loss": 0.6, "auc": 0.7, "auc_low": 0.6,
       "auc_high": 0.8, "gain": 0.0, "gain_low": 0.0, "gain_high": 0.0}  # fmt: skip
JUDGED: dict[str, Any] = {
    "verdict": "useful", "method": "model", "as_of": "2025-12-31", "horizon_days": 102,
    "requirements": [{"name": "closed_deals", "found": 584, "needed": 200, "is_met": True}],
    "ways": [{"way": "model", **WAY},
             {"way": "stage", **WAY, "brier": 0.25, "gain": 0.05, "gain_low": 0.01,
              "gain_high": 0.09}],
    "reliability": {"model": [BIN], "stage": [BIN]}, "judged": {"deals": 8},
    "stages": [{"pipeline": "P", "stage": "negotiation", "learned": 0.4, "learned_low": 0.3,
                "learned_high": 0.5, "closed": 40},
               {"pipeline": "Q", "stage": "z", "learned": None, "learned_low": None,
                "learned_high": None, "closed": 3}],
}  # fmt: skip
FEW = JUDGED | {
    "verdict": "too_few_closed", "method": "stage", "ways": None, "reliability": None,
    "requirements": [{"name": "closed_deals", "found": 150, "needed": 200, "is_met": False}],
}  # fmt: skip
REASONS = [
    {"code": "days_in_stage:high", "value": 90.0, "usual": 20.0, "effect": -1.2},
    {"code": "amount_ratio:low", "value": float(np.log(0.5)), "usual": 0.0, "effect": 0.4},
    {"code": "stage=negotiation", "effect": 0.3},
]


def chances(method: str) -> pd.DataFrame:
    row = {"opportunity_no": 1, "opportunity_id": "D1", "name": "Big *deal*", "pipeline": "P",
           "stage": "negotiation", "amount": 1000, "probability": 0.7, "win_probability": 0.42,
           "low": 0.3, "high": 0.5, "known_deals": 40, "method": method,
           "reasons": json.dumps(REASONS if method == "model" else []),
           "weighted_amount": 420}  # fmt: skip
    return DEAL_CHANCES.conform(pd.DataFrame([row], columns=DEAL_CHANCES.column_names))


WORTH = WEIGHTED_PIPELINE.conform(
    pd.DataFrame([("P", 4, 1, 2, 1500, 300, 420, 1.42)], columns=WEIGHTED_PIPELINE.column_names)
)


def context(language: str) -> PageContext:
    return PageContext(
        Settings.from_environment({"CRM_HOME": "unused"}), "v1", EVERYTHING, "tester", language,
        date(2026, 1, 2), datetime(2026, 1, 2, tzinfo=UTC), catalogue(language),
        Formats(language, "CNY", "UTC"),
    )  # fmt: skip


def _script(ctx, cut):  # type: ignore[no-untyped-def]  # its source is run elsewhere
    from pages.sales.parts import deal_model

    deal_model.part(ctx, cut)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    def opened(
        terms: dict[str, Any] | None, language: str = "en", cut: DealCut | None = None
    ) -> AppTest:
        method = terms["method"] if terms else "none"
        monkeypatch.setattr("ui.people.with_names", lambda _ctx, owners: owners)
        monkeypatch.setattr(load, "terms", lambda *_: terms)
        monkeypatch.setattr(load, "weighted", lambda *_: WORTH)
        monkeypatch.setattr(load, "chances", lambda *_: chances(method))
        script = AppTest.from_function(
            _script, kwargs={"ctx": context(language), "cut": cut or DealCut()}
        )
        found = script.run(timeout=30)
        assert not found.exception
        return found

    return opened


def test_the_model_is_named_with_its_proof_and_a_deal_with_its_reasons(
    seen: Callable[..., AppTest],
) -> None:
    page = seen(JUDGED)

    (verdict,) = [one.value for one in page.success]
    assert "0.25 for stage averages – a difference of 0.05 (0.01 to 0.09" in verdict
    said = "\n".join(texts(page)).replace("\\", "")
    assert "within 102 days, as of 31 Dec 2025" in said
    assert "1 of them have no amount" in said
    assert "Of 2 the chance cannot be told" in said
    assert "**42%** by the model. Of 40 earlier deals" in said
    assert said.index("Speaks for winning") < said.index("stage: negotiation")
    assert said.index("Speaks against winning") < said.index("days in its stage: 90 (usual: 20)")
    assert "0.5 times (usual: 1 times)" in said


def test_with_few_deals_the_stages_speak_and_the_gap_is_named(
    seen: Callable[..., AppTest],
) -> None:
    page = seen(FEW)

    (verdict,) = [one.value for one in page.info]
    assert "Closed deals in 24 months: 150 of 200" in verdict
    said = "\n".join(texts(page))
    assert "as for every deal in the stage negotiation" in said
    assert "Were the chances right?" not in said
    assert page.dataframe[-1].value["in_pipeline"].tolist() == ["P"]  # of the pipelines shown


@pytest.mark.parametrize("terms", [JUDGED, FEW], ids=["model", "stage"])
def test_no_english_is_left_on_a_chinese_page(
    seen: Callable[..., AppTest], terms: dict[str, Any]
) -> None:
    said = "\n".join(texts(seen(terms, "zh_CN")))

    words = set(re.findall(r"[A-Za-z]{3,}", said)) - {"AUC", "Big", "deal", "material"}
    assert not {word for word in words if word not in ("balance", "hourglass", "empty", "check",
                                                       "circle")}  # fmt: skip
    assert "商务谈判" in said


def test_a_past_day_and_a_version_without_deals_say_so(seen: Callable[..., AppTest]) -> None:
    past = seen(JUDGED, cut=DealCut(as_of=date(2025, 6, 30)))
    assert [one.value for one in past.info] == [catalogue("en")("deal_model.today_only")]
    nothing = seen(None)
    assert [one.value for one in nothing.info] == [catalogue("en")("deal_model.no_deals")]


def test_every_feature_has_a_name_and_every_code_a_sentence() -> None:
    from crm_data.marts.score_inputs_deals import FEATURES

    for language in ("en", "zh_CN"):
        t = catalogue(language)
        assert [f for f in FEATURES if f"deal_model.field_{f}" not in t] == []
        ctx = context(language)
        codes = ("is_existing:yes", "is_existing:no", "probability:missing", "source=web")
        written = json.dumps([{"code": code, "effect": -1} for code in codes])
        assert len({said for said, _ in deal_reasons(ctx, written)}) == 4
        assert deal_reasons(ctx, float("nan")) == deal_reasons(ctx, "") == []


def test_tables_hold_what_the_card_says() -> None:
    found = ways(JUDGED)
    assert found["chance_way"].tolist() == ["model", "stage"]
    assert found["gain"].isna().tolist() == [True, False]
    assert bins(JUDGED)["won_rate"].tolist() == [0.25, 0.25]


def test_the_plot_has_a_diagonal_and_the_points_of_each_way() -> None:
    names = {"predicted_chance": "predicted_rate", "won_rate": "observed_rate"}
    drawn = bins(JUDGED).rename(columns=names).assign(hover="x")
    labels = CalibrationLabels("p", "o", "right", {"model": "Model", "stage": "Stage"})
    figure = calibration_plot(drawn, labels=labels, write=str)

    assert [trace.name for trace in figure.data] == ["right", "Model", "Stage"]
    assert figure.data[0].x == figure.data[0].y
    assert (figure.data[1].x, figure.data[1].y) == ((0.3,), (0.25,))
    assert figure.data[1].error_y.array == pytest.approx((0.25,))
    assert figure.data[1].error_y.arrayminus == pytest.approx((0.15,))
    assert figure.layout.xaxis.range == figure.layout.yaxis.range


def test_the_chance_stands_beside_the_deal_not_behind_the_edge_of_the_page() -> None:
    assert list(open_deals(chances("model")))[:4] == ["open_deal", "win_probability", "low", "high"]
