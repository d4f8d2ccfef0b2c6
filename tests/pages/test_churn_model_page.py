"""The page Churn model and the line of the profile, in both languages, for every verdict."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from crm_data.app_db import dispose
from crm_data.queries.model_cards import model_card
from crm_data.rules import save_rules, stored_rules
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from crm_data.versions import Warehouse
from tests.churn.shop import TABLES
from tests.customers.shop import built
from tests.pages.churn_cards import JUDGED, VERDICTS, card_of
from tests.pages.conftest import NOW, OpenPage, texts
from tests.pages.test_clusters_page import english_left
from ui import customer_loaders, loaders
from ui.translations import catalogue

LANGUAGES = ("en", "zh_CN")
Canned = Callable[..., None]


@pytest.fixture
def canned(monkeypatch: pytest.MonkeyPatch) -> Canned:
    """Return a function that puts cards, by kind, where those of the version are."""

    def put(**cards: dict[str, Any]) -> None:
        named = {f"churn_{kind}": card for kind, card in cards.items()}
        monkeypatch.setattr(loaders, "card", lambda _s, _v, _scope, name: named.get(name))

    return put


def said(page: AppTest) -> str:
    return "\n".join(texts(page)).replace("\\", "")


def boxes(page: AppTest) -> list[str]:
    kinds = ("success", "warning", "info", "error")
    return [box.value for kind in kinds for box in getattr(page.main, kind)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("verdict", VERDICTS)
def test_every_verdict_is_a_sentence_with_its_proof_and_no_chart_of_nothing(
    published: Settings, open_page: OpenPage, canned: Canned, verdict: str, language: str
) -> None:
    canned(silence=card_of(verdict))
    page = open_page("churn_model", published, language=language)
    t = catalogue(language)

    assert not page.exception
    key = "churn_card.no_model_churn_no_field" if verdict == "no_model" else None
    assert boxes(page)[0].startswith(t(key or f"churn_model.verdict_{verdict}"))
    assert len(page.get("plotly_chart")) == (2 if verdict in JUDGED else 0)
    assert len(page.metric) == (4 if verdict in JUDGED else 0)
    heads = [h.value for h in page.subheader]
    assert (t("churn_card.drivers") in heads) == (verdict in JUDGED[:2])
    assert (t("churn_card.fields") in heads) == (verdict in (*JUDGED, "no_model"))
    assert (t("churn_card.all_days") in said(page)) == (verdict != "nobody")
    assert "nan" not in said(page).lower().split()
    if language == "zh_CN":
        assert [word for word in english_left(page) if word != "state"] == []


def test_what_is_told_of_a_useful_model(
    published: Settings, open_page: OpenPage, canned: Canned
) -> None:
    canned(silence=card_of("useful"))
    page = open_page("churn_model", published)
    text = said(page)

    assert {m.label: m.value for m in page.metric} == {
        "Ranking (AUC)": "0.73",
        "Average precision": "41.2%",
        "Brier skill": "14.0%",
        "Calibration error": "3.2%",
    }
    for words in (
        "14 Nov 2025, which the model had not learnt from: 200 predictions, of which 50 left "
        "(25.0%)",
        "300 earlier ones, of which 150 left",
        "in 73% of the pairs (95%: 66% to 79%)",
        "95% interval 0.66 – 0.79 (n = 200); 0.5 is chance",
        "**Better than:** overall rate, days since the last order, last NPS.",
        "77 customers have a probability; about 19 of them",
        "Of the first tenth 40.0% left, 1.6 times the share of all; it holds 80% of all who left",
        "On 1 of 1 days the predicted share lay within the interval of the true one. Together 48 "
        "were expected to leave, and 50 left.",
        "**region: East**: predicted 24.0%, left 35.0% (95%: 17.0% – 34.0%, n = 100, "
        "adjusted p 0.004)",
        "The probabilities are too low",
        "**region: West**: the ranking is worse than elsewhere (AUC 0.55, at most 0.6; n = 100)",
        "Most of the ranking rests on: **days since the last order** (−0.081).",
        "slightly otherwise than when the model learnt (PSI 0.05)",
        "Shifted: **last NPS answer**.",
        "state alone explains too much",
        "Alone it reaches an AUC of 0.97.",
        "last NPS answer alone explains much. It is dated before the prediction and is used",
        "used as they are today: region.",
        "not used: a contract was upgraded.",
        "Taken: regularised logistic regression; calibration: isotonic.",
    ):
        assert words in text, words


def test_what_is_not_beaten_is_named(
    published: Settings, open_page: OpenPage, canned: Canned
) -> None:
    canned(silence=card_of("no_better_than_baseline"))
    text = said(open_page("churn_model", published))

    assert "**Not shown to be better than:** days since the last order." in text
    assert "77 customers can be lost in this way; none of them has a probability" in text


def test_a_rule_whose_field_is_left_out_is_named_as_not_compared(
    published: Settings, open_page: OpenPage, canned: Canned
) -> None:
    card = card_of("useful")
    kept = [one for one in card["baselines"] if one["baseline"] != "recency"]
    canned(silence=card | {"baselines": kept})
    text = said(open_page("churn_model", published))

    assert "**Better than:** overall rate, last NPS. **Not compared**" in text
    assert "left out or empty: days since the last order." in text


def test_what_is_missing_is_told_with_numbers(
    published: Settings, open_page: OpenPage, canned: Canned
) -> None:
    canned(silence=card_of("too_little_data"))
    (box,) = boxes(open_page("churn_model", published))

    assert "Customers to learn from who left: 40 of at least 100." in box
    assert box.count("- ") == 1


def test_where_no_segment_is_worse_and_no_field_shifted_that_is_told(
    published: Settings, open_page: OpenPage, canned: Canned
) -> None:
    useful = card_of("useful")
    quiet = {
        "segments": {"kind": useful["segments"]["kind"]},
        "drift": [row for row in useful["drift"] if row["field"] != "last_nps"],
        "leaks": [],
        "left_out": [],
    }
    canned(silence=useful | quiet)
    page = open_page("churn_model", published)
    t = catalogue("en")

    assert not page.exception
    for key in ("no_segment_worse", "no_field_shifted", "no_leaks"):
        assert t(f"churn_card.{key}") in said(page)


def test_the_kind_is_in_the_address(
    published: Settings, open_page: OpenPage, canned: Canned
) -> None:
    canned(contract=card_of("nobody", "contract"), silence=card_of("useful"))
    page = open_page("churn_model", published, query={"churn": "<b>"})
    assert page.metric  # whom nobody can be lost from comes last

    page = page.button_group(key="churn").set_value("contract").run()
    assert page.query_params["churn"] == "contract"
    assert not page.metric
    assert catalogue("en")("churn_model.verdict_nobody") in boxes(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_sees_a_part_gets_a_sentence(
    published: Settings, open_page: OpenPage, canned: Canned, language: str
) -> None:
    canned(silence=card_of("useful"))
    scope = AccessScope(frozenset({"E0012"}))
    page = open_page("churn_model", published, scope=scope, language=language)

    assert boxes(page) == [catalogue(language)("churn_card.not_yours")]
    assert not page.metric
    assert not page.dataframe


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_version_without_cards_says_so(
    published: Settings, open_page: OpenPage, canned: Canned, language: str
) -> None:
    canned()
    page = open_page("churn_model", published, language=language)

    assert boxes(page) == [catalogue(language)("churn_card.not_scored")]


def test_the_sample_company_shows_the_card_of_its_version(
    published: Settings, open_page: OpenPage
) -> None:
    warehouse = Warehouse(published)
    with warehouse.connect(warehouse.current() or "") as conn:
        card = model_card(conn, "churn_silence")
    assert card is not None
    page = open_page("churn_model", published, query={"churn": "silence"})

    assert not page.exception
    assert boxes(page)[0].startswith(catalogue("en")(f"churn_model.verdict_{card['verdict']}"))
    days = next(f.value for f in page.dataframe if "day_role" in f.value)
    assert days["who_left"].tolist() == [one["left"] for one in card["dates"]]


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Settings]:
    """A store of the company that is counted by hand, for changing it."""
    made = Settings.from_environment({"CRM_HOME": str(tmp_path / "own")})
    yield made
    dispose(made)


def test_rules_are_saved(own: Settings, open_page: OpenPage, canned: Canned) -> None:
    built(own, TABLES)
    save_rules(own, "churn_model", {"outcome": "attributes.gone=Yes"}, now=NOW, actor="ada")
    canned(silence=card_of("useful"))
    page = open_page("churn_model", own)
    page.number_input(key="churn_model_horizon").set_value(120)
    page.multiselect(key="churn_model_known_after").set_value(["attributes.state"])
    page = page.button(key="rules_churn_model_save").click().run()

    assert not page.exception
    assert stored_rules(own)["churn_model"] == {
        "contract_horizon_days": 120,
        "known_after": ["attributes.state"],
        "known_before": [],
        "outcome": "attributes.gone=Yes",  # set by command, and kept
    }


REASONS = '["complaint_response_hours:high", "region=East"]'
SCORED: dict[str, dict[str, Any]] = {
    "told": {"churn_kind": "contract", "churn_probability": 0.304, "churn_reasons": REASONS},
    "no_reason": {"churn_kind": "silence", "churn_probability": 0.304, "churn_reasons": "[]"},
    "unproven": {"churn_kind": "silence", "churn_probability": None, "churn_reasons": None},
    "lost": {"churn_kind": None, "churn_probability": None, "churn_reasons": None},
}
IN_WORDS = {
    ("en", "told"): (
        "**30%** probability that no contract runs 90 days from now. On average it is 25% for the "
        "77 customers",
        "1. longest wait for an answer to a complaint (hours): high\n2. region: East",
    ),
    ("zh_CN", "told"): (
        "90 天后不再有生效合同的概率为 **30%**。",
        "投诉最长等待答复时间（小时）：偏高",
    ),
    ("en", "no_reason"): ("no order within the next 90 days", "speaks for leaving more"),
    ("zh_CN", "no_reason"): ("今后 90 天内不下单的概率为 **30%**。",),
    ("en", "unproven"): ("Who leaves cannot be told from this data",),
    ("zh_CN", "unproven"): ("现有数据无法判断谁会流失",),
    ("en", "lost"): ("this customer is lost already",),
    ("zh_CN", "lost"): ("该客户已经流失",),
}


@pytest.mark.parametrize(("language", "case"), IN_WORDS)
def test_the_profile_says_how_likely_and_why_or_why_not(
    published: Settings,
    open_page: OpenPage,
    canned: Canned,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    case: str,
) -> None:
    canned(contract=card_of("useful", "contract"), silence=card_of("cannot_predict"))
    scores = customer_loaders.scores

    def changed(*key: Any) -> dict[str, Any]:
        return {**(scores(*key) or {}), **SCORED[case], "churn_horizon_days": 90}

    monkeypatch.setattr(customer_loaders, "scores", changed)
    query = {"customer": "C0000001"}
    page = open_page("customer", published, language=language, query=query)

    assert not page.exception
    for words in IN_WORDS[language, case]:
        assert words in said(page)
