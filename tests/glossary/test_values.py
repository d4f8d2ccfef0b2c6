"""The page Definitions: a metric beside its rivals, with what each is now."""

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from crm_data.scope import EVERYTHING, NOBODY
from crm_data.settings import Settings
from tests.pages.conftest import OpenPage, _fresh_caches, open_page, published
from ui.glossary_values import value_of

__all__ = ["_fresh_caches", "open_page", "published"]  # fixtures
YEAR = date(2025, 3, 1), date(2026, 3, 1)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_rivals_stand_side_by_side_when_asked(
    published: Settings, open_page: OpenPage, language: str
) -> None:
    page: AppTest = open_page("glossary", published, language=language,
                              query={"q": "first_contact_resolution_rate"})  # fmt: skip
    assert not page.dataframe  # nothing is counted before it is asked for
    page.session_state["now_first_contact_resolution_rate"] = True
    page.run()

    assert not page.exception
    assert not page.error
    (table,) = [one.value for one in page.dataframe if "rival_value" in one.value]
    assert len(table) == 3
    one = value_of(published, "v000001", EVERYTHING, "first_contact_resolution_rate", *YEAR)
    assert one is not None
    assert table["n"].iloc[0] == one[3]
    assert table["rival_value"].str.endswith("%").all()


def test_what_cannot_be_told_of_the_months_is_missing(published: Settings) -> None:
    nobody = value_of(published, "v000001", NOBODY, "tickets", *YEAR)
    assert nobody is not None
    assert nobody[0] == 0
    quota = value_of(published, "v000001", EVERYTHING, "predicted_clv", *YEAR)
    assert quota is not None  # of today, whatever the months
