"""The measures by month, counted by hand over both engines."""

from datetime import date
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from analytics.before_after import before_after, spans
from analytics.metric_registry import metric
from crm_data.errors import UsageError
from crm_data.queries.cut import Cut
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from tests.scorecard.company import DAY, FIRST
from tests.scorecard.conftest import RULES
from ui.metric_rows import metric_rows
from ui.metrics import metric_document
from ui.scorecard_answers import Asked, measured
from ui.scorecard_series import Group, Series, series_of

NORTH, SOUTH = (Group((("region", (one,)),)) for one in ("North", "South"))


def series(
    conn: sa.Connection, name: str, group: Group | None = None, scope: AccessScope = EVERYTHING,
    rules: Any = RULES,
) -> Series:  # fmt: skip
    return series_of(conn, scope=scope, name=name, group=group or Group(), rules=rules)


def sides(found: Series, months: int = 6) -> tuple[float, float]:
    lag = found.late_lag(DAY)
    at = spans(found.monthly, DAY, months, before_lag=found.early_lag, after_lag=lag)
    told = before_after(found.monthly, at)
    return told.before.value, told.after.value


def test_satisfaction_of_a_group_and_of_the_others(conn: sa.Connection) -> None:
    every = series(conn, "csat")
    assert (every.monthly.first, every.monthly.until) == (date(2024, 2, 1), date(2026, 1, 1))
    assert sides(every) == pytest.approx((0.6, (57 + 36) / 120))
    assert sides(series(conn, "csat", NORTH)) == pytest.approx((0.6, 57 / 60))
    assert sides(series(conn, "csat", SOUTH)) == pytest.approx((0.6, 0.6))
    assert sides(series(conn, "csat", Group(owners=("e1",)))) == pytest.approx((0.6, 57 / 60))
    own = series(conn, "csat", scope=AccessScope(frozenset({"e2"})))
    assert sides(own) == pytest.approx((0.6, 0.6))
    assert series(conn, "csat", scope=NOBODY).monthly.frame.empty
    nps = series(conn, "nps")
    assert nps.monthly.factor == 100
    assert len(nps.monthly.frame) == 1


def test_churn_is_of_contracts_by_month(conn: sa.Connection) -> None:
    found = series(conn, "churn_rate").monthly.frame.set_index("month_on")
    june = found.loc[pd.Timestamp(2025, 6, 1)]
    assert (june["numerator"], june["denominator"], june["n"]) == (1, 40 - 17, 23)
    kept = series(conn, "retention_rate").monthly.frame.set_index("month_on")
    assert kept.loc[pd.Timestamp(2025, 6, 1), "numerator"] == 22
    # Contracts are known until 15 December: July to November are whole.
    assert sides(series(conn, "churn_rate"))[1] == 5 / (22 + 21 + 20 + 19 + 18)
    assert series(conn, "churn_rate").late_lag(DAY) == 0


def test_churn_of_silence_begins_as_many_days_later(conn: sa.Connection) -> None:
    silent = {"churn": {"kind": "silence", "silence_days": 90}}
    found = series(conn, "churn_rate", rules=silent)
    # July, August and September to the 28th saw who bought last before 1 July.
    assert (found.silent_days, found.late_lag(DAY)) == (90, 3)
    assert found.late_lag(date(2025, 7, 2)) == 2  # 90 days on is 30 September, months from August
    group = series(conn, "churn_rate", Group(owners=("e2",)), rules=silent)
    assert group.silent_days == 90
    told = measured("churn_rate", found, None, Asked(DAY, 6, ""))
    assert told.at.after == (date(2025, 10, 1), date(2026, 1, 1))
    assert told.at.before == (date(2025, 4, 1), date(2025, 7, 1))
    late = measured("churn_rate", found, None, Asked(date(2025, 9, 1), 6, ""))
    assert (late.state, late.known_from) == ("early", date(2026, 3, 1))


