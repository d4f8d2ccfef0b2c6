"""What ``analyze pipeline`` is asked: which deals, which period, as of when."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from crm_data.errors import UsageError
from crm_data.queries.cohorts import Where
from crm_data.queries.deal_values import FIELDS, deal_values
from crm_data.queries.deals import DealCut, deal_days
from crm_data.scope import EVERYTHING
from crm_data.sql import Connection
from ui.deal_answers import quarter_of


@dataclass(frozen=True)
class Question:
    """A pipeline, a half-open period, a day as of which deals are seen, and one before it.

    Attributes
    ----------
    cut, history : DealCut
        The deals asked for, and all of the pipeline, from which is learned.
    last : date
        Last day with news of any deal.
    since : date
        Opening day of the movement.
    """

    pipeline: str | None
    start: date
    end: date
    as_of: date
    last: date
    since: date
    cut: DealCut
    history: DealCut

    @property
    def of_today(self) -> DealCut:
        """Return the cut without its day."""
        return replace(self.cut, as_of=None)

    @property
    def is_filtered(self) -> bool:
        """Whether more than a pipeline was asked for."""
        return self.cut.where != self.history.where or bool(self.cut.among)


def question(
    conn: Connection,
    *,
    name: str | None,
    start: date | None,
    end: date | None,
    as_of: date | None,
    since: date | None,
    where: list[str],
    among: str,
) -> Question | None:
    """Read the options; None where there is no deal.

    Raises
    ------
    UsageError
        An unknown pipeline or field, or days in the wrong order.
    """
    first, last = deal_days(conn, scope=EVERYTHING)
    if first is None or last is None:
        return None
    values = deal_values(conn, scope=EVERYTHING)
    pipelines = values.loc[values["field"] == "pipeline", "value"].dropna().tolist()
    if name is not None and name not in pipelines:
        known = ", ".join(pipelines) or "none with a name"
        raise UsageError(
            "unknown_pipeline",
            f"There is no pipeline '{name}'. There are: {known}.",
            pipeline=name,
            pipelines=known,
        )
    seen = min(max(as_of or last, first), last)
    period = start or first, end or seen + timedelta(days=1)
    opening = since or max(quarter_of(seen)[0] - timedelta(days=1), first)
    if not (period[0] < period[1] and opening <= seen):
        raise UsageError(
            "pipeline_days",
            f"The period {period[0]} to {period[1]} (movement since {opening}, as of {seen}) is "
            "empty. Give --start before --end, and --since before --as-of.",
            start=str(period[0]),
            end=str(period[1]),
        )
    of_pipeline: Where = () if name is None else (("pipeline", (name,)),)
    day = None if seen >= last else seen
    return Question(
        name, *period, seen, last, opening,
        DealCut((*of_pipeline, *_fields(where)), among, day), DealCut(of_pipeline, "", day),
    )  # fmt: skip


def _fields(where: list[str]) -> Where:
    kept: dict[str, list[str | None]] = {}
    for pair in where:
        field, sign, value = pair.partition("=")
        if not sign or field not in FIELDS:
            raise UsageError(
                "pipeline_where",
                f"--where '{pair}' is not field=value. Fields are: {', '.join(FIELDS)}.",
                pair=pair,
                fields=", ".join(FIELDS),
            )
        kept.setdefault(field, []).append(value or None)
    return tuple((field, tuple(values)) for field, values in kept.items())
