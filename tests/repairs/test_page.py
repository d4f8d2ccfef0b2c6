"""Suggested repairs on the page of imports: one click accepts, another takes it back."""

from datetime import UTC

import pytest
from streamlit.testing.v1 import AppTest

from crm_data.settings import Settings
from crm_data.versions import Warehouse
from tests.conftest import NOW
from tests.pages.conftest import OpenPage, texts
from tests.steps import only
from tests.warehouse.stage import selected
from ui.jobs import jobs_of
from ui.translations import catalogue

pytestmark = pytest.mark.long
AT = NOW.replace(tzinfo=UTC)
REPAIRS = {"section": "repairs"}
OF_PRO = "SELECT count(*) FROM opportunities WHERE product_id = 'GTX Pro'"


def done(page: AppTest, settings: Settings) -> AppTest:
    """Wait for the job of a click, and run the page again as its bar does."""
    job = jobs_of(settings).latest
    assert job is not None
    assert job.wait(120)
    return page.run()


def clicked(page: AppTest, words: str) -> AppTest:
    button = next(b for b in page.button if b.key and b.key.startswith(words))
    return button.click().run()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Rows that say “GTXPro”: 2; that say “GTX Pro”: 0. They carry CN¥140 of won value."),
        ("zh_CN", "2 行写作“GTXPro”；0 行写作“GTX Pro”。 涉及赢单金额 ¥140。"),
    ],
)
def test_what_is_suggested_is_shown_with_its_evidence(
    slips: Settings, open_page: OpenPage, language: str, said: str
) -> None:
    page = open_page("imports", slips, language=language, query=REPAIRS, now=AT)

    assert not page.exception
    shown = texts(page)
    assert said in shown
    assert [text for text in shown if "technolgy” → “technology" in text]
    assert [text for text in shown if "Philipines” → “Philippines" in text]
    assert catalogue(language)("repairs.accepted_none") in shown


def test_one_click_accepts_and_another_takes_it_back(slips: Settings, open_page: OpenPage) -> None:
    page = open_page("imports", slips, query=REPAIRS, now=AT)
    with only("rfm"):
        page = done(clicked(page, "accept-"), slips)
    version = Warehouse(slips).current() or ""
    assert not page.exception
    assert page.success[0].value == (
        f"Accepted: “GTXPro” → “GTX Pro”. Version {version} counts it so."
    )
    assert selected(slips, version, OF_PRO) == [(2,)]
    page = clicked(page, "job_close")
    assert not page.success
    with only("rfm"):
        page = done(clicked(page, "undo-"), slips)
    last = Warehouse(slips).current() or ""
    assert (not page.exception, last != version) == (True, True)
    assert "reads what the files say" in page.success[0].value
    assert selected(slips, last, OF_PRO) == [(0,)]


def test_a_job_that_fails_says_why(slips: Settings, open_page: OpenPage) -> None:
    page = open_page("imports", slips, query=REPAIRS, now=AT)
    other = open_page("imports", slips, query=REPAIRS, now=AT)
    with only("rfm"):
        page = done(clicked(page, "accept-"), slips)
        other = done(clicked(other, "accept-"), slips)
    assert "is repaired already" in other.error[0].value


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_without_data_it_says_what_to_import(
    tmp_path: object, open_page: OpenPage, language: str
) -> None:
    empty = Settings.from_environment({"CRM_HOME": f"{tmp_path}/home"})
    page = open_page("imports", empty, language=language, query=REPAIRS, now=AT)
    assert page.info[0].value == catalogue(language)("repairs.no_version")
