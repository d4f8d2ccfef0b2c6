"""The Key customers page as a viewer uses it, in both languages."""

import json

import pytest

from crm_data.scope import AccessScope
from crm_data.settings import Settings
from tests.pages.conftest import OpenPage, texts


@pytest.mark.parametrize("window", ["year", "all", "nonsense"])
@pytest.mark.parametrize(("language", "title"), [("en", "Key customers"), ("zh_CN", "重点客户")])
def test_tiles_curve_bars_and_table(
    published: Settings, open_page: OpenPage, language: str, title: str, window: str
) -> None:
    page = open_page("key_customers", published, language=language, query={"window": window})

    assert not page.exception
    assert not page.error
    assert [t.value for t in page.title] == [title]
    assert len(page.metric) == 4
    assert len(page.get("plotly_chart")) == 2
    assert len(page.dataframe) == 2
    assert not [text for text in texts(page) if "nan" in text.lower().split()]
    names = list(page.dataframe[1].value)
    assert names[:6] == ["key_name", "is_at_risk", "reasons", "amount", "last_contact_at", "owner"]
    columns = json.loads(page.dataframe[1].proto.columns)
    sign = columns["is_at_risk"]
    assert sign["label"] == {"en": "Warning sign", "zh_CN": "预警信号"}[language]
    assert {"en": "neither the RFM segment", "zh_CN": "不同于 RFM 分群"}[language] in sign["help"]
    # Written by the page, in the company's currency; Streamlit's own format would win.
    assert not columns["amount"].get("type_config", {}).get("format")


def test_the_window_is_written_into_the_address(published: Settings, open_page: OpenPage) -> None:
    page = open_page("key_customers", published)
    year = [m.value for m in page.metric]
    page = page.button_group(key="window").set_value("all").run()

    assert page.query_params["window"] == "all"
    assert [m.value for m in page.metric] != year


def test_only_customers_at_risk_and_every_one_says_why(
    published: Settings, open_page: OpenPage
) -> None:
    page = open_page("key_customers", published)
    everybody = page.dataframe[1].value
    page = page.toggle(key="key_only_risky").set_value(True).run()

    risky = page.dataframe[1].value
    assert 0 < len(risky) < len(everybody)
    assert risky["is_at_risk"].all()
    assert risky["reasons"].notna().all()
    assert everybody["cumulative_percent"].is_monotonic_increasing
    assert everybody["amount"].is_monotonic_decreasing


def test_who_sees_a_part_sees_the_concentration_of_that_part(
    published: Settings, open_page: OpenPage
) -> None:
    everybody = open_page("key_customers", published).dataframe[1].value
    owners = frozenset({"E0001", "E0022", "E0010"})
    part = open_page("key_customers", published, scope=AccessScope(owners))

    assert not part.exception
    if part.metric:
        listed = part.dataframe[1].value
        assert len(listed) < len(everybody)
