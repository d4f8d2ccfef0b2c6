"""Rules of pages that no reviewer should have to remember."""

import ast
import os
import re
import socket
import subprocess
import sys
import time
import tomllib
import urllib.request
from importlib import import_module
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from crm_data.scope import NOBODY
from crm_data.settings import Settings
from tests.pages.conftest import OpenPage, texts
from ui.navigation import AREAS, PAGES, PageSpec
from ui.translations import catalogue

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
LANGUAGES = ("en", "zh_CN")
# Latin words that a Chinese page may show: names, units, formats, and values of the sample data.
_WORDS = """
    tsv txt gz xls xlsm jsonl ndjson
    clientscope english excel csv xlsx zip parquet toml crm home cli demo import python sql wilson
    rfm bg mbg nbd pareto gamma lorenz gini json auc psi
    newcombe welch cuped holm bonferroni cochran q bootstrap outcome value campaign members
    ets theta prophet mint wape mase smape
    student t n id nps csat ces pp kb mb gb m utf bom iso server address localhost
"""
LATIN_ALLOWED = set(_WORDS.split())


@pytest.mark.parametrize("spec", PAGES, ids=lambda spec: spec.url_path)
def test_page_is_thin_and_does_nothing_on_import(spec: PageSpec) -> None:
    source = Path(import_module(spec.module).__file__ or "").read_text(encoding="utf-8")
    kinds = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)
    body = ast.parse(source).body

    assert ast.get_docstring(ast.parse(source))
    assert source.count("\n") <= 120
    assert all(isinstance(node, kinds) for node in body[1:])


def test_nothing_renders_markup_or_uses_plotly_express() -> None:
    banned = ("unsafe_allow_html", "plotly.express", "st.html(")
    found = {(path.name, word) for path in (ROOT / "ui").rglob("*.py") for word in banned
             if word in path.read_text(encoding="utf-8")}  # fmt: skip

    assert found == {("styles.py", "st.html(")}


def test_no_page_renders_markup() -> None:
    pages = sorted((ROOT / "pages").rglob("*.py"))

    assert [p for p in pages if "unsafe_allow_html" in p.read_text(encoding="utf-8")] == []


def test_no_page_sits_where_streamlit_would_run_it_without_app_py() -> None:
    assert [p.name for p in (ROOT / "pages").glob("*.py")] == ["__init__.py"]


def test_every_page_file_is_in_the_menu() -> None:
    on_disk = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in (ROOT / "pages").glob("*/*.py")
        if path.name != "__init__.py"
    }

    assert on_disk == {spec.module for spec in PAGES}


def test_pages_have_addresses_areas_and_labels_of_their_own() -> None:
    assert len({spec.url_path for spec in PAGES}) == len(PAGES)
    for language in LANGUAGES:
        t = catalogue(language)
        for spec in PAGES:
            assert spec.area in AREAS
            assert t(spec.label)
            assert t(f"{spec.label}.help")


def test_no_loader_hides_an_argument_from_its_cache_key() -> None:
    for path in (ROOT / "ui").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and any(
                "cache_data" in ast.unparse(d) for d in node.decorator_list
            ):
                names = [a.arg for a in (*node.args.args, *node.args.kwonlyargs)]
                assert not [name for name in names if name.startswith("_")], (path, node.name)
                bounds = ast.unparse(node.decorator_list[0])
                assert "ttl=" in bounds, (path, node.name)
                assert "max_entries=" in bounds, (path, node.name)


def test_the_app_talks_to_nobody() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))

    assert config["server"]["address"] == "localhost"
    assert config["browser"]["gatherUsageStats"] is False
    assert config["client"]["disableDataExport"] is True
    assert config["client"]["showErrorDetails"] == "none"
    assert "http" not in str(config["theme"])
    # A material symbol as browser-tab icon is fetched from fonts.gstatic.com.
    shell = (ROOT / "ui" / "shell.py").read_text(encoding="utf-8")
    assert "page_icon=_ICON" in shell


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("spec", PAGES, ids=lambda spec: spec.url_path)
def test_page_opens_in_both_languages(
    published: Settings, open_page: OpenPage, spec: PageSpec, language: str
) -> None:
    page = open_page(spec.url_path, published, language=language)

    assert not page.exception
    assert not page.error
    assert page.title
    if language == "zh_CN":
        assert english_left(spec, page) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("spec", PAGES, ids=lambda spec: spec.url_path)
