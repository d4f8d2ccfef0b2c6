"""Whom to contact, over both engines: counted by hand."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from crm_data.app_db import dispose
from crm_data.marts.score_inputs import SCORED_CUSTOMERS, SCORED_CUSTOMERS_SQL
from crm_data.queries.response import (
    RESPONSE_BINS,
    RESPONSE_LIST,
    Outreach,
    left_out_counts,
    response_bins,
    response_card,
    response_list,
)
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.score_store import ScoreStore
from crm_data.settings import Settings
from crm_data.versions import Warehouse
from crm_data.warehouse import build
from tests.conftest import NOW
from tests.postgres_server import NewDatabase
from tests.warehouse.stage import stored

# customer, owner, consent to mail, score, place, messages in 30 days, unsubscribed
PEOPLE = (
    ("a", "E1", True, 0.9, 1, 0, False), ("b", "E1", False, 0.8, 1, 0, False),
    ("c", "E2", None, 0.7, 2, 0, False), ("d", "E2", True, 0.6, 2, 5, False),
    ("e", "E1", True, 0.5, 3, 3, False), ("f", "E1", True, 0.4, 3, 9, True),
)  # fmt: skip
EMAIL = Outreach("email", "responded", most_contacts=3, with_consent=True)
OF_ALL = {
    "campaigns": [{"name": "Letter"}],
    "requirements": [],
    "refused": [],
    "tenths": [],
    "n": 9,
}
TOLD = {"channel": "email", "outcome": "responded", "verdict": "useful", "auc": 0.7,
        "level_spread": 0.1, "level_n": 3}  # fmt: skip
USED, UNUSED = (
    {"channel": "sms", "outcome": "responded", "name": name, "arm": "A", "verdict": "differs",
     "is_used": name == "used"} for name in ("used", "unused")
)  # fmt: skip
CURVE = {"curve": [{"share": 1.0, "caused": 0.1}]}
OF_ARM = CURVE | {"effect": 0.1, "parts": [], "members": {"treated": 9}, "leave_out": [5]}
CARD = {"as_of": "2026-01-01", "asked": [TOLD | OF_ALL],
        "uplift": [USED | OF_ARM, UNUSED | OF_ARM]}  # fmt: skip


def scorer(store: ScoreStore) -> None:
    customers = store.frame(SCORED_CUSTOMERS_SQL, SCORED_CUSTOMERS)
    numbers = customers.set_index("customer_id")["customer_no"]
    names = ["customer_id", "owner_id", "has_consent", "score", "place", "contacts_30d",
             "is_unsubscribed"]  # fmt: skip
    rows = pd.DataFrame(PEOPLE, columns=names)
    rows = rows.assign(customer_no=rows["customer_id"].map(numbers), reasons="[]")
    for channel, outcome in (("email", "responded"), (None, "bought"), ("email", "caused")):
        own = rows.assign(outcome=outcome, channel=pd.Series(channel, index=rows.index, dtype=str))
        if channel is None:
            own = own.assign(has_consent=pd.Series(None, index=rows.index, dtype="boolean"))
        store.write("response_scores", own.assign(score=rows["score"] / (1 + (channel is None))))
    store.write_card("response", CARD)


def made(home: Path, url: str = "") -> Iterator[Settings]:
    settings = Settings.from_environment({"CRM_HOME": str(home), "CRM_WAREHOUSE_URL": url})
    stored(settings, "customers", [
        {"customer_id": who, "name": who.upper(), "owner_id": owner, "region": "North",
         "consent_email": consent} for who, owner, consent, *_ in PEOPLE
    ])  # fmt: skip
    build(settings, now=NOW, scorer=scorer)
    yield settings
    dispose(settings)


@pytest.fixture(scope="module")
def duckdb_people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    yield from made(tmp_path_factory.mktemp("people"))


@pytest.fixture(scope="module")
def postgres_people(
    tmp_path_factory: pytest.TempPathFactory, new_postgres: NewDatabase
) -> Iterator[Settings]:
    yield from made(tmp_path_factory.mktemp("people_pg"), new_postgres())


@pytest.fixture(params=["duckdb", pytest.param("postgres", marks=pytest.mark.postgres)])
def conn(request: pytest.FixtureRequest) -> Iterator[sa.Connection]:
    warehouse = Warehouse(request.getfixturevalue(f"{request.param}_people"))
    with warehouse.connect(warehouse.current() or "") as connection:
        yield connection
    warehouse.close()


def counts(conn: sa.Connection, ask: Outreach, scope: AccessScope = EVERYTHING) -> dict[str, Any]:
    found = left_out_counts(conn, ask, scope=scope)
    return {name: value for name, value in found.items() if value}


def test_everybody_left_out_has_one_reason(conn: sa.Connection) -> None:
    assert counts(conn, EMAIL) == {
        "matched": 6, "unsubscribed": 1, "without_consent": 2, "contacted_often": 1, "listed": 2,
        "known_consent": 5,
    }  # fmt: skip
    loose = Outreach("email", "responded")  # an explicit no counts anyway
    assert counts(conn, loose) == {
        "matched": 6, "unsubscribed": 1, "without_consent": 1, "listed": 4, "known_consent": 5,
    }  # fmt: skip
    assert counts(conn, Outreach(None, "bought", 3)) == {
        "matched": 6, "unsubscribed": 1, "contacted_often": 1, "listed": 4,
    }  # fmt: skip


def test_the_list_is_in_order_and_the_bins_add_up_to_it(conn: sa.Connection) -> None:
    found = response_list(conn, Outreach("email", "responded"), scope=EVERYTHING, limit=9)
    RESPONSE_LIST.check(found)

    assert found["customer_id"].tolist() == ["a", "c", "d", "e"]
    assert found["score"].tolist() == [0.9, 0.7, 0.6, 0.5]
    second = response_list(
        conn, Outreach("email", "responded"), scope=EVERYTHING, limit=2, offset=1
    )
    assert second["customer_id"].tolist() == ["c", "d"]
    bins = response_bins(conn, Outreach("email", "responded"), scope=EVERYTHING)
    RESPONSE_BINS.check(bins)
    assert bins["place"].tolist() == [1, 2, 3]
    assert bins["customers"].tolist() == [1, 2, 1]
    assert bins["expected"].tolist() == pytest.approx([0.9, 1.3, 0.5])
    other = response_list(conn, Outreach(None, "bought"), scope=EVERYTHING, limit=1)
    assert other["score"].tolist() == [0.45]


def test_only_whom_the_viewer_may_see(conn: sa.Connection) -> None:
    own = AccessScope(frozenset({"E1"}))

    assert counts(conn, EMAIL, own)["matched"] == 4
    assert response_list(conn, EMAIL, scope=own, limit=9)["customer_id"].tolist() == ["a", "e"]
    assert response_list(conn, EMAIL, scope=NOBODY, limit=9).empty
    assert response_bins(conn, EMAIL, scope=NOBODY).empty
    assert response_card(conn, scope=NOBODY) is None
    assert response_card(conn, scope=EVERYTHING) == CARD
    assert response_card(conn, scope=own) == {
        "as_of": "2026-01-01", "asked": [TOLD], "uplift": [USED | CURVE, UNUSED],
    }  # fmt: skip


def test_only_members_of_a_segment(conn: sa.Connection) -> None:
    among = '{"field": "owner_id", "op": "eq", "values": ["E2"]}'
    ask = Outreach("email", "responded", among=among)

    assert counts(conn, ask) == {"matched": 2, "listed": 2, "known_consent": 1}
    found = response_list(conn, ask, scope=EVERYTHING, limit=9)
    assert found["customer_id"].tolist() == ["c", "d"]
    assert response_bins(conn, ask, scope=EVERYTHING)["customers"].tolist() == [2]
