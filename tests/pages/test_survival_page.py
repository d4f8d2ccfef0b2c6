"""The view 'survival' of the Churn page as a viewer uses it, in both languages."""

from pathlib import Path

import pytest

from crm_data.app_db import dispose
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from tests.churn.shop import TABLES
from tests.customers.shop import built
from tests.pages.conftest import OpenPage, texts

VIEW = {"view": "survival"}


@pytest.mark.parametrize(
    ("language", "verdict"), [("en", "degrees of freedom"), ("zh_CN", "对数秩检验")]
)
def test_splits_curves_tables_and_the_test_in_words(
    published: Settings, open_page: OpenPage, language: str, verdict: str
) -> None:
    page = open_page("churn", published, language=language, query=VIEW | {"by": "kind"})
    assert not page.exception
    assert len(page.get("plotly_chart")) == 3
    assert any(verdict in m.value for m in page.markdown)
    assert not [text for text in texts(page) if "nan" in text.lower().split()]
    lifetimes = next(f.value for f in page.dataframe if "median_months" in f.value)
    assert len(lifetimes) == 2

    page = page.selectbox(key="by").set_value("product").run()
    assert not page.exception
    assert page.query_params["by"] == "product"
    names = next(f.value for f in page.dataframe if "median_months" in f.value)["member"]
    assert all(" " in name for name in names)  # what products are called, not their ids


def test_who_sees_nothing_or_a_part(published: Settings, open_page: OpenPage) -> None:
    page = open_page("churn", published, query=VIEW, scope=AccessScope(frozenset({"nobody"})))
    assert not page.exception
    assert any("no contract" in i.value for i in page.info)
    page = open_page("churn", published, query=VIEW | {"by": "rfm_segment", "region": "East"})
    assert not page.exception
    assert any("those of today" in c.value for c in page.caption)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_too_few_ended_to_tell(tmp_path: Path, open_page: OpenPage, language: str) -> None:
    own = Settings.from_environment({"CRM_HOME": str(tmp_path / "own")})
    built(own, TABLES)
    page = open_page("churn", own, query=VIEW, language=language)
    assert not page.exception
    assert len(page.get("plotly_chart")) == 0
    assert any(("3 of them ended" if language == "en" else "3 段已结束") in i.value
               for i in page.info)  # fmt: skip
    page = page.selectbox(key="by").set_value("rfm_segment").run()  # built without scores
    assert not page.exception
    needs = "None of these" if language == "en" else "都没有这一项"
    assert any(needs in i.value for i in page.info)
    dispose(own)
