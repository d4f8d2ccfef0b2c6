"""Sums over groups of the hand-counted shop, over each engine, against plain Python over rows."""

import json
import math
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from analytics.group_sums import added, without
from analytics.portrait import portrait
from analytics.segment_compare import compare
from crm_data.app_db import dispose
from crm_data.errors import UsageError
from crm_data.queries.customer_list import customer_list
from crm_data.queries.cut import Cut
from crm_data.queries.portraits import (
    CELL_SIZES,
    GROUP_SUMS,
    cell_sizes,
    cells_within,
    group_sums,
    member_sums,
    segment_cells,
    whole_sums,
)
from crm_data.queries.segments import SEGMENT_MEMBERS, is_member, segment_members
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.settings import Settings
from crm_data.tables import mart
from crm_data.versions import Warehouse
from tests.customers.shop import built, order

E1 = AccessScope(frozenset({"E1"}))
LAST = date(2025, 2, 20)  # o8, the last counted order


def has_phone() -> sa.ColumnElement[bool]:
    return mart("customer_facts").c.phone.is_not(None)


def has_orders() -> sa.ColumnElement[bool]:
    return mart("customer_facts").c.orders > 0


def found(conn: sa.Connection, scope: AccessScope = EVERYTHING) -> pd.DataFrame:
    sums = group_sums(conn, scope=scope, cell=segment_cells([has_phone()]))
    GROUP_SUMS.check(sums)
    return sums.set_index(["cell", "feature", "level"])


def test_numbers_by_hand(conn: sa.Connection) -> None:
    """With a phone: c1 (4 orders, 150), c2 (1, 70), c4 (1, 40). Without: c3, c40, c9 (1, 20)."""
    sums = found(conn)
    orders, net = (sums.loc[("1", name, None)] for name in ("orders", "net_amount"))

    assert orders[["n", "missing", "total", "total_sq"]].tolist() == [3, 0, 6, 18]
    assert net[["n", "missing", "total", "total_sq"]].tolist() == [
        3, 0, 260, 150**2 + 70**2 + 40**2,
    ]  # fmt: skip
    assert net["scaled_total"] == pytest.approx(math.log(151) + math.log(71) + math.log(41))
    assert net["scaled_total_sq"] == pytest.approx(
        math.log(151) ** 2 + math.log(71) ** 2 + math.log(41) ** 2
    )
    # No orders are no value; an average order there is not.
    rest = sums.loc[("0", "net_amount", None)]
    assert rest[["n", "missing", "total"]].tolist() == [3, 0, 20]
    average = sums.loc[("0", "average_order_value", None)]
    assert average[["n", "missing", "total", "under"]].tolist() == [1, 2, 20, 1]


def test_ratios_keep_squares_and_products(conn: sa.Connection) -> None:
    average = found(conn).loc[("1", "average_order_value", None)]

    assert average[["total", "under", "under_sq", "cross"]].tolist() == [
        260, 6, 16 + 1 + 1, 150 * 4 + 70 + 40,
    ]  # fmt: skip
    assert average["scaled_total"] == pytest.approx(
        math.log(1 + 150 / 4) + math.log(71) + math.log(41)
    )
    returned = found(conn).loc[("1", "returned_share", None)]
    assert returned[["total", "under", "scaled_total"]].tolist() == [1, 6, 0.25]


def test_days_end_at_the_watermark(conn: sa.Connection) -> None:
    since = found(conn).loc[("1", "days_since_last_order", None)]
    c1, c2 = (LAST - date(2025, 1, 31)).days, (LAST - date(2025, 1, 2)).days

    assert since[["n", "missing", "total"]].tolist() == [2, 1, c1 + c2]  # c4's has no day


def test_categories_count_levels_among_what_is_known(conn: sa.Connection) -> None:
    sums = found(conn)
    columns = ["n", "missing", "total", "under"]

    assert sums.loc[("1", "subscription", "ended"), columns].tolist() == [3, 0, 1, 3]
    assert sums.loc[("1", "subscription", "none"), columns].tolist() == [3, 0, 2, 3]
    assert sums.loc[("0", "subscription", "ended"), columns].tolist() == [3, 0, 0, 3]
    assert sums.loc[("1", "region", "East"), columns].tolist() == [1, 2, 1, 1]
    assert sums.loc[("0", "region", "East"), columns].tolist() == [0, 3, 0, 0]
    assert sums.loc[("1", "consent_email", "true"), columns].tolist() == [1, 2, 1, 1]
    assert sums.loc[("1", "first_category", "tea"), columns].tolist() == [2, 1, 2, 2]


