"""The step finds the planted reasons, refuses what the contact told, and sees no later fact."""

from datetime import date, timedelta
from typing import Any, ClassVar

import duckdb
import pandas as pd
import pytest

from crm_data.marts.score_inputs_response import response_inputs, response_inputs_sql
from crm_data.settings import Settings
from crm_data.versions import Warehouse
from scoring import response
from scoring.response_data import channels, members, outcomes_of
from scoring.response_uplift import experiments
from scoring.run import STEPS
from tests.response.company import SENT, TEST_AT, tables


def asked(card: dict[str, Any], channel: str, outcome: str) -> dict[str, Any]:
    return next(
        one for one in card["asked"] if (one["channel"], one["outcome"]) == (channel, outcome)
    )


def test_the_build_runs_it() -> None:
    assert dict(STEPS)["response"] is response.step


def test_the_planted_reason_is_found_on_later_campaigns(card: dict[str, Any]) -> None:
    found = asked(card, "email", "responded")

    assert found["verdict"] == "useful"
    assert found["by"] == "campaigns"
    # two groups, 0.3 of 40 % and 0.08 of 60 %: best AUC is (1 + sensitivity - false alarms) / 2
    sensitivity = 0.4 * 0.3 / (0.4 * 0.3 + 0.6 * 0.08)
    false_alarms = 0.4 * 0.7 / (0.4 * 0.7 + 0.6 * 0.92)
    assert found["auc_low"] < (1 + sensitivity - false_alarms) / 2 < found["auc_high"]
    assert found["importance"][0]["field"] == "attributes.club"
    assert found["tenths"][0]["rate"] == pytest.approx(0.3, abs=0.13)
    assert [one["baseline"] for one in found["baselines"]] == ["rate", "recency"]
    assert found["n"] == 1200  # the last of four
    assert found["scored"] == 1200


def test_what_only_the_contact_tells_is_refused(card: dict[str, Any]) -> None:
    found = asked(card, "email", "responded")

    refused = {one["field"]: one for one in found["refused"]}
    assert refused["attributes.call duration"]["reason"] == "named"
    assert not refused["attributes.call duration"]["is_used"]
    assert "attributes.call duration" not in [one["field"] for one in found["importance"]]


def test_contact_changes_the_club_and_drives_others_away(card: dict[str, Any]) -> None:
    (found,) = card["uplift"]

    assert (found["campaign_id"], found["arm"], found["outcome"]) == ("t", "A", "bought")
    assert found["verdict"] == "differs"
    assert found["is_used"]
    effects = [one["effect"] for one in found["parts"]]
    assert effects[0] == pytest.approx(0.35, abs=0.2)
    assert effects[-1] == pytest.approx(-0.2, abs=0.15)
    assert sum(effects) / 5 == pytest.approx(found["effect"], abs=1e-12)
    assert found["leave_out"]
    assert 1 not in found["leave_out"]


def test_a_channel_with_too_little_is_not_predicted(card: dict[str, Any]) -> None:
    found = asked(card, "sms", "bought")

    # one campaign only, whose buyers are of those contacted
    assert found["by"] == "customers"
    assert [one["contacted"] for one in found["campaigns"]] == [
        sum(row["campaign_id"] == "t" and row["sent_at"] is not None
            for row in tables()["campaign_members"])
    ]  # fmt: skip


@pytest.fixture(scope="module")
def con(company: Settings) -> Any:
    warehouse = Warehouse(company)
    path = next((company.home / "warehouse").glob(f"{warehouse.current()}*.duckdb"))
    warehouse.close()
    with duckdb.connect() as own:  # a copy in memory, to be written to
        own.execute(f"ATTACH '{path}' AS published (READ_ONLY)")
        for (name,) in own.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = 'published'"
        ).fetchall():
            own.execute(f'CREATE TABLE "{name}" AS SELECT * FROM published."{name}"')
        own.execute("CREATE MACRO business_day(moment) AS CAST(moment AS DATE)")
        yield own


def known(con: Any, day: date, campaign: str = "e2") -> pd.DataFrame:
    spec = response_inputs()
    found = spec.conform(
        con.sql(response_inputs_sql(day, "email", campaign_id=campaign))
        .to_arrow_table()
        .to_pandas()
    )
    spec.check(found)
    return found.set_index("customer_id").drop(columns=["customer_no", "is_responded", "is_buyer"])


def test_nothing_after_the_day_is_known(con: Any) -> None:
    day = SENT[2].date() - timedelta(days=1)
    before = known(con, day)
    con.execute("BEGIN")
    con.execute(f"DELETE FROM campaign_members WHERE sent_at > DATE '{day}' + 1 AND campaign_id "
                "<> 'e2'")  # fmt: skip
    con.execute(
        f"UPDATE campaign_members SET responded_at = NULL WHERE responded_at > DATE '{day}'"
    )
    con.execute(f"DELETE FROM order_facts WHERE ordered_on > DATE '{day}'")
    after = known(con, day)
    con.execute("ROLLBACK")

    pd.testing.assert_frame_equal(before, after)


