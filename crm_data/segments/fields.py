"""What conditions can be about: fields of a customer and of what happens to one."""

from dataclasses import dataclass
from functools import cache

from crm_data.errors import UsageError
from crm_data.frames import Kind
from crm_data.segments.event_tables import EVENT_TABLES, event_columns
from crm_data.segments.nodes import EventKind, Op
from crm_data.tables import table_spec
from crm_data.tables.marts import CUSTOMER_FACTS, INTERNAL
from crm_data.tables.scores import CUSTOMER_SCORES

ATTRIBUTES = "attributes."
MAX_KEY = 200
_NOT_OFFERED = (*INTERNAL, "rfm_history", "stage_history", "churn_reasons")
_KNOWN: tuple[Op, ...] = ("is_missing", "is_known")
_EQUAL: tuple[Op, ...] = ("eq", "ne", "in", "not_in")
_ORDERED: tuple[Op, ...] = ("lt", "le", "gt", "ge", "between")
_RELATIVE: tuple[Op, ...] = ("within_days", "before_days")
_NUMBER = (*_EQUAL, *_ORDERED, *_KNOWN)
_DAY = (*_EQUAL, *_ORDERED, *_RELATIVE, *_KNOWN)
_TEXT: tuple[Op, ...] = (*_EQUAL, "contains", "begins", *_KNOWN)
_OPS: dict[Kind, tuple[Op, ...]] = {
    "text": _TEXT, "json": (), "flag": ("eq", "ne", *_KNOWN), "day": _DAY, "instant": _DAY,
    "money": _NUMBER, "number": _NUMBER, "count": _NUMBER, "share": _NUMBER,
}  # fmt: skip


@dataclass(frozen=True)
class SegmentField:
    """A field that conditions can name.

    Attributes
    ----------
    name : str
        As conditions write it.
    kind : Kind
        Kind of its values.
    origin, column : str
        Table or mart that holds it, and the column there.
    key : str or None
        Key inside ``attributes``.
    """

    name: str
    kind: Kind
    origin: str
    column: str
    key: str | None = None

    @property
    def ops(self) -> tuple[Op, ...]:
        """Return the comparisons that make sense; attributes can be compared as numbers, too."""
        return (*_TEXT, *_ORDERED) if self.key is not None else _OPS[self.kind]


@cache
def fields() -> tuple[SegmentField, ...]:
    """Return the fields of a customer: facts, then scores, then what only customers say.

    ``attributes.<key>`` is not among them: which keys there are depends on the data.
    """
    found: dict[str, SegmentField] = {}
    for spec in (CUSTOMER_FACTS, CUSTOMER_SCORES):
        for column in spec.columns:
            if column.name not in _NOT_OFFERED:
                field = SegmentField(column.name, column.kind, spec.name, column.name)
                found.setdefault(column.name, field)
    for own in table_spec("customers").fields:
        if own.kind != "json":
            found.setdefault(own.name, SegmentField(own.name, own.kind, "customers", own.name))
    return tuple(found.values())


@cache
def event_fields(kind: EventKind) -> tuple[SegmentField, ...]:
    """Return the fields of an event, for its filters, without ``attributes.<key>``."""
    return tuple(
        SegmentField(column.name, column.kind, origin, column.name)
        for origin, column in event_columns(kind)
    )


def field(name: str, event: EventKind | None = None) -> SegmentField:
    """Return a field of a customer, or of an event; ``UsageError`` listing them for another."""
    known = event_fields(event) if event else fields()
    for candidate in known:
        if candidate.name == name:
            return candidate
    key = name.removeprefix(ATTRIBUTES)
    if key and key != name and len(key) <= MAX_KEY and key.isprintable():
        origin = EVENT_TABLES[event] if event else "customers"
        return SegmentField(name, "text", origin, "attributes", key)
    names = ", ".join((*(one.name for one in known), f"{ATTRIBUTES}<key>"))
    raise UsageError(
        "segment_field",
        f"There is no field '{name}' {f'of the event {event}' if event else 'of customers'}. "
        f"Fields are: {names}.",
        field=name,
        fields=names,
    )