def test_complaints_and_the_wait_for_an_answer(conn: sa.Connection) -> None:
    """c1 complained once and has had no answer: a wait that is not over is not known."""
    sums = found(conn)

    assert sums.loc[("1", "complaints", None), "total"] == 1
    assert sums.loc[("1", "first_complaint_hours", None), ["n", "missing"]].tolist() == [0, 3]


def test_only_what_may_be_seen_is_summed(conn: sa.Connection) -> None:
    """E1's customers are c1 and c40: also the rest of a group is only of theirs."""
    sums = found(conn, E1)

    assert sums.loc[("1", "orders", None), ["n", "total"]].tolist() == [1, 4]
    assert sums.loc[("0", "orders", None), ["n", "total"]].tolist() == [1, 0]
    assert group_sums(conn, scope=NOBODY, cell=segment_cells([has_phone()])).empty


def test_cells_of_overlapping_segments_and_their_sizes(conn: sa.Connection) -> None:
    cell = segment_cells([has_phone(), has_orders()])
    sizes = cell_sizes(conn, scope=EVERYTHING, cell=cell)
    CELL_SIZES.check(sizes)

    assert sizes["cell"].tolist() == ["00", "01", "11"]
    assert sizes["customers"].tolist() == [2, 1, 3]
    assert sizes["buyers"].tolist() == [0, 1, 3]
    assert sizes["net_amount"].tolist() == [0.0, 20.0, 260.0]


def test_every_number_is_what_rows_say(conn: sa.Connection) -> None:
    """The same sums in plain Python over the list of customers."""
    rows = customer_list(conn, scope=EVERYTHING, cut=Cut(), limit=100)
    sums = found(conn)
    for name in ("orders", "orders_365d", "tickets", "complaints", "open_deals", "median_gap_days",
                 "last_nps", "last_csat"):  # fmt: skip
        for cell, group in rows.groupby(rows["phone"].notna()):
            known = [float(x) for x in group[name].dropna()]
            row = sums.loc[("1" if cell else "0", name, None)]
            assert row[["n", "missing"]].tolist() == [len(known), len(group) - len(known)], name
            assert row["total"] == pytest.approx(sum(known)), name
            assert row["total_sq"] == pytest.approx(sum(x * x for x in known)), name


@pytest.mark.parametrize("scope", [EVERYTHING, E1], ids=["everything", "E1"])
@pytest.mark.parametrize("is_few", [True, False])
def test_the_rest_is_everybody_less_the_members(
    conn: sa.Connection, scope: AccessScope, is_few: bool
) -> None:
    """Sums of members alone, and the others by subtraction, are those of one pass over all."""
    facts = mart("customer_facts").c
    member = facts.region == "East" if is_few else facts.phone.is_not(None)
    both = group_sums(conn, scope=scope, cell=segment_cells([member]))
    whole = whole_sums(conn, scope=scope)
    own = member_sums(conn, scope=scope, member=member, whole=whole)
    GROUP_SUMS.check(whole)
    GROUP_SUMS.check(own)

    for cell, sums in (("1", own), ("0", without(whole, own))):
        expected = added(both, [cell])
        found = added(sums, [cell]).reindex(expected.index)
        pd.testing.assert_frame_equal(found, expected, check_exact=False, rtol=1e-9, atol=1e-9)


def test_held_against_another_group_only_its_others_count(conn: sa.Connection) -> None:
    """E1 (c1, c40) against E2 (c2, c3): c4 and c9 are on no side; a member is never the rest."""
    facts = mart("customer_facts").c
    reference = facts.owner_id.in_(["E1", "E2"])
    cell = cells_within(facts.owner_id == "E1", reference)
    sums = group_sums(conn, scope=EVERYTHING, cell=cell).set_index(["cell", "feature"])

    assert sums.loc[("1", "orders"), ["n", "total"]].tolist() == [2, 4]
    assert sums.loc[("0", "orders"), ["n", "total"]].tolist() == [2, 1]