def test_page_opens_before_there_is_any_data(
    empty: Settings, open_page: OpenPage, spec: PageSpec, language: str
) -> None:
    page = open_page(spec.url_path, empty, language=language)

    assert not page.exception
    assert not page.error
    assert page.title


@pytest.mark.parametrize("spec", PAGES, ids=lambda spec: spec.url_path)
def test_page_shows_nobody_no_data(
    published: Settings, open_page: OpenPage, spec: PageSpec
) -> None:
    page = open_page(spec.url_path, published, scope=NOBODY, query={"customer": "C0000001"})

    assert not page.exception
    assert not page.metric


def english_left(spec: PageSpec, page: AppTest) -> list[tuple[str, str]]:
    """Return what is English on a Chinese page, each with the text that it stands in."""
    left = []
    for text in texts(page):
        cleaned = re.sub(r"`[^`]*`|:material/\w+:|:[a-z]+\[|\*\*.*?\*\*|“[^”]*”", " ", text)
        if re.search(r"[\u4e00-\u9fff]", cleaned):
            words = re.findall(r"[A-Za-z]{2,}", cleaned)
            left += [(w, text) for w in words if w.lower() not in LATIN_ALLOWED]
        elif len(re.findall(r"[A-Za-z]{3,}", cleaned)) >= 3 and "python -m" not in text:
            left.append((cleaned, text))

    if spec.url_path == "glossary":  # names in both languages, on purpose
        left = [(w, text) for w, text in left if " · " not in text]
    if spec.url_path == "comments":  # quotes, and what topics are called, are customers' own words
        topics = page.selectbox(key="topic").options[1:]
        left = [(w, text) for w, text in left if not text.startswith(">") and text not in topics]
        left = [(w, text) for w, text in left if "用一半评论" not in text]  # terms of a topic
    # Campaigns of the sample company have a name in both languages, and a year.
    campaign = re.compile(r"[\u4e00-\u9fff]+ [A-Z][A-Za-z -]+ 20\d\d")
    return [(w, text) for w, text in left if not campaign.fullmatch(text)]


@pytest.mark.browser
@pytest.mark.slow
def test_an_address_opened_first_after_a_restart_does_not_bypass_the_app(
    tmp_path: Path,
) -> None:
    """Streamlit would run ``pages/x.py`` alone, without viewer, scope and language."""
    sync_api = pytest.importorskip("playwright.sync_api")
    chromium = Path("/usr/bin/chromium")
    if not chromium.exists():
        pytest.skip("needs Chromium")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"]
    environment = {**os.environ, "CRM_HOME": str(tmp_path / "none")}
    server = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(f"http://localhost:{port}/_stcore/health")
        with sync_api.sync_playwright() as play:
            browser = play.chromium.launch(
                executable_path=str(chromium), args=["--no-sandbox", "--disable-gpu"]
            )
            tab = browser.new_page()
            outside: list[str] = []
            tab.on(
                "request",
                lambda r: (
                    outside.append(r.url)
                    if not r.url.startswith((f"http://localhost:{port}", "data:", "blob:"))
                    else None
                ),
            )
            tab.goto(f"http://localhost:{port}/customers")
            tab.get_by_role("heading", name="Welcome to Clientscope").wait_for(timeout=30_000)
            browser.close()
        assert outside == []
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_for(url: str) -> None:
    for _ in range(120):
        try:
            with urllib.request.urlopen(url, timeout=1):  # noqa: S310 - our own server
                return
        except OSError:
            time.sleep(0.25)
    raise AssertionError(url)
