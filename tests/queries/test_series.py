"""Series of a metric against the hand-counted shop, over both engines."""

from datetime import date

import pandas as pd
import pytest
import sqlalchemy as sa

from crm_data.errors import UsageError
from crm_data.queries.cut import Cut
from crm_data.queries.metrics import measure_frame
from crm_data.queries.series import SERIES, SeriesCut, metric_series, promotions
from crm_data.scope import EVERYTHING, NOBODY, AccessScope


def told(frame: pd.DataFrame) -> list[tuple[str, float, bool]]:
    rows = zip(frame["period_on"], frame["value"], frame["is_complete"], strict=True)
    return [(f"{day:%m-%d}", float(value), bool(whole)) for day, value, whole in rows]


def test_months_add_up_to_the_hand_count(conn: sa.Connection) -> None:
    found = metric_series(conn, SeriesCut("net_amount", "month"), scope=EVERYTHING)

    # December is known from the 30th on, March up to the 7th.
    assert told(found) == [
        ("12-01", 15, False), ("01-01", 240, True), ("02-01", -28, True), ("03-01", 75, False),
    ]  # fmt: skip
    assert found["member"].isna().all()


def test_a_week_without_orders_is_zero_not_missing(conn: sa.Connection) -> None:
    found = metric_series(conn, SeriesCut("orders", "week"), scope=EVERYTHING)

    values = dict(zip(found["period_on"].dt.strftime("%m-%d"), found["value"], strict=True))
    assert len(found) == 10
    assert values["01-27"] == 0
    assert values["02-03"] == 1
    assert found["period_on"].diff().dropna().dt.days.eq(7).all()


def test_members_begin_with_their_first_sale_and_add_up(conn: sa.Connection) -> None:
    cut = SeriesCut("net_amount", "month", by="region")
    found = metric_series(conn, cut, scope=EVERYTHING)

    south = found[found["member"] == "South"]
    assert told(south)[0] == ("12-01", 15, False)
    assert told(found[found["member"] == "North"])[0][0] == "01-01"
    assert found["member"].isna().any()
    whole = metric_series(conn, SeriesCut("net_amount", "month"), scope=EVERYTHING)
    sums = found.groupby("period_on")["value"].sum()
    assert sums.tolist() == pytest.approx(whole["value"].tolist())


@pytest.mark.parametrize("frequency", ["day", "week", "month", "quarter"])
@pytest.mark.parametrize("measure", ["net_amount", "orders", "units", "new_customers"])
def test_every_series_is_what_the_metric_says(
    conn: sa.Connection, measure: str, frequency: str
) -> None:
    found = metric_series(conn, SeriesCut(measure, frequency), scope=EVERYTHING)
    bucket = f"ordered_on:{frequency}"
    plain = measure_frame(
        conn, scope=EVERYTHING, measures=(measure,), cut=Cut(by=(bucket,), end=date(2025, 3, 8))
    )

    known = plain.set_index(bucket)[measure].astype("float64")
    own = found.set_index("period_on")["value"]
    assert own[own != 0].to_dict() == known[known != 0].to_dict()


def test_nothing_after_the_day_is_seen(conn: sa.Connection) -> None:
    cut = SeriesCut("net_amount", "month", as_of=date(2025, 2, 14))
    found = metric_series(conn, cut, scope=EVERYTHING)

    # of February only the return (-60) and c3's 25 had come; the 7 of the 15th had not
    assert told(found) == [("12-01", 15, False), ("01-01", 240, True), ("02-01", -35, False)]


def test_a_viewer_sees_their_customers_only(conn: sa.Connection) -> None:
    cut = SeriesCut("net_amount", "month")

    mine = metric_series(conn, cut, scope=AccessScope(frozenset({"e2"})))
    assert [row[1] for row in told(mine)] == [80, 7, 40]
    # a quiet month of theirs is known as well: what is complete is a fact of the company
    assert [row[2] for row in told(mine)] == [True, True, False]
    assert metric_series(conn, cut, scope=NOBODY).empty


def test_filters_narrow_the_series(conn: sa.Connection) -> None:
    cut = SeriesCut("net_amount", "month", where=(("channel", ("store",)),))

    assert [row[1] for row in told(metric_series(conn, cut, scope=EVERYTHING))] == [60, 0, 40]


def test_an_unknown_unit_is_told(conn: sa.Connection) -> None:
    with pytest.raises(UsageError, match="not by 'year'"):
        metric_series(conn, SeriesCut("orders", "year"), scope=EVERYTHING)


def test_a_series_of_nothing_has_its_columns(conn: sa.Connection) -> None:
    cut = SeriesCut("net_amount", "month", as_of=date(2020, 1, 1))

    SERIES.check(metric_series(conn, cut, scope=EVERYTHING))
    assert list(promotions(conn).columns) == ["campaign_id", "name", "start_on", "end_on"]