def test_members_without_any_level_still_count_as_unknown(conn: sa.Connection) -> None:
    """c2 has no region: nobody of the group has one, and that is to be seen."""
    whole = whole_sums(conn, scope=EVERYTHING)
    member = mart("customer_facts").c.customer_id == "c2"
    own = member_sums(conn, scope=EVERYTHING, member=member, whole=whole)

    row = own.set_index(["feature", "level"]).loc[("region", "East")]
    assert row[["n", "missing", "total"]].tolist() == [0, 1, 0]


def test_a_negative_total_keeps_its_sign_on_the_logarithm(tmp_path: Path) -> None:
    settings = Settings.from_environment({"CRM_HOME": str(tmp_path)})
    tables: dict[str, list[dict[str, object]]] = {
        "customers": [{"customer_id": "c1"}],
        "orders": [order("o1", "c1", 1, -99, status="returned")],
    }
    version = built(settings, tables)
    warehouse = Warehouse(settings)
    with warehouse.connect(version) as connection:
        whole = whole_sums(connection, scope=EVERYTHING).set_index("feature")
    warehouse.close()
    dispose(settings)

    assert whole.loc["net_amount", ["total", "scaled_total"]].tolist() == [
        -99, pytest.approx(-math.log(100)),
    ]  # fmt: skip
    assert whole.loc["returned_share", "total"] == 1
    assert whole.loc["margin_share", "n"] == 0


def test_without_clusters_there_are_no_cells(conn: sa.Connection) -> None:
    assert group_sums(conn, scope=EVERYTHING).empty
    assert cell_sizes(conn, scope=EVERYTHING).empty


def test_portraits_and_comparisons_read_what_queries_return(conn: sa.Connection) -> None:
    sums = group_sums(conn, scope=EVERYTHING, cell=segment_cells([has_phone(), has_orders()]))

    assert portrait(sums, ["11"]).verdict == "too_few"
    groups = {"phone": ["10", "11"], "buyers": ["01", "11"]}
    figures = compare(sums, groups, against=["00", "01", "10", "11"])
    orders = figures[(figures["feature"] == "orders") & (figures["group"] == "buyers")]
    assert orders["value"].tolist() == [7 / 4]


OF_E2 = {"field": "owner_id", "op": "eq", "values": ["E2"]}


@pytest.mark.parametrize(
    ("among", "expected"),
    [
        ({"field": "region", "op": "eq", "values": ["East"]}, ["c1"]),
        (
            {"all": [{"field": "region", "op": "is_missing"}, OF_E2]},
            ["c2", "c3"],
        ),
        ({"not": OF_E2}, ["c1", "c4", "c9", "c40"]),
        ({"field": "has_subscription", "op": "eq", "values": [False]}, ["c1"]),
        ({"any": []}, []),
        ({"field": "region", "op": "eq", "values": ["' OR 1=1 --"]}, []),
    ],
)
def test_members_of_a_segment_are_listed_by_value(
    conn: sa.Connection, among: dict[str, object], expected: list[str]
) -> None:
    listed = segment_members(conn, EVERYTHING, json.dumps(among), limit=10)
    SEGMENT_MEMBERS.check(listed)

    assert listed["customer_id"].tolist() == expected


def test_members_out_of_scope_are_not_listed(conn: sa.Connection) -> None:
    listed = segment_members(conn, E1, '{"all":[]}', limit=10)

    assert listed["customer_id"].tolist() == ["c1", "c40"]


def test_a_segment_of_scores_does_not_mix_with_the_scores_around_it(conn: sa.Connection) -> None:
    """The same marts are inside and outside of the condition."""
    in_none = is_member('{"field":"cluster","op":"eq","values":["c77"]}')
    cells = cell_sizes(conn, scope=EVERYTHING, cell=segment_cells([in_none]))

    assert cells["cell"].tolist() == ["0"]


@pytest.mark.parametrize("among", ["", "[]", "{", '{"nothing": ["x"]}', '{"kind": 5}', "null"])
def test_what_is_no_segment_is_refused(among: str) -> None:
    with pytest.raises(UsageError):
        is_member(among)
