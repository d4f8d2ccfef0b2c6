"""Names of what tasks are about: those only that a viewer may see, over both engines."""

import sqlalchemy as sa

from crm_data.queries.task_subjects import TASK_SUBJECTS, task_subjects
from crm_data.scope import EVERYTHING, NOBODY, AccessScope

ASKED = [
    *(("customer", one) for one in ("c1", "c2", "c3", "c9")),
    *(("opportunity", one) for one in ("d1", "d2", "d3", "'; --")),
    ("lead", "l1"), ("lead", "l2"), ("ticket", "t1"), ("nonsense", "c1"),
]  # fmt: skip


def seen(conn: sa.Connection, scope: AccessScope) -> set[str]:
    return set(task_subjects(conn, scope, ASKED)["subject_id"])


def test_everything_asked_for_that_is_there(conn: sa.Connection) -> None:
    found = task_subjects(conn, EVERYTHING, ASKED)
    TASK_SUBJECTS.check(found)
    rows = {row.subject_id: row for row in found.itertuples()}

    assert list(rows) == ["c1", "c2", "c3", "l1", "l2", "d1", "d2", "d3", "t1"]
    assert (rows["d1"].name, rows["d1"].customer_id, rows["d1"].customer_name) == (
        "Deal 1", "c1", "Name c1",
    )  # fmt: skip
    assert [rows[one].owner_id for one in ("d2", "d3", "l2", "t1")] == ["e1", "e1", "e2", "e1"]
    assert (rows["t1"].name, rows["c1"].name) == ("delivery", "Name c1")
    assert found["name"].isna().sum() == 3  # two leads, and a deal without a name


def test_only_what_the_scope_shows(conn: sa.Connection) -> None:
    assert seen(conn, AccessScope(frozenset({"e1"}))) == {"c1", "d1", "d2", "d3", "l1", "t1"}
    assert seen(conn, AccessScope(frozenset({"e2"}))) == {"c2", "l2"}  # d3 is e1's
    assert seen(conn, NOBODY) == set()
    assert task_subjects(conn, EVERYTHING, []).empty
