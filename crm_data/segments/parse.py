"""Condition trees as JSON: reading with a word for every mistake, writing in one form only.

A node is an object: ``{"all": [node, …]}``, ``{"any": [node, …]}``, ``{"not": node}``,
``{"field": "city", "op": "in", "values": ["A"]}``, or an event such as ``{"event": "order",
"filters": [{"field": "category", "op": "eq", "values": ["tea"]}], "count": "at_least", "n": 2,
"within_days": 90}``, with ``"since": "2025-01-31"`` instead of ``within_days``, or neither.
"""

import json
from typing import Any as Anything
from typing import TypeVar

from crm_data.errors import UsageError
from crm_data.frames import Kind
from crm_data.segments.fields import SegmentField, field
from crm_data.segments.nodes import (
    COUNT_OPS,
    EVENT_KINDS,
    MAX_DEPTH,
    MAX_NODES,
    OPS,
    TIMELESS,
    All,
    Any,
    Compare,
    Event,
    EventKind,
    Node,
    Not,
    size,
)
from crm_data.segments.values import read_day, read_values, read_whole, written

T = TypeVar("T", bound=str)
_OF_COMPARE = {"field", "op", "values"}
_OF_EVENT = {"event", "filters", "count", "n", "within_days", "since"}
_ORDERED = ("lt", "le", "gt", "ge", "between")


def parse(json_text: str) -> Node:
    """Read a condition tree.

    Raises
    ------
    UsageError
        Not JSON, or a node that cannot be: its path is named, such as ``all[1].not.values[0]``.
        Trees have at most 6 levels and 60 nodes.
    """
    try:
        raw = json.loads(json_text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise UsageError(
            "segment_json", 'The conditions are not JSON. Give an object such as {"all": []}.'
        ) from error
    node = _node(raw, "$", 1)
    if size(node) > MAX_NODES:
        raise _too_large()
    return node


def to_json(node: Node) -> str:
    """Return the tree in its one form: keys sorted, defaults written out, no spaces."""
    return json.dumps(_plain(node), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _no_constant(name: str) -> Anything:
    raise ValueError(name)


def _node(raw: object, path: str, level: int) -> Node:
    if level > MAX_DEPTH:
        raise _too_large()
    if not isinstance(raw, dict):
        raise _shape(path)
    keys = set(raw)
    if keys in ({"all"}, {"any"}):
        (name,) = keys
        return (All if name == "all" else Any)(_items(raw[name], f"{path}.{name}", level))
    if keys == {"not"}:
        return Not(_node(raw["not"], f"{path}.not", level + 1))
    if "event" in keys and keys <= _OF_EVENT:
        return _event(raw, path)
    return _compare(raw, path)


def _items(raw: object, path: str, level: int) -> tuple[Node, ...]:
    if not isinstance(raw, list):
        raise _shape(path)
    if len(raw) > MAX_NODES:
        raise _too_large()
    return tuple(_node(item, f"{path}[{at}]", level + 1) for at, item in enumerate(raw))


def _compare(raw: object, path: str, event: EventKind | None = None) -> Compare:
    if not isinstance(raw, dict) or not {"field", "op"} <= set(raw) <= _OF_COMPARE:
        raise _shape(path)
    name, op = raw["field"], raw["op"]
    if not isinstance(name, str) or not isinstance(op, str):
        raise _shape(path)
    about = _known_field(name, event, path)
    if op not in OPS or op not in about.ops:
        listed = ", ".join(about.ops)
        raise UsageError(
            "segment_op",
            f"'{op}' at {path} does not go with '{name}'. Use {listed}.",
            op=op,
            path=path,
            field=name,
            ops=listed,
        )
    kind: Kind = "number" if about.key is not None and op in _ORDERED else about.kind
    known = next(one for one in OPS if one == op)
    return Compare(name, known, read_values(raw.get("values", []), known, kind, f"{path}.values"))


def _known_field(name: str, event: EventKind | None, path: str) -> SegmentField:
    try:
        return field(name, event)
    except UsageError as error:
        message = f"{error} It is at {path}."
        raise UsageError(error.code, message, **error.details, path=path) from error


def _event(raw: dict[str, Anything], path: str) -> Event:
    kind = _one_of(raw["event"], EVENT_KINDS, f"{path}.event")
    filters = raw.get("filters", [])
    if not isinstance(filters, list):
        raise _shape(f"{path}.filters")
    if len(filters) > MAX_NODES:
        raise _too_large()
    within, since = raw.get("within_days"), raw.get("since")
    if within is not None and since is not None:
        raise _shape(path)
    if kind in TIMELESS and (within is not None or since is not None):
        raise UsageError(
            "segment_timeless",
            f"The event '{kind}' at {path} has no day. Take within_days and since away.",
            event=kind,
            path=path,
        )
    return Event(
        kind,
        tuple(_compare(one, f"{path}.filters[{at}]", kind) for at, one in enumerate(filters)),
        _one_of(raw.get("count", "at_least"), COUNT_OPS, f"{path}.count"),
        read_whole(raw.get("n", 1), f"{path}.n"),
        None if within is None else read_whole(within, f"{path}.within_days"),
        None if since is None else read_day(since, f"{path}.since"),
    )


def _one_of(raw: object, known: tuple[T, ...], path: str) -> T:
    for one in known:
        if one == raw:
            return one
    raise UsageError(
        "segment_word",
        f"'{str(raw)[:60]}' at {path} is not one of {', '.join(known)}.",
        value=str(raw)[:60],
        path=path,
        words=", ".join(known),
    )


def _plain(node: Node) -> dict[str, object]:
    if isinstance(node, All | Any):
        return {"all" if isinstance(node, All) else "any": [_plain(item) for item in node.items]}
    if isinstance(node, Not):
        return {"not": _plain(node.item)}
    if isinstance(node, Compare):
        values = [written(value) for value in node.values]
        return {"field": node.field, "op": node.op, "values": values}
    event: dict[str, object] = {"event": node.kind, "count": node.count, "n": node.n}
    event["filters"] = [_plain(one) for one in node.filters]
    if node.within_days is not None:
        event["within_days"] = node.within_days
    if node.since is not None:
        event["since"] = node.since.isoformat()
    return event


def _shape(path: str) -> UsageError:
    return UsageError(
        "segment_shape",
        f"What is at {path} is not a condition. Give all, any, not, a field with op and values, "
        "or an event.",
        path=path,
    )


def _too_large() -> UsageError:
    return UsageError(
        "segment_size",
        f"The conditions are nested deeper than {MAX_DEPTH} levels or more than {MAX_NODES}. "
        "Make two segments of them.",
        levels=MAX_DEPTH,
        nodes=MAX_NODES,
    )
