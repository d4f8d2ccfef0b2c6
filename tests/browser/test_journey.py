"""A first day: sample company, Overview, filter, language, lookup, profile, export, reload."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SCREENSHOTS
from ui.translations import catalogue

pytestmark = [pytest.mark.browser, pytest.mark.slow]
EN, ZH = catalogue("en"), catalogue("zh_CN")
LONG = 240_000  # building the sample company on a busy machine takes its time


def shot(page: Page, name: str) -> None:
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


def test_a_first_day(browser: Browser, address: str, tmp_path: Path) -> None:
    context = browser.new_context(
        viewport={"width": 1440, "height": 1000}, accept_downloads=True, locale="en-GB"
    )
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "request",
        lambda r: problems.append(r.url) if not r.url.startswith(
            (address, address.replace("http", "ws"), "data:", "blob:")
        ) else None,
    )  # fmt: skip

    # First run: nothing is published; the sample company is one click away.
    page.goto(address)
    expect(page.get_by_role("heading", name=EN("first.title"))).to_be_visible(timeout=LONG)
    shot(page, "1-first-run")
    page.get_by_role("button", name=EN("first.demo_button")).click()

    # Overview: tiles, chart, movers.
    expect(page.get_by_text(EN("metric.net_revenue.name"), exact=True).first).to_be_visible(
        timeout=LONG
    )
    expect(page.locator(".js-plotly-plot").first).to_be_visible(timeout=LONG)
    shot(page, "2-overview")

    # A filter goes into the address and survives a reload.
    page.goto(f"{address}/overview?period=last_12_months&region=North")
    expect(page.locator(".js-plotly-plot").first).to_be_visible(timeout=LONG)
    expect(page).to_have_url(re.compile("region=North"))
    filtered = page.locator('[data-testid="stMetricValue"]').first.inner_text()
    page.reload()
    expect(page.locator('[data-testid="stMetricValue"]').first).to_have_text(filtered, timeout=LONG)

    # The other language keeps the filter.
    page.get_by_text("简体中文", exact=True).click()
    expect(page.get_by_text(ZH("metric.net_revenue.name"), exact=True).first).to_be_visible(
        timeout=LONG
    )
    expect(page).to_have_url(re.compile("region=North"))
    expect(page).to_have_url(re.compile("lang=zh_CN"))
    shot(page, "3-overview-zh")

    # Lookup, from the menu: filter and language go along.
    page.get_by_role("link", name=ZH("page.customers")).first.click()
    expect(page.get_by_role("heading", name=ZH("page.customers"))).to_be_visible(timeout=LONG)
    expect(page).to_have_url(re.compile("lang=zh_CN"))
    box = page.get_by_role("textbox", name=ZH("lookup.box"))
    box.fill("王")
    box.press("Enter")
    expect(page).to_have_url(re.compile("q=%E7%8E%8B"), timeout=LONG)
    expect(page.get_by_role("heading", name=re.compile(r"\d"))).to_be_visible(timeout=LONG)
    shot(page, "4-lookup-zh")

    # Export, stamped and readable.
    page.get_by_role("button", name=ZH("customer.export")).click()
    with page.expect_download(timeout=LONG) as download:
        page.get_by_role("button", name=ZH("export.csv")).first.click()
    saved = tmp_path / "lookup.csv"
    download.value.save_as(saved)
    text = saved.read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    assert "王" in text.decode("utf-8-sig")

    # Profile: who, value, rhythm, timeline.
    page.goto(f"{address}/customer?customer=C0000001&lang=zh_CN")
    expect(page.get_by_text("C0000001").first).to_be_visible(timeout=LONG)
    expect(page.get_by_text(ZH("timeline.title"), exact=True).first).to_be_visible(timeout=LONG)
    shot(page, "5-profile-zh")

    assert problems == []
    context.close()


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_overview_fits_its_window(
    browser: Browser, address: str, language: str, scheme: str, width: int
) -> None:
    """Runs after the first day has built the company; nothing may stick out sideways."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, is_mobile=width < 500
    )
    page = context.new_page()
    page.goto(f"{address}/overview?lang={language}")
    t = catalogue(language)
    first = page.get_by_role("button", name=t("first.demo_button"))
    chart = page.locator(".js-plotly-plot").first
    expect(first.or_(chart).first).to_be_visible(timeout=LONG)
    if first.is_visible():
        first.click()
    expect(chart).to_be_visible(timeout=LONG)
    page.wait_for_timeout(800)
    sticks_out = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    shot(page, f"overview-{language}-{scheme}-{width}")

    assert sticks_out <= 0
    assert page.locator('[data-testid="stException"], [role="dialog"]').count() == 0
    context.close()
