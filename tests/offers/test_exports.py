"""Every view's rows as files: labelled, audited, and addresses with consent only."""

import io
import json
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from crm_data.app_db import AuditRow, session
from crm_data.settings import Settings
from tests.customers.pages import open_page
from tests.pages.conftest import _fresh_caches
from ui import downloads

__all__ = ["_fresh_caches"]  # a fixture
Files = dict[str, Callable[[], bytes]]


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> Files:
    """What each download button of the page opened would make, by key."""
    found: Files = {}

    def button(_label: str, make: Callable[[], bytes], *_: Any, key: str, **__: Any) -> bool:
        found[key] = make
        return False

    monkeypatch.setattr(downloads.st, "download_button", button)
    return found


def opened(settings: Settings, **query: str) -> None:
    app = open_page(settings, "offers", query)
    opens = {"product": "offers_export", "white_space": "white_space_export"}
    if query["view"] in opens:
        app.session_state[opens[query["view"]]] = True
        app.run()
    assert not app.exception


def csv(make: Callable[[], bytes]) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(make()))


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize(
    ("view", "name", "rows"), [("product", "offers", 1), ("white_space", "white_space", 16)]
)
def test_a_file_is_labelled_and_written_down(
    duckdb_shop: Settings, files: Files, view: str, name: str, rows: int, language: str
) -> None:
    opened(duckdb_shop, view=view, product="cup", lang=language)

    assert set(files) == {f"csv_{name}", f"xlsx_{name}"}
    assert len(csv(files[f"csv_{name}"])) == rows
    assert files[f"xlsx_{name}"]().startswith(b"PK")
    with session(duckdb_shop) as db:
        last = db.scalars(sa.select(AuditRow).order_by(AuditRow.audit_id.desc())).first()
        assert last is not None
        assert (last.action, last.subject) == ("export", name)
        assert json.loads(last.details)["rows"] == rows


def test_addresses_leave_with_consent_for_that_channel_only(
    duckdb_shop: Settings, files: Files
) -> None:
    opened(duckdb_shop, view="product", product="cup", by="email")
    by_email = csv(files["csv_offers"])
    assert by_email[["customer_id", "contact_address"]].to_numpy().tolist() == [
        ["c4", "four@example.com"]
    ]

    opened(duckdb_shop, view="product", product="cup", by="any")
    anyhow = files["csv_offers"]()
    assert b"example.com" not in anyhow
    assert "contact_address" not in csv(lambda: anyhow)
