"""Candidates and outcomes, counted by hand, over both engines."""

import json
from datetime import date

import sqlalchemy as sa

from crm_data.queries.retention_candidates import (
    RETENTION_INPUT,
    candidates,
    candidates_among,
    owners_of,
    people,
)
from crm_data.queries.retention_outcomes import RETENTION_OUTCOMES, known_until, member_outcomes
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.tables import mart
from tests.actions.company import ASSIGNED, KNOWN_UNTIL, OUTCOME

EVERYBODY = [f"c{no}" for no in range(10)]
ALL = '{"all":[]}'
AT_RISK = '{"field":"stage","op":"eq","values":["at_risk"]}'
OWN = AccessScope(frozenset({"e1"}))


def outcomes(conn: sa.Connection, scope: AccessScope = EVERYTHING) -> dict[str, tuple]:
    frame = member_outcomes(
        conn, scope, [*EVERYBODY, "c77"], assigned_on=ASSIGNED, outcome_on=OUTCOME
    )
    RETENTION_OUTCOMES.check(frame)
    return {row[0]: row[1:] for row in frame.itertuples(index=False)}


def test_orders_count_after_the_day_of_assignment_and_up_to_the_outcome_day(
    conn: sa.Connection,
) -> None:
    found = {key: (row[0], row[1]) for key, row in outcomes(conn).items()}

    assert found["c6"][0] == 1
    assert found["c6"][1] != found["c6"][1]  # an order without an amount: not known, not zero
    del found["c6"]
    assert found == {
        "c0": (2, 30), "c1": (0, 0), "c2": (0, 0), "c3": (1, 25), "c4": (0, -15), "c5": (0, 0),
        "c7": (0, 0), "c8": (0, 0), "c9": (0, 0),
    }  # fmt: skip


def test_a_contract_runs_until_the_day_on_which_it_ends(conn: sa.Connection) -> None:
    found = {key: (bool(row[2]), bool(row[3])) for key, row in outcomes(conn).items()}

    assert {key for key, (had, _has) in found.items() if had} == {"c4", "c5", "c7", "c9"}
    assert {key for key, (_had, has) in found.items() if has} == {"c5", "c7", "c9"}


def test_outcomes_of_others_are_not_seen(conn: sa.Connection) -> None:
    assert set(outcomes(conn, OWN)) == {"c0", "c1", "c2"}
    assert outcomes(conn, NOBODY) == {}


def test_outcomes_are_known_until_the_last_day_of_orders_else_of_contracts(
    conn: sa.Connection,
) -> None:
    info = mart("version_info")
    assert known_until(conn) == known_until(conn, kept="order") == KNOWN_UNTIL
    # A contract that ended after the last day with a start or an end would still seem to run.
    assert known_until(conn, kept="contract") == date(2026, 6, 1)
    flows = mart("contract_flows")
    conn.execute(flows.insert().values(month_on=date(2026, 6, 1), last_on=KNOWN_UNTIL))
    assert known_until(conn, kept="contract") == KNOWN_UNTIL
    conn.rollback()
    conn.execute(info.update().where(info.c.table_name == "orders").values(watermark_on=None))
    assert known_until(conn) == date(2026, 6, 1)
    conn.execute(info.delete().where(info.c.table_name == "subscriptions"))
    conn.execute(info.update().where(info.c.table_name == "orders").values(watermark_on=OUTCOME))
    assert known_until(conn, kept="contract") == OUTCOME
    conn.execute(info.delete())
    assert known_until(conn) is None
    conn.rollback()


def test_candidates_have_value_at_stake_and_reasons(conn: sa.Connection) -> None:
    found = candidates(conn, EVERYTHING, ALL)
    RETENTION_INPUT.check(found)
    values = found.set_index("customer_id")["value_at_stake"]
    reasons = {
        key: json.loads(text)
        for key, text in zip(found["customer_id"], found["reasons"], strict=True)
    }

    assert found["customer_id"].tolist()[:7] == ["c0", "c1", "c3", "c4", "c7", "c8", "c9"]
    assert values[["c0", "c9"]].tolist() == [900, 300]
    assert values[["c2", "c5", "c6"]].isna().all()
    assert {key: told for key, told in reasons.items() if told} == {
        "c0": ["at_risk", "open_ticket", "complaint", "low_nps"], "c1": ["lost"],
        "c3": ["at_risk"], "c8": ["complaint"],
    }  # fmt: skip


def test_candidates_are_those_of_the_segment_and_the_scope(conn: sa.Connection) -> None:
    assert candidates(conn, EVERYTHING, AT_RISK)["customer_id"].tolist() == ["c0", "c3"]
    assert candidates(conn, OWN, AT_RISK)["customer_id"].tolist() == ["c0"]
    assert candidates(conn, NOBODY, ALL).empty


def test_named_customers_are_those_that_are_there_and_may_be_seen(conn: sa.Connection) -> None:
    named = ["c3", "c0", "c0", "x'); --", "c\0"]

    assert candidates_among(conn, EVERYTHING, named)["customer_id"].tolist() == ["c0", "c3"]
    assert candidates_among(conn, OWN, named)["customer_id"].tolist() == ["c0"]
    assert owners_of(conn, EVERYTHING, named)["owner_id"].tolist() == ["e1", "e2"]
    assert owners_of(conn, EVERYTHING, []).empty


def test_people_are_those_who_have_not_left(conn: sa.Connection) -> None:
    assert people(conn, EVERYTHING)["name"].tolist() == ["Ann", "Bo"]
    assert people(conn, OWN)["employee_id"].tolist() == ["e1"]
    assert people(conn, NOBODY).empty
