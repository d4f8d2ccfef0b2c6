"""A small published company, and pages opened in-process as the shell draws them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from crm_data.app_db import dispose
from crm_data.scope import EVERYTHING, AccessScope
from crm_data.settings import Settings
from sample_data.demo import build_demo
from scoring import score_version
from tests.once import settings_once

END = date(2026, 3, 14)
NOW = datetime(2026, 3, 16, 8, 0, tzinfo=UTC)
OpenPage = Callable[..., AppTest]


def company(factory: pytest.TempPathFactory) -> Settings:
    """Settings of a store of one's own with the sample company in it."""

    def make(settings: Settings) -> None:
        build_demo(
            settings, customers=300, seed=3, months=26, end=END, now=NOW, scorer=score_version
        )

    return settings_once(factory, "company", make, CRM_TIMEZONE="Asia/Shanghai")


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings of a store with the sample company in it."""
    made = company(tmp_path_factory)
    yield made
    dispose(made)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Settings]:
    """Settings of a store with nothing in it."""
    made = Settings.from_environment({"CRM_HOME": str(tmp_path / "home")})
    yield made
    dispose(made)


_MODULE: list[ModuleType] = []


@pytest.fixture(autouse=True)
def _fresh_caches(request: pytest.FixtureRequest) -> Iterator[None]:
    """Share what pages have read among the tests of a module, as sessions of one server do.

    Who patches code gets caches of its own: what patched code has read is nobody else's.
    """
    is_alone = "monkeypatch" in request.fixturenames
    if is_alone or [request.module] != _MODULE:
        _forget()
    _MODULE[:] = [request.module]
    yield
    if is_alone:
        _forget()


def _forget() -> None:
    st.cache_data.clear()
    st.cache_resource.clear()


def _script(settings, scope, now):  # type: ignore[no-untyped-def]  # its source is run elsewhere
    from ui import shell

    shell.run(settings, viewer=shell.Viewer("tester", scope, is_local=True), now=now)


@pytest.fixture
def open_page() -> OpenPage:
    """Return a function that opens a page: address, store, language, scope, query."""

    def opened(
        url_path: str,
        settings: Settings,
        *,
        language: str = "en",
        scope: AccessScope = EVERYTHING,
        query: Mapping[str, str | Sequence[str]] | None = None,
        now: datetime = NOW,
    ) -> AppTest:
        page = AppTest.from_function(
            _script,
            kwargs={"settings": settings, "scope": scope, "now": now},
            default_timeout=60,
        )
        wanted: dict[str, Any] = {"lang": language, **(query or {})}
        for name, value in wanted.items():
            page.query_params[name] = value
        if url_path != "overview":
            page._page_hash = _hash(url_path)
        return page.run()

    return opened


def _hash(url_path: str) -> str:
    from streamlit.util import calc_hash

    return calc_hash(url_path)


def texts(page: AppTest) -> list[str]:
    """Return every text that a viewer reads: labels, values, captions, options."""
    found: list[str] = []
    for element in page:
        if element.type == "html":  # a style sheet; tests/ui/test_styles.py reads it
            continue
        for name in ("label", "value", "body", "placeholder", "help", "delta"):
            value = getattr(element, name, None)
            if isinstance(value, str):
                found.append(value)
        options = getattr(element, "options", None)
        if isinstance(options, list):
            found += [str(option) for option in options]
    return found
