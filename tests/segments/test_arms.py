"""Who was held back at an export is stored, and told to who may see those customers only."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from crm_data.app_db import SegmentExportMemberRow, session
from crm_data.commands.segment_arms import HELD_BACK, exports_of, held_back_at
from crm_data.commands.segment_export import (
    Holdout,
    members_for,
    record_segment_export,
    with_arms,
)
from crm_data.commands.segments import create_segment
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.settings import Settings
from tests.conftest import NOW
from tests.queries.shop import duckdb_engine
from tests.segments.company import fill

EVERYBODY, NO_ONE = '{"all":[]}', '{"any":[]}'
HALF = Holdout(0.5, 3)
PEOPLE = [f"c{no}" for no in range(12)]
HELD = [one for one in PEOPLE if HALF.has(one)]
E1 = AccessScope(frozenset({"e1"}))


@pytest.fixture(scope="module")
def conn() -> Iterator[sa.Connection]:
    """Twelve customers, every other one of e1."""
    facts = [
        {"customer_no": no, "customer_id": key, "name": f"N{no}", "email": f"{key}@x.com",
         "owner_id": "e1" if no % 2 else "e2", "net_amount": 12 - no}
        for no, key in enumerate(PEOPLE)
    ]  # fmt: skip
    engine = duckdb_engine()
    with engine.begin() as opened:
        fill(opened, {"customer_facts": facts})
    with engine.connect() as opened:
        yield opened
    engine.dispose()


def export(
    settings: Settings, conn: sa.Connection, holdout: Holdout, *, later: int = 0, **more: object
) -> None:
    found = members_for(conn, EVERYTHING, EVERYBODY, channel="none", holdout=holdout)
    known = {"name": "All", "definition": EVERYBODY, "actor": "ada"} | more
    record_segment_export(
        settings, found, channel="none", holdout=holdout, version="v000003",
        now=NOW + timedelta(days=later), **known,  # type: ignore[arg-type]  # test data
    )  # fmt: skip


def test_each_customer_has_the_arm_of_its_draw(settings: Settings, conn: sa.Connection) -> None:
    export(settings, conn, HALF)
    with session(settings) as db:
        member = SegmentExportMemberRow
        stored_arms = db.execute(sa.select(member.customer_id, member.arm)).all()
        arms = {one.customer_id: one.arm for one in stored_arms}
    (stored,) = exports_of(settings, "", EVERYBODY)

    assert 2 < len(HELD) < 10
    assert arms == {one: "held_back" if one in HELD else "contact" for one in PEOPLE}
    assert (stored.holdout_share, stored.seed, stored.version) == (0.5, 3, "v000003")
    assert (stored.exported_by, stored.channel) == ("ada", "none")


def test_without_a_holdout_there_is_no_arm(settings: Settings, conn: sa.Connection) -> None:
    export(settings, conn, Holdout(0.0, 3))

    assert exports_of(settings, "", EVERYBODY) == []


def test_exports_are_found_by_segment_and_by_conditions(
    settings: Settings, conn: sa.Connection
) -> None:
    one = create_segment(settings, name="All", definition=EVERYBODY, actor="ada", now=NOW)
    export(settings, conn, HALF, segment_id=one.segment_id, definition=NO_ONE)
    export(settings, conn, HALF, later=1)

    found = exports_of(settings, one.segment_id, EVERYBODY)
    assert [export.definition for export in found] == [EVERYBODY, NO_ONE]  # newest first
    assert len(exports_of(settings, "", EVERYBODY)) == 1
    assert exports_of(settings, "", '{"not":{"all":[]}}') == []


def test_the_list_is_for_who_may_see_the_customers(settings: Settings, conn: sa.Connection) -> None:
    export(settings, conn, HALF)
    ids = [one.export_id for one in exports_of(settings, "", EVERYBODY)]

    def held(scope: AccessScope) -> list[str]:
        frame = held_back_at(settings, conn, scope, ids)
        HELD_BACK.check(frame)
        return frame["customer_id"].tolist()

    assert held(EVERYTHING) == sorted(HELD)
    assert held(E1) == sorted(one for one in HELD if int(one[1:]) % 2)
    assert held(NOBODY) == []
    assert held_back_at(settings, conn, EVERYTHING, []).empty


def test_who_is_gone_from_the_data_is_told_to_who_sees_everything(
    settings: Settings, conn: sa.Connection
) -> None:
    export(settings, conn, HALF)
    (stored,) = exports_of(settings, "", EVERYBODY)
    with session(settings) as db:
        db.add(SegmentExportMemberRow(
            export_id=stored.export_id, customer_id="gone", arm="held_back"
        ))  # fmt: skip
    held = held_back_at(settings, conn, EVERYTHING, [stored.export_id]).set_index("customer_id")

    assert held["name"].isna().to_dict() == {one: one == "gone" for one in [*HELD, "gone"]}
    assert (
        "gone" not in held_back_at(settings, conn, E1, [stored.export_id])["customer_id"].tolist()
    )


def test_a_file_says_the_arm_and_no_address_of_who_is_held_back(conn: sa.Connection) -> None:
    found = members_for(conn, EVERYTHING, EVERYBODY, channel="none", holdout=HALF)
    assert set(with_arms(found, both=False)["arm"]) == {"contact"}
    both = with_arms(found, both=True)

    assert both["customer_id"].tolist() == PEOPLE  # by net amount
    assert both["customer_id"][both["arm"] == "held_back"].tolist() == HELD
    assert found.held_back[["email", "phone"]].isna().all(axis=None)
