"""What the builder of segments offers: fields in a sensible order, operators, events."""

from crm_data.queries.portrait_origins import MISSING, features_decided_by
from crm_data.segments import SegmentField, event_fields, field, fields, parse
from crm_data.segments.nodes import COUNT_OPS, EVENT_KINDS
from crm_data.segments.nodes import TIMELESS as NO_TIME

__all__ = [
    "COUNTS", "EVENTS", "FIELDS", "MISSING", "TIMELESS", "TIMES", "about", "decided_by",
    "event_names", "shown_ops",
]  # fmt: skip
_HIDDEN = (
    "search_text", "customer_no", "m", "value_kind", "parent_id", "lifecycle", "churn_horizon_days",
    "health_parts",
)  # fmt: skip
FIELDS: tuple[str, ...] = tuple(one.name for one in fields() if one.name not in _HIDDEN)
EVENTS: tuple[str, ...] = EVENT_KINDS
COUNTS: tuple[str, ...] = COUNT_OPS
TIMELESS: tuple[str, ...] = NO_TIME
TIMES = ("ever", "within_days", "since")
# One value or several: "is one of" says both.
_SAID_BY_IN = {"eq": "in", "ne": "not_in"}


def about(name: str, event: str = "") -> SegmentField:
    """Return a field of customers or of an event."""
    return field(name, event or None)  # type: ignore[arg-type]  # refused there


def decided_by(definition: str) -> frozenset[str]:
    """Return the features of a portrait in which conditions alone make a segment differ."""
    return features_decided_by(parse(definition))


def event_names(event: str) -> list[str]:
    """Return the fields of an event."""
    return [one.name for one in event_fields(event)]


def shown_ops(ops: tuple[str, ...], current: str) -> list[str]:
    """Return the operators to offer; for numbers and days those of several values are left out."""
    is_text = "contains" in ops
    hidden = set(_SAID_BY_IN) if is_text else {"in", "not_in"}
    return [op for op in ops if op not in hidden or op == current]
