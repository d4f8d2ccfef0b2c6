"""Streamlit's own words on Chinese pages, and an address that is none."""

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
def test_streamlit_speaks_the_viewers_language(
    browser: Browser, tmp_path: Path, language: str
) -> None:
    t = catalogue(language)
    settings = Settings.from_environment({"CRM_HOME": str(tmp_path / "home")})
    built(settings)
    dispose(settings)
    with serving(settings.home) as url:
        page = browser.new_page()
        page.goto(f"{url}/?lang={language}")
        expect(page.locator("h1")).to_have_text(t("page.overview"), timeout=LONG)

        page.goto(f"{url}/imports?lang={language}")
        chosen = page.get_by_test_id("stFileUploaderDropzone").locator("button")
        expect(chosen.first).to_have_accessible_name(t("streamlit.choose"), timeout=LONG)
        sizes = page.get_by_test_id("stFileUploaderDropzoneInstructions").locator("span")
        assert sizes.first.evaluate("e => getComputedStyle(e).fontSize") == "0px"
        said = sizes.first.evaluate("e => getComputedStyle(e, '::after').content")
        assert said == f'"{t("streamlit.or_drop")}"'
        page.screenshot(path=SCREENSHOTS / f"uploader-{language}.png")

        page.goto(f"{url}/glossary?lang={language}")
        box = page.get_by_role("textbox", name=t("glossary.search"))
        box.fill("x")
        hint = page.get_by_test_id("InputInstructions").locator("span")
        content = hint.evaluate("e => getComputedStyle(e, '::after').content")
        assert content == ("none" if language == "en" else f'"{t("streamlit.enter")}"')

        for nowhere in ("nosuchpage", "favicon.exe"):
            page.goto(f"{url}/{nowhere}?lang={language}")
            expect(page.locator("h1")).to_have_text(t("page.nowhere"), timeout=LONG)
            page.wait_for_timeout(500)
            assert page.get_by_role("dialog").count() == 0
        page.locator(".stMain").get_by_role("link", name=t("page.customers")).click()
        expect(page.locator("h1")).to_have_text(t("page.customers"), timeout=LONG)
        page.close()
