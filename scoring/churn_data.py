"""What churn is learnt from: several past dates of the same company, and today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

import numpy as np
import pandas as pd

from analytics.churn_features import Flags
from analytics.churn_model_rules import ENOUGH_JUDGED, ChurnModelRules
from analytics.churn_rules import ChurnRules, Definition
from analytics.silence import gap_quantile, rounded_up
from crm_data.frames import FrameSpec, columns_of
from crm_data.marts import score_inputs_churn as sql
from crm_data.marts.churn_as_of import WINDOW_DAYS
from scoring.value_data import Reader

MOST_DATES = 12
MOST_OF_A_DATE = 6_000  # members learnt from; more take time and tell nothing new
_MOST_JUDGED = 1 / 3  # of the dates
_GAPS = FrameSpec(
    "gaps", "one row per length of a gap", ("gap_days",), columns_of("gap_days:count gaps:count")
)
_GAPS_SQL = (
    "SELECT gap_days, CAST(sum(gaps) AS BIGINT) AS gaps FROM silence_gaps "
    "GROUP BY gap_days ORDER BY gap_days"
)


@dataclass(frozen=True)
class Question:
    """What is predicted of whom.

    Attributes
    ----------
    kind : str
        ``contract`` or ``silence``.
    horizon_days, silence_days : int
    with_holders : bool
        Whether silence is asked of holders of contracts, too.
    keys : tuple of str
        Attributes of customers that are read.
    """

    kind: Definition
    horizon_days: int
    silence_days: int
    with_holders: bool
    keys: tuple[str, ...] = ()

    @property
    def fields(self) -> list[str]:
        """Names of all features."""
        return [*sql.FEATURES, *(sql.ATTRIBUTES + key for key in self.keys)]


@dataclass(frozen=True)
class Past:
    """Members as of past dates whose outcome is known.

    Attributes
    ----------
    rows : DataFrame
        ``churn_inputs`` and ``on``, the date that a row describes; the earliest first.
    split_on : ndarray of datetime64, shape (n,)
        ``on``, but the first judged date for all judged rows.
    dates : tuple of date
        Ascending.
    judged : tuple of date
        The last of ``dates``: the last one, and those before it while fewer than ``ENOUGH_JUDGED``
        left, at most a third of them.
    """

    rows: pd.DataFrame
    split_on: Any
    dates: tuple[date, ...]
    judged: tuple[date, ...]

    @property
    def left(self) -> Flags:
        """Whether each of the rows has left."""
        return self.rows["has_left"].to_numpy(dtype=bool)

    @property
    def is_judged(self) -> Flags:
        """Which rows the model is judged on."""
        days = self.rows["on"].to_numpy()
        return np.isin(days, pd.to_datetime(list(self.judged)).to_numpy().astype(days.dtype))


def questions(reader: Reader, stored: Mapping[str, Any]) -> tuple[Question, ...]:
    """Return what is asked, by the company's rules; defaults where they are out of their bounds.

    With the rule "as found", holders of contracts are asked about them, and all others about
    silence: one label would mean two things.
    """
    rules, own = _churn_rules(stored.get("churn")), model_rules(stored)
    found = reader.frame(_GAPS_SQL, _GAPS)
    silence = rules.days(rounded_up(gap_quantile(found, rules.gap_quantile)))
    keys = tuple(reader.frame(sql.attribute_keys_sql(), sql.ATTRIBUTE_KEYS)["key"].astype(str))
    asked: dict[Literal["contract", "silence"], int] = {
        "contract": own.contract_horizon_days,
        "silence": silence,
    }
    return tuple(
        Question(kind, days, silence, rules.kind == "silence", keys)
        for kind, days in asked.items()
        if rules.kind in ("as_found", kind)
    )


def model_rules(stored: Mapping[str, Any]) -> ChurnModelRules:
    """Return the rule set ``churn_model``; its defaults where it is out of its bounds."""
    try:
        return ChurnModelRules.from_stored(stored.get("churn_model"))
    except (TypeError, ValueError):
        return ChurnModelRules()


def read_past(reader: Reader, question: Question, as_of: date) -> Past:
    """Read members as of the last dates whose outcome is known, a horizon apart."""
    parts = [
        part.assign(on=pd.Timestamp(day))
        for day in reversed(_dates(reader, question, as_of))
        if len(part := members(reader, question, day, most=MOST_OF_A_DATE))
    ]
    if not parts:
        empty = sql.churn_inputs(question.keys).conform(
            pd.DataFrame(columns=sql.churn_inputs(question.keys).column_names)
        )
        rows = empty.assign(on=pd.Series(dtype="datetime64[us]"))
        return Past(rows, rows["on"].to_numpy(), (), ())
    rows = pd.concat(parts, ignore_index=True)
    dates = tuple(stamp.date() for stamp in rows["on"].drop_duplicates())
    judged = _judged(rows, dates)
    first = pd.Timestamp(judged[0]) if len(judged) < len(dates) else pd.Timestamp(dates[0])
    return Past(rows, np.minimum(rows["on"].to_numpy(), first.to_datetime64()), dates, judged)


def members(
    reader: Reader, question: Question, day: date, *, most: int | None = None
) -> pd.DataFrame:
    """Return ``churn_inputs`` as of a day."""
    select = sql.churn_inputs_sql(
        question.kind,
        day,
        horizon_days=question.horizon_days,
        silence_days=question.silence_days,
        keys=question.keys,
        with_holders=question.with_holders,
        most=most,
    )
    return reader.frame(select, sql.churn_inputs(question.keys))


def numeric_attributes(past: Past, question: Question) -> tuple[str, ...]:
    """Return the attributes whose values are all numbers, wherever there is one."""
    names = (sql.ATTRIBUTES + key for key in question.keys)
    given = ((name, past.rows[name].dropna()) for name in names)
    return tuple(
        name
        for name, values in given
        if len(values) and pd.to_numeric(values, errors="coerce").notna().all()
    )


def features(rows: pd.DataFrame, fields: Sequence[str], numeric: Sequence[str]) -> pd.DataFrame:
    """Return the features of members, the attributes ``numeric`` as numbers."""
    found = rows[list(fields)]
    numbers = {
        name: pd.to_numeric(found[name], errors="coerce").replace([np.inf, -np.inf], np.nan)
        for name in numeric
        if name in fields
    }
    return found.assign(**numbers) if numbers else found


def _dates(reader: Reader, question: Question, as_of: date) -> list[date]:
    """Return the dates, the latest first: none before the windows can hold anything.

    Contracts can be all that there is. Without any order, what is of orders is missing every day.
    """
    first_on = _span(reader, "silence", as_of)[0]
    own_first, last_on = _span(reader, question.kind, as_of)
    if own_first is None or last_on is None:
        return []
    earliest = max(first_on or own_first, own_first) + timedelta(days=WINDOW_DAYS)
    days = [last_on - timedelta(days=k * question.horizon_days) for k in range(1, MOST_DATES + 1)]
    return [day for day in days if day >= earliest]


def _span(reader: Reader, kind: str, as_of: date) -> tuple[date | None, date | None]:
    row = reader.frame(sql.churn_span_sql(kind, as_of), sql.CHURN_SPAN).iloc[0]
    first_on, last_on = (
        None if pd.isna(day) else day.date() for day in (row["first_on"], row["last_on"])
    )
    return first_on, last_on


def _judged(rows: pd.DataFrame, dates: tuple[date, ...]) -> tuple[date, ...]:
    left = rows["has_left"].astype(bool).groupby(rows["on"]).sum()
    n = 1
    while n + 1 <= len(dates) * _MOST_JUDGED and left.iloc[-n:].sum() < ENOUGH_JUDGED:
        n += 1
    return dates[-n:]


def _churn_rules(stored: Any) -> ChurnRules:
    try:
        return ChurnRules.from_stored(stored)
    except (TypeError, ValueError):
        return ChurnRules()
