"""An export that cannot be written into the audit log: no file, and a sentence that says why."""

import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from crm_data.app_db import dispose
from crm_data.settings import Settings
from tests.browser.conftest import SCREENSHOTS, serving
from tests.customers.shop import built
from ui.translations import catalogue

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LONG = 240_000


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_a_refused_export_says_why(browser: Browser, tmp_path: Path, language: str) -> None:
    t = catalogue(language)
    settings = Settings.from_environment({"CRM_HOME": str(tmp_path / "home")})
    built(settings)
    dispose(settings)
    with serving(settings.home) as url:
        page = browser.new_context(accept_downloads=True).new_page()
        got: list[str] = []
        page.on("download", lambda one: got.append(one.suggested_filename))
        page.goto(url)  # the first address after a start shows a dialog when it is not the root
        expect(page.locator("h1")).to_be_visible(timeout=LONG)
        page.goto(f"{url}/customers?lang={language}")
        page.get_by_role("button", name=t("customer.export")).click()
        button = page.get_by_role("button", name=t("export.csv"))
        with page.expect_download(timeout=LONG):
            button.click()
        with sqlite3.connect(settings.home / "app.sqlite") as db:
            (count,) = db.execute("SELECT count(*) FROM audit_log WHERE action = 'export'")
            assert count == (1,)
            db.execute("DROP TABLE audit_log")
        # a button of the run before makes no file: wait for the last one's
        page.wait_for_selector("[data-test-script-state=notRunning]", timeout=LONG)
        button.click()
        refused = t("export.refused", reason="").strip()
        expect(page.get_by_role("alert").filter(has_text=refused)).to_be_visible(timeout=LONG)
        page.screenshot(path=SCREENSHOTS / f"refused-{language}.png")
        page.context.close()

    assert len(got) == 1
