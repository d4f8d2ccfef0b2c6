"""Members by arm, touches and purchases: by hand, over both engines, within the viewer's scope."""

from datetime import date

import pandas as pd
import pytest
import sqlalchemy as sa

from crm_data.errors import UsageError
from crm_data.queries.campaign_arms import (
    Outcome,
    Window,
    campaign_arms,
    campaigns_with_members,
    crossed_customers,
)
from crm_data.queries.campaign_units import campaign_units, unit_weeks
from crm_data.queries.journey_ends import contacts, contract_ends
from crm_data.queries.journeys import (
    purchases_since,
    touch_channels,
    touch_extent,
    touched,
)
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from tests.campaigns.shop import at

E1 = AccessScope(frozenset({"E1"}))
E2 = AccessScope(frozenset({"E2"}))


def by_arm(frame: pd.DataFrame, column: str) -> dict[str | None, float]:
    names = [None if pd.isna(name) else name for name in frame["arm"]]
    return dict(zip(names, frame[column].tolist(), strict=True))


def test_members_count_in_the_arm_that_was_drawn(shop: sa.Connection) -> None:
    found = campaign_arms(shop, "m1", "converted", scope=EVERYTHING)

    assert by_arm(found, "assigned") == {"A": 5, "B": 4, "control": 4, None: 1}
    assert by_arm(found, "total") == {"A": 3, "B": 3, "control": 1, None: 0}
    assert by_arm(found, "n") == {"A": 5, "B": 4, "control": 4, None: 1}
    assert by_arm(found, "sent") == {"A": 4, "B": 4, "control": 0, None: 1}
    assert by_arm(found, "variance")["B"] == pytest.approx(0.25)  # 3 of 4: 0.75·0.25·4/3
    responded = campaign_arms(shop, "m1", "responded", scope=EVERYTHING)
    assert by_arm(responded, "total") == {"A": 3, "B": 0, "control": 0, None: 0}


def test_a_missing_amount_is_not_zero(shop: sa.Connection) -> None:
    found = campaign_arms(shop, "m1", "outcome_value", scope=EVERYTHING)

    assert by_arm(found, "n") == {"A": 4, "B": 3, "control": 4, None: 1}
    assert by_arm(found, "missing") == {"A": 1, "B": 1, "control": 0, None: 0}
    assert by_arm(found, "total") == {"A": 90, "B": 20, "control": 10, None: 0}
    assert by_arm(found, "variance")["A"] == pytest.approx(875 / 3)  # 20 30 40 0
    assert by_arm(found, "valued_unconverted") == {"A": 1, "B": 1, "control": 3, None: 1}


def test_scopes_see_their_customers_and_leads(shop: sa.Connection) -> None:
    assert by_arm(campaign_arms(shop, "m1", "converted", scope=E1), "n") == {"A": 4}
    assert by_arm(campaign_arms(shop, "m1", "converted", scope=E2), "n") == {
        "A": 1, "B": 4, "control": 4,
    }  # fmt: skip
    assert len(campaign_arms(shop, "m1", "converted", scope=NOBODY)) == 0
    assert crossed_customers(shop, "m1", scope=EVERYTHING) == 1
    assert crossed_customers(shop, "m1", scope=E1) == 0


def test_slices_by_field_and_by_attribute(shop: sa.Connection) -> None:
    found = campaign_arms(shop, "m1", "converted", scope=EVERYTHING, by="region")
    north = found[found["slice"] == "North"]
    assert by_arm(north, "n") == {"A": 4}
    club = campaign_arms(shop, "m1", "converted", scope=EVERYTHING, by="attributes.club")
    assert by_arm(club[club["slice"] == "yes"], "total") == {"A": 3, "B": 2, "control": 1}
    with pytest.raises(UsageError, match="cannot be cut by 'owner'"):
        campaign_arms(shop, "m1", "converted", scope=EVERYTHING, by="owner")
    with pytest.raises(UsageError, match="opens"):
        campaign_arms(shop, "m1", "opened", scope=EVERYTHING)  # type: ignore[arg-type]  # refused, which is the point


def test_campaigns_that_have_members(shop: sa.Connection) -> None:
    found = campaigns_with_members(shop, scope=EVERYTHING).set_index("campaign_id")

    assert found[["members", "arms"]].to_dict("index") == {
        "m1": {"members": 14, "arms": 3}, "m2": {"members": 1, "arms": 1},
    }  # fmt: skip
    assert found["name"]["m1"] == "Spring"
    assert found["assigned_at"]["m1"] == at(0)
    assert len(campaigns_with_members(shop, scope=NOBODY)) == 0
    assert campaigns_with_members(shop, scope=E1)["members"].sum() == 5


