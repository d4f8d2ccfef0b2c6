"""Many claims beside each other: some stand out by chance. Borders next to zero are not zero."""

import math
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.campaign_claims import CAMPAIGN_CLAIMS, OUTCOMES
from cli.output import _cell
from crm_data.frames import FrameSpec
from crm_data.queries.campaigns import CAMPAIGN_NEW, CAMPAIGN_TOTALS
from crm_data.scope import EVERYTHING
from crm_data.settings import Settings
from ui import campaign_words as words
from ui import matched_words
from ui.campaign_results import results_with
from ui.context import PageContext
from ui.formats import Formats
from ui.translations import catalogue

NOW = datetime(2026, 3, 16, tzinfo=UTC)


def in_language(language: str) -> PageContext:
    settings = Settings.from_environment({"CRM_HOME": str(Path("none"))})
    t, formats = catalogue(language), Formats(language, "CNY", "UTC")
    return PageContext(settings, "", EVERYTHING, "ada", language, NOW.date(), NOW, t, formats)


def blank(spec: FrameSpec, told: pd.DataFrame) -> pd.DataFrame:
    return spec.conform(told.reindex(columns=list(spec.column_names)))


def results(p_values: list[float]) -> pd.DataFrame:
    ids = [f"k{n:02}" for n in range(len(p_values))]
    totals = blank(CAMPAIGN_TOTALS, pd.DataFrame({"campaign_id": ids}))
    rows = [
        {"campaign_id": one, "outcome": outcome, "grade": "A", "p_value": p, "effect": 0.1,
         "low": 0.01, "high": 0.2, "verdict": "higher", "reason": "", "sizes": "as_planned"}
        for one, p in zip(ids, p_values, strict=True)
        for outcome in OUTCOMES
    ]  # fmt: skip
    claims = blank(CAMPAIGN_CLAIMS, pd.DataFrame(rows))
    return results_with(totals, blank(CAMPAIGN_NEW, pd.DataFrame()), claims)


def test_a_verdict_of_many_holds_only_after_holm() -> None:
    ten = results([0.001, 0.03, *[0.5] * 8])
    assert ten["margin_p_adjusted"].tolist()[:2] == pytest.approx([0.01, 0.27])
    told = [words.told(row, "margin") for row in ten.to_dict("records")]
    assert told[:2] == ["higher", "no_effect"]
    alone = results([0.03]).iloc[0].to_dict()
    assert words.told(alone, "conversion") == "higher"


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_it_is_said_that_it_stands_out_alone_only(language: str) -> None:
    ctx = in_language(language)
    row = results([0.001, 0.03, *[0.5] * 8]).iloc[1].to_dict()
    said = words.verdict(ctx, row, "margin")
    assert said == ctx.t("campaigns.verdict_alone", verdict=ctx.t("campaigns.verdict_higher"))


def test_a_border_beside_zero_is_written_so() -> None:
    f = in_language("en").formats
    written = [f.points_told(one) for one in (-0.022, -0.0004, 0.0, math.nan)]
    assert written == [f"{chr(0x2212)}2.2 pp", f"{chr(0x2212)}0.04 pp", "0.0 pp", f.points(None)]
    assert [_cell(one) for one in (-0.00003, 0.0, -0.0, 0.25)] == [
        "-0.00003", "0", "0", "0.25",
    ]  # fmt: skip


def test_what_is_said_of_hidden_causes_follows_the_verdict() -> None:
    ctx = in_language("en")
    effect = {
        "outcome": "conversion", "naive": 0.0, "naive_low": np.nan, "naive_high": np.nan,
        "did": np.nan, "did_low": np.nan, "did_high": np.nan, "effect": -0.022, "low": -0.044,
        "high": -0.0004, "pre_trend_p": np.nan, "e_value": 1.6, "e_value_limit": 1.0,
    }  # fmt: skip
    match = {"period_days": 28}
    nothing = ctx.t("matched.nothing_to_hide")
    assert nothing not in matched_words.found(ctx, match, effect)
    assert nothing in matched_words.found(ctx, match, effect | {"high": 0.0004})
