"""The card of an outcome on file on the page Churn model, its form, and the profile."""

from collections.abc import Iterator

import pytest

from crm_data.app_db import dispose
from crm_data.queries.model_cards import model_card
from crm_data.rules import save_rules, stored_rules
from crm_data.settings import Settings
from crm_data.versions import Warehouse
from tests.churn_model.test_outcome_card import KNOWN, OPEN, snapshot
from tests.cli.run import ROOT, cli_json
from tests.cli.test_snapshots import TELCO
from tests.customers.shop import built, order
from tests.pages.churn_cards import JUDGED, outcome_card
from tests.pages.conftest import NOW, OpenPage
from tests.pages.test_churn_model_page import Canned, boxes, canned, said
from tests.pages.test_clusters_page import english_left
from tests.real_data import real_file
from ui.translations import catalogue

__all__ = ["canned"]  # a fixture: cards where those of the version are
LANGUAGES = ("en", "zh_CN")
CASES = ("useful", "cannot_predict", "too_little_data", "nobody")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("verdict", CASES)
def test_every_verdict_has_its_words_and_no_days(
    published: Settings, open_page: OpenPage, canned: Canned, verdict: str, language: str
) -> None:
    canned(outcome=outcome_card(verdict))
    page = open_page("churn_model", published, language=language)
    t = catalogue(language)

    assert not page.exception
    if verdict == "nobody":
        words = t("churn_card.no_model_outcome_value", field="left", value="Yes")
    else:
        words = t(f"churn_model.verdict_{verdict}")
    assert boxes(page)[0].startswith(words)
    heads = [h.value for h in page.subheader]
    assert (t("churn_card.calibration") in heads) == (verdict in JUDGED)
    assert t("churn_card.turned_out") not in heads
    assert t("churn_card.all_days") not in said(page)
    assert not {"nan", "None,", "(None"} & set(said(page).split())
    if language == "zh_CN":
        # The company's own words stay; nothing of ours is English.
        assert set(english_left(page)) <= {"state", "left", "Yes", "email"}


def test_what_is_told_of_a_useful_one(
    published: Settings, open_page: OpenPage, canned: Canned
) -> None:
    canned(outcome=outcome_card("useful"), silence=outcome_card("nobody") | {"kind": "silence"})
    text = said(open_page("churn_model", published))  # who nobody can be lost from comes last

    for words in (
        "who has left = Yes, as the file",
        "Of 200 customers whose outcome is known 50 left: 25.00% (95%: 19.50% to 31.40%)",
        "dealt into 3 parts",
        "200 predictions, of which 50 left; AUC of the parts 0.71 to 0.76",
        "77 customers without an outcome have a probability; about 19 of them",
        "Left out, as they tell customers apart rather than describe them: email.",
        "Gender alone explains much. It is declared to be known before the outcome, and used.",
        "state alone explains too much",
        "Used: Gender. None of them has a date",
        "**Better than:** overall rate.",
    ):
        assert words in text, words
    assert "Not compared" not in text


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A store whose customers carry their outcome."""
    home = str(tmp_path_factory.mktemp("own"))
    made = Settings.from_environment({"CRM_HOME": home})
    built(made, {"customers": snapshot(), "orders": [order("o1", "c000", 1, 10)]})
    yield made
    dispose(made)


def test_the_form_asks_scores_again_and_what_was_asked_is_shown(
    own: Settings, open_page: OpenPage
) -> None:
    page = open_page("churn_model", own)
    assert catalogue("en")("churn_card.not_scored") in boxes(page)
    outcome = page.selectbox(key="churn_model_outcome")
    assert outcome.value == ""
    assert "left: Yes" in outcome.options
    outcome.set_value("attributes.left=Yes")
    page.multiselect(key="churn_model_known_before").set_value(["attributes.reason"])
    page = page.button(key="rules_churn_model_save").click().run()

    assert not page.exception
    assert stored_rules(own)["churn_model"] == {
        "contract_horizon_days": 90,
        "known_after": [],
        "known_before": ["attributes.reason"],
        "outcome": "attributes.left=Yes",
    }
    warehouse = Warehouse(own)
    with warehouse.connect(warehouse.current() or "") as conn:
        card = model_card(conn, "churn_outcome")
    assert card is not None
    assert (card["known"], card["members"]) == (KNOWN, OPEN)
    assert "attributes.reason" not in card["left_out"]  # as it was named

    page = open_page("churn_model", own, query={"churn": "outcome"})
    assert not page.exception
    assert f"Of {KNOWN} customers whose outcome is known {card['left']} left" in said(page)
    assert page.selectbox(key="churn_model_outcome").value == "attributes.left=Yes"
    assert page.multiselect(key="churn_model_known_before").value == ["attributes.reason"]

    number = KNOWN + 1
    profile = open_page("customer", own, language="zh_CN", query={"customer": f"c{number}"})
    assert not profile.exception
    assert "依据其他客户档案中的结果" in said(profile)


@pytest.mark.real_data
@pytest.mark.slow
def test_telco_s_card_is_on_the_page(
    tmp_path_factory: pytest.TempPathFactory, open_page: OpenPage
) -> None:
    home = tmp_path_factory.mktemp("telco")
    mapping = ROOT / "sample_data" / "mappings" / "telco.toml"
    cli_json(home, "import", real_file(TELCO), "--mapping", mapping, "--no-refresh")
    made = Settings.from_environment({"CRM_HOME": str(home)})
    save_rules(made, "churn_model", {"outcome": "attributes.Churn=Yes"}, now=NOW, actor="ada")
    cli_json(home, "refresh")
    page = open_page("churn_model", made)

    assert not page.exception
    shown = {m.label: m.value for m in page.metric}
    assert float(shown["Ranking (AUC)"]) >= 0.84
    assert float(shown["Calibration error"].rstrip("%")) <= 2.0
    for words in (
        "Of 7,043 customers whose outcome is known 1,869 left: 26.54%",
        "the outcome of every customer is known",
        "Most of the ranking rests on: **Contract**",
    ):
        assert words in said(page), words
    assert "Churn: No" in page.selectbox(key="churn_model_outcome").options
    chinese = open_page("churn_model", made, language="zh_CN")
    assert "结果已知的 7,043 位客户中 1,869 位流失：26.54%" in said(chinese)
    dispose(made)