def test_messages_and_answers_by_hand(con: Any) -> None:
    found = known(con, SENT[2].date() - timedelta(days=1))
    rows = [row for row in tables()["campaign_members"] if row["campaign_id"] in ("e0", "e1")]
    answers = pd.Series([row["customer_id"] for row in rows if row["responded_at"]]).value_counts()

    assert set(found["messages_365d"]) == {2}
    assert 2 * found["response_share_before"].sum() == answers.sum()
    who = answers.index[0]
    assert found.loc[who, "response_share_before"] == answers.iloc[0] / 2
    later = [r["responded_at"] for r in rows if r["customer_id"] == who and r["responded_at"]]
    days = SENT[2].date() - timedelta(days=1) - max(later).date()
    assert found.loc[who, "days_since_last_response"] == days.days
    on_the_day = known(con, SENT[1].date(), "e2")  # sent that day; answers came on the next
    assert on_the_day["messages_365d"].max() == 2
    assert on_the_day["response_share_before"].max() == 0.5


def test_what_is_sent_early_on_the_day_of_the_contact_is_not_known_before(con: Any) -> None:
    """At 01:00 in Shanghai it is still the day before in UTC."""
    before = SENT[2].date() - timedelta(days=1)
    early = f"TIMESTAMP '{before} 17:00:00'"
    cursor = con.cursor()
    cursor.execute("BEGIN")
    cursor.execute(
        f"UPDATE campaign_members SET sent_at = {early}, responded_at = {early} "
        "WHERE campaign_id = 'e2' AND sent_at IS NOT NULL"
    )
    by_utc = known(cursor, before)
    cursor.execute(
        "CREATE OR REPLACE TEMP MACRO business_day(moment) AS "
        "CAST(moment + INTERVAL 8 HOUR AS DATE)"
    )
    by_the_company = known(cursor, before)
    cursor.execute("ROLLBACK")

    assert by_utc["messages_365d"].max() == 3
    assert by_the_company["messages_365d"].max() == 2


def told(**more: Any) -> pd.DataFrame:
    row = {"campaign_id": "x", "name": "X", "channel": "email", "arm": "A", "members": 10,
           "assigned_on": pd.Timestamp(TEST_AT.date()), "reached": 10, "responded": 1,
           "converted": 0, "buyers": 2, "over": 10}  # fmt: skip
    rows = [{**row, **{k: v[at] for k, v in more.items()}} for at in range(2)]
    return pd.DataFrame(rows)


def test_responses_that_are_not_in_yet_do_not_count() -> None:
    frame = told(campaign_id=["x", "y"], over=[10, 0])
    day = TEST_AT.date() + timedelta(days=14)

    assert [len(one.campaigns) for one in channels(frame, day)] == [2]
    assert channels(frame, day - timedelta(days=1)) == []
    assert len(channels(frame.assign(over=0), day - timedelta(days=1))) == 1  # no orders at all


def test_who_can_still_buy_has_not_failed_to() -> None:
    frame = told(campaign_id=["x", "y"], over=[10, 9], buyers=[3, 1])
    (channel,) = channels(frame, TEST_AT.date() + timedelta(days=14))

    assert outcomes_of(channel) == ["responded", "bought"]
    assert channel.of("bought").campaigns["campaign_id"].tolist() == ["x"]
    assert channel.of("responded") is channel
    running = frame.assign(over=9)
    (channel,) = channels(running, TEST_AT.date() + timedelta(days=14))
    assert outcomes_of(channel) == ["responded"]
    arms = told(arm=["A", "control"], buyers=[4, 3], responded=[2, 2], over=[9, 10])
    assert [one["outcome"] for one in experiments(arms)] == ["responded"]
    assert experiments(arms.assign(responded=0)) == []


def test_the_model_of_purchases_learns_from_campaigns_that_are_over() -> None:
    seen: dict[str, list[str]] = {}

    def answered(channel: Any, outcome: str, rows: Any, *_: Any) -> Any:
        seen[outcome] = rows["campaign_id"].tolist()
        assert set(channel.campaigns["campaign_id"]) == set(seen[outcome])
        return {}, []

    class Store:
        rules: ClassVar[dict[str, Any]] = {}

        def frame(self, _sql: str, spec: Any) -> pd.DataFrame:
            if spec.name == "response_campaigns":
                return told(campaign_id=["x", "y"], over=[10, 9], buyers=[3, 1])
            rows = {"is_reached": [True]} if spec.name == "response_inputs" else {}
            return pd.DataFrame(rows, columns=spec.column_names)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(response, "_answered", answered)
        customers = pd.DataFrame({"customer_no": [], "owner_id": []})
        response.step(Store(), customers, TEST_AT.date() + timedelta(days=14))  # type: ignore[arg-type]  # as far as it is used
    assert seen == {"responded": ["x", "y"], "bought": ["x"]}


def test_an_outcome_must_happen_to_the_control_too() -> None:
    arms = told(arm=["A", "control"], responded=[5, 0], buyers=[0, 0], reached=[10, 0])

    assert [one["outcome"] for one in experiments(arms)] == [None]
    bought = arms.assign(buyers=[4, 2], responded=[9, 1])
    assert [one["outcome"] for one in experiments(bought)] == ["bought"]
    more = arms.assign(buyers=[4, 1], responded=[9, 3])
    assert [one["outcome"] for one in experiments(more)] == ["responded"]
    assert experiments(told(arm=["A", "B"])) == []  # nobody was left alone


def test_members_are_read_as_of_the_day_before_the_contact() -> None:
    asked_for: list[str] = []

    class Reader:
        def frame(self, sql: str, spec: Any) -> pd.DataFrame:
            asked_for.append(sql)
            return pd.DataFrame(columns=spec.column_names)

    members(Reader(), "e2", pd.Timestamp(SENT[2].date()), "email", (), 10)  # type: ignore[arg-type]  # as far as it is used
    day = SENT[2].date() - timedelta(days=1)
    assert asked_for == [response_inputs_sql(day, "email", campaign_id="e2", most=10)]
