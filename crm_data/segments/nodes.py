"""Condition trees of segments: what a customer must be, have, or have done."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

EventKind = Literal[
    "order", "line", "ticket", "interaction", "campaign", "survey", "deal", "contract", "lead",
    "touchpoint", "invitation", "person",
]  # fmt: skip
CountOp = Literal["at_least", "at_most", "exactly"]
Op = Literal[
    "eq", "ne", "in", "not_in", "lt", "le", "gt", "ge", "between", "is_missing", "is_known",
    "contains", "begins", "within_days", "before_days",
]  # fmt: skip
EVENT_KINDS: tuple[EventKind, ...] = get_args(EventKind)
COUNT_OPS: tuple[CountOp, ...] = get_args(CountOp)
TIMELESS: tuple[EventKind, ...] = ("person",)
OPS: tuple[Op, ...] = get_args(Op)
MAX_DEPTH = 6
MAX_NODES = 60

Value = str | int | float | bool | date


@dataclass(frozen=True)
class Compare:
    """A comparison of a field with values of its kind.

    A missing value passes ``is_missing`` and no other comparison: ``ne`` and ``not_in`` keep known
    values only. ``between`` includes both ends. ``within_days`` n keeps the last n days up to the
    day the data ends, that day included; ``before_days`` n keeps what was n days or more before
    it. Instants are compared by their day in UTC; text by ``contains`` and ``begins`` in lower
    case, otherwise exactly.
    """

    field: str
    op: Op
    values: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Event:
    """Whether a customer did something, had it done, a number of times.

    Events without a day, or after the day the data ends, do not count. ``filters`` must all hold
    of one event. An order is one that counts; without a filter on ``status`` it is a paid one. A
    filter on ``category`` is about one of the categories in an order, which counts once. A line is
    one of a paid order, on its day. A deal and a lead are of the day they were created, a contract
    of the day it began, an invitation to a survey of the day it was sent. A person at a company has
    no day: it is there or not, and can only be asked for without a time.
    ``within_days`` and ``since`` (that day included) exclude each other; None of both is ever.
    """

    kind: EventKind
    filters: tuple[Compare, ...] = ()
    count: CountOp = "at_least"
    n: int = 1
    within_days: int | None = None
    since: date | None = None


@dataclass(frozen=True)
class All:
    """Every item holds; without items, true of everybody."""

    items: "tuple[Node, ...]" = ()


@dataclass(frozen=True)
class Any:
    """At least one item holds; without items, true of nobody."""

    items: "tuple[Node, ...]" = ()


@dataclass(frozen=True)
class Not:
    """The rest of the customers: ``Not(city eq A)`` includes those whose city is missing."""

    item: "Node"


Node = All | Any | Not | Compare | Event


def leaves(node: Node) -> "tuple[Compare | Event, ...]":
    """Return the conditions of a tree, left to right."""
    if isinstance(node, All | Any):
        return tuple(leaf for item in node.items for leaf in leaves(item))
    return leaves(node.item) if isinstance(node, Not) else (node,)


def depth(node: Node) -> int:
    """Return how many levels a tree has; a single condition has one."""
    if isinstance(node, All | Any):
        return 1 + max(map(depth, node.items), default=0)
    return 1 + depth(node.item) if isinstance(node, Not) else 1


def size(node: Node) -> int:
    """Return how many nodes a tree has; filters of events count."""
    if isinstance(node, All | Any):
        return 1 + sum(map(size, node.items))
    if isinstance(node, Not):
        return 1 + size(node.item)
    return 1 + len(node.filters) if isinstance(node, Event) else 1
