"""An export keeps to consent, and its hold-out is the same each time."""

import json

import pytest
import sqlalchemy as sa

from crm_data.app_db import AuditRow, session
from crm_data.commands.segment_export import (
    Holdout,
    members_for,
    own_seed,
    record_segment_export,
)
from crm_data.errors import UsageError
from crm_data.queries.segments import SEGMENT_MEMBERS
from crm_data.scope import EVERYTHING, AccessScope
from crm_data.settings import Settings
from tests.conftest import NOW
from tests.queries.shop import duckdb_engine
from tests.segments.company import Rows, fill

EVERYBODY = '{"all":[]}'
# Number: consent to e-mail, e-mail, consent to phone, phone.
PEOPLE = {
    0: (True, "a@x.com", False, "1"),
    1: (True, None, True, "2"),
    2: (False, None, None, "3"),
    3: (None, "d@x.com", True, " "),
    4: (True, "e@x.com", True, "5"),
}


@pytest.fixture(scope="module")
def conn() -> sa.Connection:
    """A connection to five customers, and a sixth who is only known from orders."""
    made: dict[str, Rows] = {
        "customer_facts": [
            {"customer_no": no, "customer_id": f"c{no}", "owner_id": "e1", "email": p[1],
             "phone": p[3]}
            for no, p in PEOPLE.items()
        ] + [{"customer_no": 5, "customer_id": "c5"}],
        "customers": [
            {"customer_id": f"c{no}", "consent_email": p[0], "consent_phone": p[2]}
            for no, p in PEOPLE.items()
        ],
    }  # fmt: skip
    tables = ("customer_scores", "order_facts", "order_categories", "tickets", "interactions",
              "campaign_members", "survey_responses", "version_info")  # fmt: skip
    engine = duckdb_engine()
    with engine.begin() as opened:
        fill(opened, made | {name: [] for name in tables})
    return engine.connect()


@pytest.mark.parametrize(
    ("channel", "kept", "left_out"),
    [
        ("email", ["c0", "c4"], {"refused": 1, "no_consent": 2, "no_address": 1}),
        ("phone", ["c1", "c4"], {"refused": 1, "no_consent": 2, "no_address": 1}),
        ("none", ["c0", "c1", "c2", "c3", "c4", "c5"], {}),
    ],
)
def test_only_those_who_agreed_and_can_be_reached(
    conn: sa.Connection, channel: str, kept: list[str], left_out: dict[str, int]
) -> None:
    found = members_for(conn, EVERYTHING, EVERYBODY, channel=channel)

    SEGMENT_MEMBERS.check(found.frame)
    assert found.frame["customer_id"].tolist() == kept
    assert (found.members, found.left_out) == (6, left_out)
    for name in ("email", "phone"):  # an address is written for its own channel only
        assert found.frame[name].notna().all() == (name == channel)


def test_members_of_others_are_not_exported(conn: sa.Connection) -> None:
    own = members_for(conn, AccessScope(frozenset({"e1"})), EVERYBODY, channel="none")
    nobody = members_for(conn, AccessScope(), EVERYBODY, channel="email")

    assert own.members == 5
    assert (nobody.members, nobody.left_out) == (0, {})
    SEGMENT_MEMBERS.check(nobody.frame)


def test_a_segment_has_a_seed_of_its_own_that_no_day_changes() -> None:
    assert own_seed("Silent") == own_seed("Silent") == 272_239
    assert own_seed("Silent") != own_seed("沉默")


def test_a_holdout_is_drawn_by_customer_and_seed_only() -> None:
    ids = [f"c{at}" for at in range(20_000)]
    tenth = {one for one in ids if Holdout(0.1, 7).has(one)}

    # 2,000 expected, standard deviation 42.
    assert 1_800 < len(tenth) < 2_200
    assert tenth == {one for one in reversed(ids) if Holdout(0.1, 7).has(one)}
    assert tenth < {one for one in ids if Holdout(0.2, 7).has(one)}
    # A second draw is independent of the first: 200 expected in both.
    assert 140 < len(tenth & {one for one in ids if Holdout(0.1, 8).has(one)}) < 260
    assert not any(Holdout(0.0, 7).has(one) for one in ids)


def test_the_holdout_is_kept_out_of_the_file_and_counted(conn: sa.Connection) -> None:
    half = Holdout(0.5, seed=3)
    found = members_for(conn, EVERYTHING, EVERYBODY, channel="none", holdout=half)
    kept = [f"c{no}" for no in range(6) if not half.has(f"c{no}")]

    assert 0 < len(kept) < 6
    assert found.frame["customer_id"].tolist() == kept
    assert found.left_out == {"held_out": 6 - len(kept)}


@pytest.mark.parametrize("share", [-0.1, 1.0, float("nan")])
def test_a_share_that_cannot_be_drawn(conn: sa.Connection, share: float) -> None:
    with pytest.raises(UsageError, match="hold-out"):
        members_for(conn, EVERYTHING, EVERYBODY, channel="none", holdout=Holdout(share))


def test_a_channel_that_there_is_not(conn: sa.Connection) -> None:
    with pytest.raises(UsageError, match="email, phone, none"):
        members_for(conn, EVERYTHING, EVERYBODY, channel="fax")  # type: ignore[arg-type]  # refused


def test_an_export_is_one_audit_row_that_says_all_of_it(
    conn: sa.Connection, settings: Settings
) -> None:
    found = members_for(conn, EVERYTHING, EVERYBODY, channel="email", holdout=Holdout(0.0, 7))
    record_segment_export(
        settings, found, name="华东", definition=EVERYBODY, channel="email",
        holdout=Holdout(0.0, 7), version="v000003", actor="ada", now=NOW,
    )  # fmt: skip
    with session(settings) as db:
        row = db.scalars(sa.select(AuditRow)).one()
        assert (row.actor, row.action, row.subject) == ("ada", "export", "segment:华东")
        details = json.loads(row.details)

    assert details == {
        "filters": EVERYBODY, "channel": "email", "rows": 2, "members": 6,
        "left_out": {"refused": 1, "no_consent": 2, "no_address": 1}, "holdout_share": 0.0,
        "arms": ["contact"], "seed": 7, "version": "v000003",
    }  # fmt: skip
