"""The mark of the current page in the menu, on a desktop and on a telephone."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from crm_data.app_db import dispose
from crm_data.settings import Settings
from tests.browser.conftest import serving
from tests.customers.shop import built
from ui.translations import catalogue

pytestmark = [pytest.mark.browser, pytest.mark.slow]
EN = catalogue("en")
LONG = 240_000
PHONE = (
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140 Mobile Safari/537.36"
)
MARK = """(link) => [link, ...link.querySelectorAll('*')].some(
  (one) => Number(getComputedStyle(one).fontWeight) >= 600)"""


def marked(page: Page) -> list[str]:
    """Names of the pages whose link is set in bold."""
    links = page.get_by_test_id("stSidebar").locator("a").all()
    return [link.inner_text().split("\n")[-1] for link in links if link.evaluate(MARK)]


@pytest.mark.parametrize("agent", ["", PHONE])
def test_one_page_is_marked_at_every_address(browser: Browser, tmp_path: Path, agent: str) -> None:
    settings = Settings.from_environment({"CRM_HOME": str(tmp_path / "home")})
    built(settings)
    dispose(settings)
    addresses = {"": "overview", "overview": "overview", "customers": "customers"}
    with serving(settings.home) as url:
        context = browser.new_context(user_agent=agent) if agent else browser.new_context()
        page = context.new_page()
        for address, spec in addresses.items():
            page.goto(f"{url}/{address}")
            expect(page.locator("h1")).to_have_text(EN(f"page.{spec}"), timeout=LONG)
            page.wait_for_timeout(500)
            wanted = [EN(f"page.{spec}")]
            for _ in range(40):  # a busy machine draws the menu late
                if marked(page) == wanted:
                    break
                page.wait_for_timeout(250)
            assert marked(page) == wanted, address
        context.close()
