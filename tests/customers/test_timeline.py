"""The timeline: every kind, in order, and only for those who may see the customer."""

import pandas as pd
import pytest
import sqlalchemy as sa

from crm_data.errors import UsageError
from crm_data.queries.timeline import (
    EVENT_KINDS,
    ORDER_LINES,
    TIMELINE,
    TIMELINE_COUNTS,
    lines_of_order,
    timeline,
    timeline_counts,
)
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from tests.customers.shop import INJECTION

OF_E1 = AccessScope(frozenset({"E1"}))
# Newest first; the answer without a time comes last.
EXPECTED = [
    ("deal", "d2", "created", "2025-02-11 00:00"),
    ("deal", "d1", "lost", "2025-02-10 00:00"),
    ("order", "o5", "", "2025-02-05 00:00"),
    ("subscription", "s1", "ended", "2025-02-03 00:00"),
    ("ticket", "t1", "", "2025-02-01 00:00"),
    ("order", "o3", "", "2025-01-31 00:00"),
    ("order", "o4", "", "2025-01-31 00:00"),
    ("interaction", "i1", "", "2025-01-20 08:00"),
    ("order", "o2", "", "2025-01-11 00:00"),
    ("campaign", "m1 / c1", "", "2025-01-10 00:00"),
    ("campaign", "m2 / c1", "", "2025-01-09 00:00"),
    ("deal", "d1", "created", "2025-01-05 00:00"),
    ("subscription", "s1", "started", "2025-01-03 00:00"),
    ("order", "o1", "", "2025-01-01 09:30"),
    ("survey", "r1", "", None),
]


def read(conn: sa.Connection, **more: object) -> pd.DataFrame:
    given = {"scope": OF_E1, "customer_id": "c1", "limit": 99, **more}
    frame = timeline(conn, **given)  # type: ignore[arg-type]  # test arguments
    TIMELINE.check(frame)
    return frame


def test_everything_newest_first(conn: sa.Connection) -> None:
    frame = read(conn)
    times = [None if pd.isna(t) else f"{t:%Y-%m-%d %H:%M}" for t in frame["happened_at"]]

    assert list(zip(frame["kind"], frame["item_id"], frame["step"], times, strict=True)) == EXPECTED


def test_each_kind_says_its_own(conn: sa.Connection) -> None:
    frame = read(conn)
    rows = {(r["kind"], r["item_id"], r["step"]): r for r in frame.to_dict("records")}
    order = rows["order", "o1", ""]
    met = rows["interaction", "i1", ""]
    campaign = rows["campaign", "m1 / c1", ""]
    ticket = rows["ticket", "t1", ""]
    answer = rows["survey", "r1", ""]
    lost = rows["deal", "d1", "lost"]
    ended = rows["subscription", "s1", "ended"]

    assert (order["amount"], order["lines"], order["has_time"]) == (100.0, 2, True)
    assert rows["order", "o2", ""]["has_time"] is False or not rows["order", "o2", ""]["has_time"]
    assert (rows["order", "o5", ""]["status"], rows["order", "o5", ""]["amount"]) == ("open", 999.0)
    assert (met["title"], met["person"], met["detail"]) == (INJECTION, "李雷", "inbound")
    assert (campaign["title"], campaign["detail"]) == ("Spring", "sent,opened,converted")
    assert campaign["until_at"] == pd.Timestamp(2025, 1, 11)
    assert rows["campaign", "m2 / c1", ""]["title"] == "m2"
    assert rows["campaign", "m2 / c1", ""]["detail"] == ""
    assert (ticket["detail"], ticket["person"]) == ("complaint,high", "E9")
    assert (answer["score"], answer["scale_max"], answer["detail"]) == (0.0, 10.0, "nps")
    assert (lost["body"], lost["amount"]) == ("price", 500.0)
    assert pd.isna(rows["deal", "d1", "created"]["body"])
    assert (ended["title"], ended["body"], ended["amount"]) == ("茶", "moved", 9.0)


def test_counts_are_those_of_the_list(conn: sa.Connection) -> None:
    counts = timeline_counts(conn, scope=OF_E1, customer_id="c1")
    TIMELINE_COUNTS.check(counts)

    assert dict(zip(counts["kind"], counts["events"], strict=True)) == {
        "order": 5, "interaction": 1, "campaign": 2, "ticket": 1, "survey": 1, "deal": 3,
        "subscription": 2,
    }  # fmt: skip


@pytest.mark.parametrize("kind", EVENT_KINDS)
def test_one_kind_alone(conn: sa.Connection, kind: str) -> None:
    frame = read(conn, kinds=(kind,))

    assert [(k, i, s) for k, i, s, _ in EXPECTED if k == kind] == list(
        zip(frame["kind"], frame["item_id"], frame["step"], strict=True)
    )


def test_pages_are_parts_of_the_list(conn: sa.Connection) -> None:
    pages = [read(conn, limit=4, offset=offset)["item_id"].tolist() for offset in range(0, 20, 4)]

    assert [item for page in pages for item in page] == [item for _, item, _, _ in EXPECTED]


def test_kinds_not_on_offer_are_refused_and_none_is_nothing(conn: sa.Connection) -> None:
    assert read(conn, kinds=()).empty
    with pytest.raises(UsageError, match="no events of kind 'gossip'"):
        read(conn, kinds=("gossip",))


@pytest.mark.parametrize("scope", [NOBODY, AccessScope(frozenset({"E2"}))])
def test_nothing_out_of_scope(conn: sa.Connection, scope: AccessScope) -> None:
    assert read(conn, scope=scope).empty
    assert timeline_counts(conn, scope=scope, customer_id="c1").empty
    assert lines_of_order(conn, scope=scope, customer_id="c1", order_id="o1").empty


def test_lines_of_an_order(conn: sa.Connection) -> None:
    frame = lines_of_order(conn, scope=OF_E1, customer_id="c1", order_id="o1")
    ORDER_LINES.check(frame)

    assert frame["line_no"].tolist() == [1, 2]
    assert frame["amount"].tolist() == [60.0, 40.0]
    assert frame["product_name"].tolist()[0] == "茶"
    assert pd.isna(frame["product_name"].tolist()[1])


def test_lines_of_somebody_elses_order_are_not_shown(conn: sa.Connection) -> None:
    assert lines_of_order(conn, scope=EVERYTHING, customer_id="c1", order_id="o6").empty
    assert lines_of_order(conn, scope=OF_E1, customer_id="c2", order_id="o6").empty
    assert lines_of_order(conn, scope=EVERYTHING, customer_id="c1", order_id="' OR 1=1").empty
