"""Which part of the data a question is about: a period, groups and filters. Hashable."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from crm_data.errors import UsageError
from crm_data.queries.cohorts import NOT, Where
from crm_data.queries.dimensions import Dimension, dimension
from crm_data.queries.mart_dimensions import mart_dimension

__all__ = ["NOT", "Cut", "Filter", "Where", "parse_cut"]

ORDERED_ON = "orders.ordered_on"


@dataclass(frozen=True)
class Filter:
    """A resolved filter: keep rows whose value is one of ``values``, or none of them."""

    dimension: Dimension
    values: tuple[str | None, ...]
    is_negated: bool = False

    @property
    def has_one_value(self) -> bool:
        """Whether every row that passes has the same value."""
        return len(self.values) == 1 and not self.is_negated

    @property
    def keeps_missing(self) -> bool:
        """Whether rows without a value pass."""
        return (None in self.values) != self.is_negated


@dataclass(frozen=True)
class Cut:
    """A period, groups and filters. Equal cuts are equal cache keys.

    Parameters
    ----------
    start, end : date or None
        Half-open period ``[start, end)`` of business days; None leaves a side open.
    by : tuple of str
        Dimensions, see ``crm_data.queries.dimensions.dimension``.
    where : tuple of (str, tuple)
        Field and the values it may have; None stands for missing. A field that ends in ``!``
        keeps the rows that have none of the values; a missing value is none of them.
    among : str
        Conditions of a segment as JSON (``crm_data.segments``): only what its members did. Rows
        without a customer are nobody's. Empty is everything.
    clock : str
        Table and column of the day that the period is of. Other tables than ``orders`` are marts of
        deals or leads, and have the dimensions of ``mart_dimensions``.
    """

    start: date | None = None
    end: date | None = None
    by: tuple[str, ...] = ()
    where: Where = ()
    among: str = ""
    clock: str = ORDERED_ON

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """Resolve ``by``; ``UsageError`` for unknown or repeated names."""
        if len(set(self.by)) != len(self.by):
            raise UsageError(
                "repeated_dimension",
                f"A dimension is named twice in {', '.join(self.by)}. Name each once.",
                by=", ".join(self.by),
            )
        return tuple(self._dimension(name) for name in self.by)

    @property
    def filters(self) -> tuple[Filter, ...]:
        """Resolve ``where``; ``UsageError`` for unknown names."""
        return tuple(
            Filter(self._dimension(field.removesuffix(NOT)), values, field.endswith(NOT))
            for field, values in self.where
        )

    @property
    def filter_values(self) -> dict[str, list[str | None]]:
        """``where`` as it is printed: field to values."""
        printed: dict[str, list[str | None]] = {}
        for field, values in self.where:
            printed.setdefault(field, []).extend(values)
        return printed

    def _dimension(self, name: str) -> Dimension:
        return dimension(name) if self.clock == ORDERED_ON else mart_dimension(name, self.clock)

    def within(self, field: str, *values: str | None) -> "Cut":
        """Return this cut narrowed to ``values`` of ``field``."""
        return replace(self, where=(*self.where, (field, values)))


def parse_cut(
    start: date | None,
    end: date | None,
    by: Iterable[str] = (),
    where: Iterable[str] = (),
    among: str = "",
    clock: str = ORDERED_ON,
) -> Cut:
    """Read a cut as the command line and the address bar write it.

    Parameters
    ----------
    start, end : date or None
        Half-open period.
    by : iterable of str
        Dimensions, such as ``region`` or ``ordered_on:month``.
    where : iterable of str
        ``field=value`` or ``field!=value``; an empty value means missing. Several values of one
        field are alternatives, different fields must all hold.
    among, clock : str
        As of ``Cut``.

    Raises
    ------
    UsageError
        An unknown field (the message lists them), a value of the wrong kind, an empty period, or a
        filter without ``=``.
    """
    if start is not None and end is not None and start >= end:
        raise UsageError(
            "empty_period",
            f"The period from {start} to {end} (not included) has no days. Give an end after the "
            "start.",
            start=str(start),
            end=str(end),
        )
    grouped: dict[str, list[str | None]] = {}
    for text in where:
        field, value = _field_and_value(text)
        grouped.setdefault(field, []).append(value)
    cut = Cut(
        start,
        end,
        tuple(by),
        tuple((field, tuple(dict.fromkeys(values))) for field, values in grouped.items()),
        among,
        clock,
    )
    _ = cut.dimensions
    for condition in cut.filters:
        for given in condition.values:
            condition.dimension.value(given)
    return cut


def _field_and_value(text: str) -> tuple[str, str | None]:
    field, equals, value = text.partition("=")
    if not equals or not field.strip():
        raise UsageError(
            "filter_form",
            f"'{text}' is not a filter. Write field=value, field!=value, or field= for missing.",
            filter=text,
        )
    return field.strip(), value.strip() or None