def seen(conn: sa.Connection, scope: AccessScope, *, first_only: bool = False) -> list[tuple]:
    """Channel, value of the next order (-1: none), and how many days it came after, as counted."""
    found = touched(conn, scope=scope, first_only=first_only)
    names = touch_channels(conn)
    return [
        (names[int(r.channel_no)], -1 if pd.isna(r.value) else r.value, int(r.days // 1)
         if pd.notna(r.days) else None)
        for r in found.itertuples()
    ]  # fmt: skip


def test_visitors_become_the_customer_they_turned_out_to_be(shop: sa.Connection) -> None:
    found = touched(shop, scope=EVERYTHING, first_only=False)
    persons = found.groupby("person_no", sort=False).size()

    assert touch_channels(shop) == ("display", "email", "search", "sms", "social")
    # a1 and a2 twice, a3, a4, the visitor v9, and v5 who is seen with two customers: nobody's.
    assert sorted(persons) == [1, 1, 1, 1, 2, 2]
    assert len(touched(shop, scope=E1, first_only=False)) == 6
    assert len(touched(shop, scope=E2, first_only=False)) == 0
    assert touch_extent(shop, scope=EVERYTHING) == (at(1), 0)
    assert touch_extent(shop, scope=E2) == (None, 0)


def test_the_order_that_came_next_ends_the_way(shop: sa.Connection) -> None:
    # Orders are of a day: the end of that day. a2 orders again on day 50, touched no more.
    assert seen(shop, E1)[:4] == [
        ("search", 100, 3), ("email", 100, 1), ("social", 50, 4), ("search", 50, 1),
    ]  # fmt: skip
    assert seen(shop, E1)[4:] == [("email", -1, None)] * 2
    assert seen(shop, E1, first_only=True) == seen(shop, E1)
    since = date(2026, 1, 6)
    assert purchases_since(shop, since, scope=EVERYTHING, first_only=False) == (3, 89)
    assert purchases_since(shop, since, scope=EVERYTHING, first_only=True) == (2, 80)
    assert purchases_since(shop, since, scope=NOBODY, first_only=False) == (0, 0)


def test_orders_in_the_days_after_assignment_tell_purchases(shop: sa.Connection) -> None:
    def told(outcome: Outcome, window: Window) -> dict[str, tuple[int, int, float]]:
        found = campaign_arms(shop, "m1", outcome, scope=EVERYTHING, window=window)
        known = found[found["arm"].notna()]
        return {r.arm: (int(r.n), int(r.missing), float(r.total)) for r in known.itertuples()}

    # a1 bought on day 4 (100), a2 on day 6 (50) and day 50 (9), c2 of the control on day 10 (30).
    week, month = Window(7), Window(30)
    assert told("purchase", week) == {"A": (5, 0, 2), "B": (3, 1, 0), "control": (4, 0, 0)}
    assert told("revenue", Window(6)) == {"A": (5, 0, 100), "B": (3, 1, 0), "control": (4, 0, 0)}
    assert told("revenue", month)["control"] == (4, 0, 30)
    assert told("revenue", Window(60))["A"] == (5, 0, 159)
    # Whose days are not over is not known, never 0.
    assert told("revenue", Window(30, date(2026, 1, 30)))["A"] == (0, 5, 0)
    assert told("revenue", Window(30, date(2026, 1, 31)))["A"] == (5, 0, 150)
    # Converted on day 2: not within two days of assignment.
    assert told("converted", Window(2))["A"][2] == 0
    assert told("converted", Window(3))["A"][2] == 3
    with pytest.raises(UsageError):
        campaign_arms(shop, "m1", "revenue", scope=EVERYTHING)


def test_members_one_by_one_are_those_of_the_sums(shop: sa.Connection) -> None:
    for scope in (EVERYTHING, AccessScope(frozenset({"E1"}))):
        units = campaign_units(shop, "m1", "revenue", scope=scope, window=Window(60))
        cells = campaign_arms(shop, "m1", "revenue", scope=scope, window=Window(60))
        totals = units.groupby("arm")["outcome"].sum().to_dict()
        assert totals == cells.dropna(subset="arm").set_index("arm")["total"].to_dict()
        assert units["net_before"].fillna(0).sum() == 0
    weeks = unit_weeks(shop, "m1", scope=EVERYTHING, weeks=8)
    assert weeks.set_index(["member_id", "week"])["revenue"].to_dict() == {
        ("a1", 0): 100, ("a2", 0): 50, ("a2", 7): 9, ("c2", 1): 30,
    }  # fmt: skip
    assert weeks["orders"].tolist() == [1, 1, 1, 1]


def test_contacts_are_those_of_known_customers_in_scope(shop: sa.Connection) -> None:
    found = contacts(shop, scope=EVERYTHING)
    assert found["person"].tolist() == ["a1", "a1", "a2", "a3", "a4"]  # a visitor is nobody yet
    assert contacts(shop, scope=E2).empty
    assert contract_ends(shop, scope=EVERYTHING).empty
