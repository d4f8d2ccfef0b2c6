"""The first address that anybody opens after a start is that of a page, not of `/`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from streamlit.runtime.pages_manager import PagesManager

from tests.browser.conftest import wait_for
from tests.cli.run import ROOT, environment
from ui.translations import catalogue

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_first_viewer_may_open_any_page(browser: Browser, tmp_path: Path) -> None:
    port = 41_000 + os.getpid() % 20_000
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "serve", f"--server.port={port}"],
        cwd=ROOT, env=environment(tmp_path / "home"),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(f"http://localhost:{port}/_stcore/health", process)
        page = browser.new_page()
        page.goto(f"http://localhost:{port}/glossary")
        heading = page.get_by_role("heading", name=catalogue("en")("page.glossary"))
        expect(heading).to_be_visible(timeout=240_000)
        page.wait_for_timeout(1000)
        assert page.get_by_role("dialog").count() == 0
        page.close()
    finally:
        process.terminate()
        process.wait(20)


def test_streamlit_still_has_the_switch() -> None:
    assert "uses_pages_directory" in vars(PagesManager)