def test_early_value_is_of_cohorts_wholly_on_one_side(conn: sa.Connection) -> None:
    found = series(conn, "early_value", SOUTH)
    frame = found.monthly.frame.set_index("month_on")
    # Two join and spend 150 each; S000, who joined in January 2024, brings 200 to 250 more a month.
    assert frame.loc[pd.Timestamp(2024, 2, 1), ["numerator", "denominator"]].tolist() == [300, 2]
    assert frame.loc[pd.Timestamp(2024, 1, 1), "numerator"] == 300 + 250 + 200 + 250
    assert found.monthly.until == date(2025, 11, 1)  # November's and December's are not over
    north = series(conn, "early_value", NORTH)
    assert sides(north) == (150, 250)
    told = measured("early_value", north, series(conn, "early_value", SOUTH), Asked(DAY, 6, ""))
    assert told.at.before == (date(2025, 1, 1), date(2025, 5, 1))  # May's and June's straddle
    assert told.at.after == (DAY, date(2025, 11, 1))
    assert told.against is not None
    assert told.against.value == 100
    young = measured("early_value", north, None, Asked(date(2025, 10, 1), 6, ""))
    assert (young.state, young.known_from) == ("early", date(2026, 3, 1))


def test_return_of_campaigns_and_joining_customers(conn: sa.Connection) -> None:
    assert sides(series(conn, "campaign_roi")) == (1.25, 1.25)
    assert series(conn, "campaign_roi", NORTH).refused == "part"
    assert series(conn, "campaign_roi", scope=AccessScope(frozenset({"e1"}))).refused == "part"
    assert sides(series(conn, "new_customers")) == (4, 4)
    assert sides(series(conn, "new_customers", NORTH)) == (2, 2)
    told = measured("campaign_roi", series(conn, "campaign_roi", NORTH), None, Asked(DAY, 6, ""))
    assert (told.state, told.change) == ("part", None)


def test_what_is_not_known_is_said_so(conn: sa.Connection) -> None:
    found = series(conn, "new_customers")
    late = measured("new_customers", found, None, Asked(date(2025, 11, 1), 6, ""))
    assert (late.state, late.known_from) == ("early", date(2026, 2, 1))
    early = measured("new_customers", found, None, Asked(date(2024, 3, 1), 6, ""))
    assert (early.state, early.known_from) == ("short", None)
    none = measured("ces", series(conn, "ces"), None, Asked(DAY, 6, "ces"))
    assert none.state == "nothing"
    told = measured("new_customers", found, None, Asked(DAY, 6, ""))
    assert told.year is not None
    assert told.year.after.numerator == 24
    assert measured("new_customers", found, None, Asked(date(2024, 7, 1), 6, "")).year is None


def test_early_value_as_a_metric(conn: sa.Connection) -> None:
    def asked(cut: Cut, **more: Any) -> list[dict[str, Any]]:
        found = metric_document(conn, scope=EVERYTHING, version="v", name="early_value", cut=cut,
                                **more)  # fmt: skip
        return list(found["rows"])

    by = Cut(date(2025, 7, 1), date(2026, 1, 1), ("ordered_on:quarter",), NORTH.where)
    third, fourth = asked(by)
    assert (third["value"], third["n"], third["is_complete"]) == (250, 6, True)
    assert (fourth["value"], fourth["n"], fourth["is_complete"]) == (250, 2, False)  # October's
    (unknown,) = asked(Cut(date(2025, 11, 1), date(2026, 1, 1)))
    assert (unknown["value"], unknown["numerator"], unknown["n"]) == (None, None, 0)
    found = metric_document(
        conn, scope=EVERYTHING, version="v", name="early_value", compare="previous",
        cut=Cut(date(2025, 7, 1), date(2025, 10, 1), (), NORTH.where),
    )  # fmt: skip
    assert found["watermark"] == "2025-12-31"
    assert found["compare"]["rows"][0]["change"] == pytest.approx(250 - (4 * 150 + 2 * 150) / 6)
    for cut in (
        Cut(date(2025, 7, 2), None), Cut(None, None, ("region",)),
        Cut(where=(("channel", ("web",)),)), Cut(None, None, ("ordered_on:week",)),
    ):  # fmt: skip
        with pytest.raises(UsageError, match="whole months"):
            asked(cut)
    with pytest.raises(UsageError, match="as-of"):
        asked(Cut(), as_of=DAY)
    count, rows = metric_rows(
        conn, scope=EVERYTHING, metric=metric("early_value"), limit=1, stored={},
        cut=Cut(DAY, date(2025, 10, 1), (), NORTH.where),
    )  # fmt: skip
    assert (count, len(rows)) == (6, 1)
    assert rows["first_order_on"].iloc[0].date() > FIRST
