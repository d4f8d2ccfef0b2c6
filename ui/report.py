"""What a report says, apart from how a file is written: sections of figures, words and tables."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from charts.forecast import ForecastLabels


@dataclass(frozen=True)
class Fact:
    """A figure: what it is called, how it is written, what is said below."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True, eq=False)
class ReportChart:
    """A chart that each kind of file draws in its own way.

    Attributes
    ----------
    title : str
    points : DataFrame
        As ``charts.forecast.forecast_lines`` takes them.
    labels : ForecastLabels
    write : callable
        Writes a value of the axis.
    """

    title: str
    points: pd.DataFrame
    labels: ForecastLabels
    write: Callable[[float], str]


@dataclass(frozen=True, eq=False)
class Section:
    """A part of a report; what is empty is left out.

    Attributes
    ----------
    title : str
    facts : tuple of Fact
    sentences : tuple of str
    table : DataFrame, optional
        All cells are text, headed in the reader's language.
    chart : ReportChart, optional
    """

    title: str
    facts: tuple[Fact, ...] = ()
    sentences: tuple[str, ...] = ()
    table: pd.DataFrame | None = None
    chart: ReportChart | None = None


@dataclass(frozen=True, eq=False)
class Report:
    """A report.

    Attributes
    ----------
    title : str
    language : str
    sections : tuple of Section
    stamp : tuple of (name, value)
        What it is of, period, filters, version, time.
    rest : str
        What is said where a table is cut, with ``{n}`` for the rows left out.
    made_at : datetime
        UTC.
    made_by : str
    """

    title: str
    language: str
    sections: tuple[Section, ...]
    stamp: tuple[tuple[str, str], ...]
    rest: str
    made_at: datetime
    made_by: str

    @property
    def footer(self) -> str:
        """What stands at the foot of each printed page: the title and the stamp, short."""
        return " · ".join([self.title, *(value for _, value in self.stamp[1:] if value)])
