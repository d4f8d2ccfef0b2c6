"""A cut with its names resolved, for one viewer."""

from dataclasses import dataclass
from datetime import date

from crm_data.calendar import step
from crm_data.queries.cut import Cut, Filter
from crm_data.queries.dimensions import Dimension
from crm_data.scope import AccessScope


@dataclass(frozen=True)
class Question:
    """What every source needs to know: period, groups, filters, segment, and who is asking."""

    scope: AccessScope
    start: date | None
    end: date | None
    by: tuple[Dimension, ...]
    filters: tuple[Filter, ...]
    among: str = ""

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """Every dimension that is grouped by or filtered on."""
        return (*self.by, *(condition.dimension for condition in self.filters))

    @property
    def is_by_line(self) -> bool:
        """Whether order lines are needed."""
        return any(d.is_line for d in self.dimensions)

    @property
    def is_by_category(self) -> bool:
        """Whether order lines are needed, and of their fields only the product's category."""
        lines = [d for d in self.dimensions if d.is_line]
        return bool(lines) and all(d.is_category for d in lines)

    @property
    def has_one_category(self) -> bool:
        """Whether no group holds one order under several categories."""
        fixed = [f.dimension for f in self.filters if f.has_one_value]
        return any(d.is_category for d in (*self.by, *fixed))

    def labels(self) -> list[str]:
        """Column names of ``by`` inside SQL: safe characters only, never a name of ours."""
        return [f"dim_{position}" for position in range(len(self.by))]


def question(scope: AccessScope, cut: Cut) -> Question:
    """Resolve ``cut``. A filter on one calendar unit of the order's day becomes the period."""
    start, end, filters = cut.start, cut.end, []
    for condition in cut.filters:
        d, day = condition.dimension, None
        if d.is_order_day and condition.has_one_value:
            day = d.value(condition.values[0])
        if isinstance(day, date):
            start = max(filter(None, (start, day)))
            end = min(filter(None, (end, step(day, d.unit or "day"))))
        else:
            filters.append(condition)
    return Question(scope, start, end, cut.dimensions, tuple(filters), cut.among)
