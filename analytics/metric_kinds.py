"""What a metric of the registry is: how a number of the business is made, and which way is good."""

from dataclasses import dataclass
from typing import Literal, get_args

from analytics.periods import Comparison

Unit = Literal["money", "count", "share", "number", "days", "hours"]
UNITS: tuple[Unit, ...] = get_args(Unit)
Direction = Literal["up", "down", "neutral"]
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
Interval = Literal[
    "none", "wilson", "mean", "ratio", "part", "median", "survival", "bootstrap", "stages",
    "poisson", "arms", "nps",
]  # fmt: skip
INTERVALS: tuple[Interval, ...] = get_args(Interval)
Source = Literal[
    "sales", "churn", "value", "deals", "leads", "tickets", "campaigns", "surveys", "invitations",
    "quality", "cohorts",
]  # fmt: skip
LABELS = ("name", "meaning", "formula", "numerator", "denominator", "pitfalls")


@dataclass(frozen=True)
class Metric:
    """A number of the business and how it is made.

    Attributes
    ----------
    name : str
        Key of the registry, of labels and of the command line.
    unit : str
        ``money`` (company currency), ``count``, ``share`` (0–1; growth can leave this range),
        ``number``, ``days`` or ``hours``.
    numerator, denominator : str
        Measures (``crm_data.queries.measures``). Without denominator the value is the numerator.
    sample : str
        Measure that counts what the value rests on: ``n``.
    direction : str
        Which way is good.
    interval : str
        How the 95 % interval is made; ``none`` for counts and totals of what is fully known.
    squares : tuple of str
        Measures that only the interval needs.
    base : str or None
        Growth: the period that the numerator is compared with.
    rows : str
        Kind of the rows behind it (``crm_data.queries.rows``).
    rivals : tuple of str
        Metrics that are easily taken for this one.
    clock, date_column : str
        Events are dated by ``date_column``; a ``cohort`` metric follows what was created then.
        ``known_on``: a state, at the end of the period.
    source : str
        ``sales``: measures of orders. ``churn``: who was there when a month began, numerator and
        denominator being parts of ``analytics.churn_rates``; ``value``: scores of the version.
        ``deals``, ``leads``, ``tickets``, ``campaigns``: measures of
        ``crm_data.queries.deal_measures``, ``lead_measures``, ``ticket_measures`` and
        ``campaign_measures``, or parts of an analysis of them. ``surveys``, ``invitations``:
        answers and questions of ``survey_measures``. ``quality``: the data as they are now.
        ``cohorts``: customers by their first month.
    """

    name: str
    unit: Unit
    numerator: str
    denominator: str | None = None
    sample: str = "orders"
    direction: Direction = "up"
    interval: Interval = "none"
    squares: tuple[str, ...] = ()
    base: Comparison | None = None
    rows: str = "orders"
    rivals: tuple[str, ...] = ()
    clock: Literal["period", "cohort"] = "period"
    date_column: str = "ordered_on"
    source: Source = "sales"

    @property
    def label_keys(self) -> tuple[str, ...]:
        """Keys of every label the catalogues must have; totals have no denominator."""
        needed = [part for part in LABELS if part != "denominator" or self.is_ratio]
        return tuple(f"metric.{self.name}.{part}" for part in needed)

    @property
    def is_of_now(self) -> bool:
        """Whether it is a state of the version, without a period or a past."""
        return self.source in ("value", "quality")

    @property
    def is_ratio(self) -> bool:
        """Whether it divides, so that a total is never the sum or mean of its groups."""
        return self.denominator is not None or self.base is not None

    def measures(self, *, intervals: bool = True) -> tuple[str, ...]:
        """Return the measures it needs; ``intervals=False`` leaves out those for intervals."""
        parts = [self.numerator, self.denominator, self.sample, *(self.squares * intervals)]
        return tuple(dict.fromkeys(part for part in parts if part))

    @property
    def clock_column(self) -> str:
        """Table and column of the day that a period is of (``crm_data.queries.cut.Cut.clock``)."""
        tables = {
            "deals": "deal_facts", "leads": "lead_spells", "tickets": "ticket_facts",
            "campaigns": "campaign_days",
            "surveys": "survey_facts", "invitations": "survey_invites",
        }  # fmt: skip
        if self.source in tables:
            return f"{tables[self.source]}.{self.date_column}"
        return "orders.ordered_on"
