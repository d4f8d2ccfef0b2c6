"""A metric period by period: what a forecast is made from, and the campaigns that may move it."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
from sqlalchemy import Connection, or_, select

from crm_data.calendar import floor_to, step
from crm_data.errors import UsageError
from crm_data.frames import FrameSpec, columns_of
from crm_data.queries.cut import ORDERED_ON, Cut
from crm_data.queries.deal_measures import DEAL_MEASURES, deal_measures
from crm_data.queries.deals import DealCut, deal_days
from crm_data.queries.measures import MEASURES
from crm_data.queries.metrics import measure_frame
from crm_data.queries.version_facts import version_facts
from crm_data.scope import EVERYTHING, AccessScope
from crm_data.sql import read_frame
from crm_data.tables import table

FREQUENCIES = ("day", "week", "month", "quarter")
CLOSED_ON = "deal_facts.closed_on"
SERIES = FrameSpec(
    "series",
    "one row per member and period from its first to the last, without a gap",
    ("member", "period_on"),
    columns_of("member:text period_on:day value:number is_complete:flag"),
)
PROMOTIONS = FrameSpec(
    "promotions",
    "one row per campaign with a first and a last day",
    (),
    columns_of("campaign_id:text name:text start_on:day end_on:day"),
)


@dataclass(frozen=True)
class SeriesCut:
    """Which series: equal cuts are equal cache keys.

    Parameters
    ----------
    measure : str
        A measure of sales (``measures.MEASURES``) or of deals by closing day (``DEAL_MEASURES``).
    frequency : str
        One of ``FREQUENCIES``; weeks begin on Monday.
    by : str
        A dimension whose values are members; empty: one series without a member's name.
    where, among
        Filters and segment, as of ``Cut``.
    as_of : date or None
        Nothing after this day is seen; None: all.
    """

    measure: str
    frequency: str
    by: str = ""
    where: tuple[tuple[str, tuple[str | None, ...]], ...] = ()
    among: str = ""
    as_of: date | None = None

    @property
    def is_of_deals(self) -> bool:
        """Whether the measure is of deals."""
        return self.measure in DEAL_MEASURES and self.measure not in MEASURES


def metric_series(conn: Connection, cut: SeriesCut, *, scope: AccessScope) -> pd.DataFrame:
    """Return the series of a cut: ``SERIES``, by member (missing last) and period.

    A period in which nothing was sold is 0: all its days are known. A member begins with its first
    period that is not 0, so that a region opened last year has no years of zeros before. A period
    is complete when its first and last day are inside the days with data; those days are the whole
    company's, because a quiet month of one region is known, too.

    Parameters
    ----------
    conn : Connection
        Read-only connection to a version.
    cut : SeriesCut
    scope : AccessScope
        Whose customers (of sales) or deals the viewer may see.

    Returns
    -------
    DataFrame
        ``SERIES``, values in units of the measure; without rows where nothing is known.

    Raises
    ------
    UsageError
        An unknown measure, field or filter value; ``series_frequency``.
    """
    if cut.frequency not in FREQUENCIES:
        raise UsageError(
            "series_frequency",
            f"A series is by {', '.join(FREQUENCIES)}, not by '{cut.frequency}'. Choose one.",
            frequency=cut.frequency,
        )
    first, last = series_days(conn, cut)
    if first is None or last is None or first > last:
        return SERIES.conform(pd.DataFrame(columns=SERIES.column_names))
    found = _measured(conn, cut, scope, last)
    found["member"] = found["member"].astype("str") if cut.by else None
    parts = [
        _regular(part, member, cut.frequency, last)
        for member, part in found.groupby("member", dropna=False, sort=True)
    ]
    whole = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["period_on"])
    starts = [day.date() for day in whole["period_on"]]
    ends = [step(day, cut.frequency) for day in starts]
    inside = [start >= first and end <= last + timedelta(days=1)
              for start, end in zip(starts, ends, strict=True)]  # fmt: skip
    whole = whole.assign(is_complete=np.array(inside, dtype=bool))
    return SERIES.conform(whole.reindex(columns=SERIES.column_names))


def series_days(conn: Connection, cut: SeriesCut) -> tuple[date | None, date | None]:
    """Return the first and last day with data of all orders or deals, none after ``as_of``."""
    if cut.is_of_deals:
        first, last = deal_days(conn, scope=EVERYTHING)
    else:
        facts = version_facts(conn).set_index("table_name")
        days = [facts[name].get("orders") for name in ("first_on", "watermark_on")]
        first, last = (None if day is None or pd.isna(day) else day.date() for day in days)
    if last is not None and cut.as_of is not None:
        last = min(last, cut.as_of)
    return first, last


def promotions(conn: Connection, *, as_of: date | None = None) -> pd.DataFrame:
    """Return campaigns that have begun by ``as_of``, with their days: ``PROMOTIONS``.

    Names of campaigns are no customer's data. A plan of later cannot be told from one that was not
    made yet, as the table does not say when a campaign was planned: of a past day, those that had
    not begun are left out.
    """
    found = table("campaigns")
    known = [] if as_of is None else [found.c.started_on <= as_of]
    statement = (
        select(
            found.c.campaign_id,
            found.c.name,
            found.c.started_on.label("start_on"),
            found.c.ended_on.label("end_on"),
        )
        .where(
            found.c.started_on.is_not(None),
            or_(found.c.ended_on.is_(None), found.c.ended_on >= found.c.started_on),
            *known,
        )
        .order_by(found.c.started_on, found.c.campaign_id)
    )
    frame = read_frame(conn, statement, PROMOTIONS)
    return frame[frame["end_on"].notna()].reset_index(drop=True)


def _measured(conn: Connection, cut: SeriesCut, scope: AccessScope, last: date) -> pd.DataFrame:
    """Return ``member``, ``period_on`` and ``value`` of the periods with something in them."""
    day = "closed_on" if cut.is_of_deals else "ordered_on"
    bucket = f"{day}:{cut.frequency}"
    by = (bucket, cut.by) if cut.by else (bucket,)
    asked = Cut(None, last + timedelta(days=1), by, cut.where, cut.among, ORDERED_ON)
    measures = (cut.measure,)
    if cut.is_of_deals:
        deals = DealCut(cut.where, cut.among, cut.as_of)
        asked = replace(asked, where=(), among="", clock=CLOSED_ON)
        found = deal_measures(conn, deals, asked, measures=measures, scope=scope)
    else:
        found = measure_frame(conn, scope=scope, measures=measures, cut=asked)
    names = {bucket: "period_on", cut.by: "member", cut.measure: "value"}
    return found.rename(columns=names).assign(value=lambda frame: frame["value"].astype("float64"))


def _regular(part: pd.DataFrame, member: object, frequency: str, last: date) -> pd.DataFrame:
    """Return a member's periods from its first that is not 0 to the last with data."""
    values = part.set_index("period_on")["value"]
    sold = values[values != 0]
    if sold.empty:
        sold = values
    day, until = sold.index.min().date(), floor_to(last, frequency)
    days = []
    while day <= until:
        days.append(pd.Timestamp(day))
        day = step(day, frequency)
    whole = values.reindex(pd.DatetimeIndex(days), fill_value=0.0)
    name = None if pd.isna(member) else member  # type: ignore[call-overload]  # a group's key
    return pd.DataFrame({"member": name, "period_on": whole.index, "value": whole.to_numpy()})
