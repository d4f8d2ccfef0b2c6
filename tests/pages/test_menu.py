"""The menu marks where one is, the start page under both of its addresses."""

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from crm_data.settings import Settings
from tests.pages.conftest import OpenPage
from ui.navigation import PAGES


def marked(page: AppTest, current: str) -> list[str]:
    """Return the addresses that Streamlit draws as the current page."""
    links = [link.proto for link in page.sidebar.get("page_link")]
    return [link.label for link in links if link.page_script_hash == calc_hash(current)]


def test_the_start_page_is_marked_at_the_root(published: Settings, open_page: OpenPage) -> None:
    assert marked(open_page("overview", published), "") == ["Overview"]


@pytest.mark.parametrize("name", [spec.url_path for spec in PAGES if spec.in_menu])
def test_every_page_is_marked_under_its_name(
    published: Settings, open_page: OpenPage, name: str
) -> None:
    page = open_page("overview", published)
    page._page_hash = calc_hash(name)
    page.run()

    assert len(marked(page, name)) == 1
    assert len(page.sidebar.get("page_link")) == len([s for s in PAGES if s.in_menu])
