"""An export nobody has seen, in Chinese and GB18030: corrected, checked, loaded, undone."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from crm_data import warehouse
from crm_data.app_db import dispose
from crm_data.settings import Settings
from crm_data.versions import current_version
from tests.browser.conftest import SCREENSHOTS, serving
from tests.conftest import NOW
from tests.warehouse.stage import selected, stored
from ui.translations import catalogue

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ZH = catalogue("zh_CN")
LONG = 60_000
STAGES = ("初步接触", "方案报价", "赢单", "输单")


def export() -> bytes:
    """Sixty deals: 15 won of 85,000 each, one without a readable amount, five without any."""
    lines = ["单据号,客户单位,进展情况,预估额,跟单人,登记日,备注栏"]
    for n in range(1, 61):
        amount = (
            "8.5万" if n % 4 == 2 else "待定" if n == 37 else "" if n % 12 == 0 else f"{n * 100}"
        )
        day = f"2026年{1 + n % 3}月{1 + n % 27}日"
        lines.append(f"SJ{n:04d},客户{n % 9}公司,{STAGES[n % 4]},{amount},张伟,{day},")
    return ("\r\n".join(lines) + "\r\n").encode("gb18030")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two deals, one won."""
    home = tmp_path_factory.mktemp("import") / "home"
    settings = Settings.from_environment({"CRM_HOME": str(home)})
    deals = [{"opportunity_id": "1", "amount": 100, "outcome": "won", "stage": "won"},
             {"opportunity_id": "2", "amount": 50, "outcome": None, "stage": "new"}]  # fmt: skip
    stored(settings, "opportunities", deals)
    warehouse.build(settings, now=NOW)
    dispose(settings)
    return home


@pytest.fixture(scope="module")
def address(store: Path) -> Iterator[str]:
    with serving(store) as url:
        yield url


def deals(home: Path) -> tuple[object, ...]:
    """How many deals the published version has, and the value of those won."""
    settings = Settings.from_environment({"CRM_HOME": str(home)})
    version = current_version(settings) or ""
    sql = "SELECT count(*), sum(amount) FILTER (outcome = 'won') FROM opportunities"
    (found,) = selected(settings, version, sql)
    return found


def field_of(page: Page, column: str) -> Locator:
    """The box that says which field a column of the file fills."""
    return page.get_by_role("combobox", name=column)


def fills(page: Page, column: str, field: str) -> None:
    box = field_of(page, column)
    box.click()
    box.fill(field)
    page.get_by_role("option", name=field, exact=True).click()
    page.keyboard.press("Escape")


def shot(page: Page, name: str) -> None:
    page.screenshot(path=SCREENSHOTS / f"import-{name}.png", full_page=True)


def test_an_unknown_export_in_and_out_again(
    browser: Browser, address: str, store: Path, tmp_path: Path
) -> None:
    before = deals(store)
    assert before == (2, 100)
    context = browser.new_context(viewport={"width": 1400, "height": 1100}, accept_downloads=True)
    page = context.new_page()
    page.goto(f"{address}/?lang=zh_CN")
    page.get_by_role("link", name=ZH("page.imports")).first.click(timeout=LONG)
    chooser = page.locator('input[type="file"]').first
    expect(chooser).to_be_attached(timeout=LONG)
    chooser.set_input_files({"name": "导出0531.csv", "mimeType": "text/csv", "buffer": export()})

    # It is taken for orders: say that the rows are deals, and which columns say what.
    table = page.get_by_role("combobox", name=ZH("wizard.table"))
    expect(table).to_be_visible(timeout=LONG)
    expect(page.get_by_text("单据号", exact=True).first).to_be_visible()
    shot(page, "1-proposed")
    table.click()
    page.get_by_role("option", name=ZH("table.opportunities"), exact=True).click()
    expect(page.locator('[data-testid="stAlert"]').first).to_contain_text("用于区分各行")
    fills(page, "单据号", "商机编号")
    check = page.get_by_role("button", name=ZH("import.check"))
    expect(check).to_be_enabled(timeout=LONG)
    fills(page, "预估额", "金额")
    shot(page, "2-corrected")

    # What it would do, in rows and in headline numbers; nothing is stored.
    check.click()
    expect(page.get_by_text(ZH("headline.title"), exact=True)).to_be_visible(timeout=LONG)
    shot(page, "3-checked")
    assert deals(store) == before

    # It goes on while one looks elsewhere.
    page.get_by_role("button", name=ZH("import.start")).click()
    page.get_by_role("link", name=ZH("page.glossary")).first.click()
    expect(page.get_by_role("heading", name=ZH("page.glossary"))).to_be_visible(timeout=LONG)
    page.get_by_role("link", name=ZH("page.imports")).first.click()
    refused = page.get_by_role("button", name=ZH("imports.rejects", n="1"))
    expect(refused).to_be_visible(timeout=LONG)
    shot(page, "4-loaded")
    assert deals(store) == (62, 100 + 15 * 85_000)

    # The quality page shows its holes: 56 of 62 deals have an amount.
    beside = context.new_page()
    beside.goto(f"{address}/quality?view=fields&table=opportunities&lang=zh_CN")
    filled = beside.locator(".js-plotly-plot").first
    expect(filled.get_by_text("90.3%").first).to_be_visible(timeout=LONG)
    shot(beside, "5-quality")
    beside.close()

    # What was refused, as the file has it.
    with page.expect_download(timeout=LONG) as download:
        refused.click()
    saved = tmp_path / "refused.csv"
    download.value.save_as(saved)
    rows = pd.read_csv(saved)
    assert rows.columns[:4].tolist() == ["单据号", "客户单位", "进展情况", "预估额"]
    assert rows["单据号"].tolist() == ["SJ0037"]
    assert rows[["refused_row", "refused_column", "refused_value"]].to_numpy().tolist() == [
        [38, "预估额", "待定"]
    ]

    # The next file like it is known.
    page.get_by_placeholder(ZH("wizard.save_hint")).fill("商机导出")
    page.get_by_role("button", name=ZH("wizard.save"), exact=True).click()
    expect(page.get_by_text(ZH("wizard.saved", preset="商机导出"))).to_be_visible(timeout=LONG)

    # Undone: the numbers are what they were.
    page.get_by_role("button", name=ZH("wizard.undo")).click()
    expect(page.get_by_text("已撤销本次导入").first).to_be_visible(timeout=LONG)
    assert deals(store) == before
    page.get_by_role("button", name=ZH("job.close")).click()
    page.locator('input[type="file"]').first.set_input_files(
        {"name": "导出0630.csv", "mimeType": "text/csv", "buffer": export()}
    )
    expect(page.get_by_text(ZH("mapping.by_preset", preset="商机导出"))).to_be_visible(timeout=LONG)
    assert page.locator('[data-testid="stException"]').count() == 0
    context.close()
