"""What somebody typed as a name is shown as it was typed, wherever a name is shown."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from crm_data.app_db import dispose
from crm_data.settings import Settings
from tests.browser.conftest import ROOT, SCREENSHOTS, serving
from tests.customers.shop import built

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LONG = 240_000
NAMES = (
    ":material/home:", ":material_home:", ":streamlit:", ":smile: 12:30:45", ":red[x]", "**b**",
    "$x$ and $5", "a -> b -- c <= d", "www.evil.example", "http://evil.example", "me@evil.example",
    "&copy; &#58;", "1. one", "- two", "---", "# h", "> q", "`c`", "<b>t</b>", "[l](http://e.x)",
    "~~s~~", "C:\\new", "|a|b|",
)  # fmt: skip
PLACES = {
    "title": "st.title(plain(name), anchor=False)",
    "markdown": "st.markdown(plain(name))",
    "bold": 'st.markdown(f"**{plain(name)}**")',
    "caption": "st.caption(plain(name))",
    "info": "st.info(plain(name))",
    "button": "st.button(plain(name), key=name)",
    "pills": 'st.pills("x", [name], format_func=plain, key="p" + name)',
    "options": 'st.multiselect("x", [name], default=[name], key="m" + name)',
    "text": "st.text(name)",
}


def seen(page: Page, key: str) -> str:
    text = page.locator(f".st-key-{key}").inner_text()
    return " ".join(text.replace("\u2060", "").split())


def test_escaped_text_is_shown_as_written_and_links_nowhere(
    browser: Browser, tmp_path: Path
) -> None:
    lines = [f"import sys; sys.path.insert(0, {str(ROOT)!r})", "import streamlit as st",
             "from ui.formats import plain", f"for row, name in enumerate({NAMES!r}):"]  # fmt: skip
    for place, call in PLACES.items():
        lines += [f'    with st.container(key=f"{place}-{{row}}"):', f"        {call}"]
    script = tmp_path / "places.py"
    script.write_text("\n".join(lines), encoding="utf-8")
    with serving(tmp_path, script) as url:
        page = browser.new_page()
        page.goto(url)
        page.locator(f".st-key-text-{len(NAMES) - 1}").wait_for(timeout=LONG)
        page.wait_for_timeout(1500)
        found = {(place, name): seen(page, f"{place}-{row}")
                 for row, name in enumerate(NAMES) for place in PLACES}  # fmt: skip
        links = page.get_by_role("main").or_(page.locator(".stMain")).locator("a").count()
        page.close()

    wrong = {
        (place, name): text
        for (place, name), text in found.items()
        if text != (f"x {name}" if place in ("pills", "options") else name)
    }
    assert wrong == {}
    assert links == 0


def test_names_on_the_pages(browser: Browser, tmp_path: Path) -> None:
    settings = Settings.from_environment({"CRM_HOME": str(tmp_path / "home")})
    people = [
        {"customer_id": f"c{n}", "name": name, "email": f"same{n // 5}@x.example"}
        for n, name in enumerate(NAMES)
    ]
    built(settings, {"customers": people})
    dispose(settings)
    with serving(settings.home) as url:
        page = browser.new_page()
        for n, name in enumerate(NAMES[:6]):
            page.goto(f"{url}/customer?customer=c{n}")
            expect(page.get_by_text(f"c{n}", exact=True).first).to_be_visible(timeout=LONG)
            assert page.locator("h1").inner_text().replace("\u2060", "") == name
            if n < 5:
                expect(page.locator(".st-key-duplicates a")).to_have_count(4, timeout=LONG)
                others = page.locator(".st-key-duplicates").inner_text().replace("\u2060", "")
                missing = [o for m, o in enumerate(NAMES[:5]) if m != n and o not in others]
                assert missing == []
        page.goto(f"{url}/customers?q=same")
        page.locator('[data-testid="stDataFrame"]').wait_for(timeout=LONG)
        page.wait_for_timeout(1000)
        cells = page.locator('[data-testid="stDataFrame"] [role="gridcell"]').all_inner_texts()
        page.screenshot(path=SCREENSHOTS / "names.png")
        page.close()
    assert [name for name in NAMES[1:6] if name not in " ".join(cells).replace("\u2060", "")] == []
    assert NAMES[0] not in cells  # a button in a table would draw it as an icon
