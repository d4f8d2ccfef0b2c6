"""Random condition trees over what ``company`` has."""

from datetime import timedelta

from hypothesis import strategies as st

from crm_data.segments import All, Any, Compare, Event, Node, Not
from crm_data.segments.nodes import COUNT_OPS
from tests.segments.company import AS_OF

_TEXTS = {
    "city": ["上海", "lima", "Lima", "O'Hara", "%", "_", "a", "ΟΔΟΣ", "Σ", "İZ"],
    "stage": ["loyal", "lost"],
    "gender": ["f", "m"],
    "attributes.tier": ["gold", "07", "1.5"],
}
_NUMBERS = {
    "orders": [0, 1, 2], "net_amount": [-1.5, 0, 1, 2.5], "mean_gap_days": [0, 0.25, 1],
    "p_alive": [0, 0.5, 1], "r": [1, 3, 5], "attributes.tier": [-2, 0, 0.5, 1.5, 5, 7, 1000],
}  # fmt: skip
_DAYS = [AS_OF - timedelta(days=d) for d in (0, 29, 30, 31, 90)]
_OF_EVENTS = {
    "order": {"category": ["tea", "pots"], "channel": ["web", "store"],
              "status": ["paid", "returned"]},
    "ticket": {"category": ["tea"], "status": ["open"]},
    "interaction": {"channel": ["web", "store"], "direction": ["inbound"]},
    "campaign": {"campaign_id": ["k1", "k2"], "arm": ["A"]},
    "survey": {"kind": ["nps", "csat"]},
    "line": {"product_id": ["p1", "p2"]},
    "deal": {"stage": ["offer", "talk"], "outcome": ["won"]},
    "contract": {"product_id": ["p1"]},
    "lead": {"source": ["fair"]},
    "touchpoint": {"channel": ["web", "store"]},
}  # fmt: skip


def _with_values(field: str, ops: list[str], values: list[object]) -> st.SearchStrategy[Compare]:
    one = st.sampled_from(values)
    several = st.lists(one, min_size=1, max_size=2, unique=True)
    return st.sampled_from(ops).flatmap(
        lambda op: st.builds(
            Compare,
            st.just(field),
            st.just(op),
            {
                "in": several.map(tuple), "not_in": several.map(tuple),
                "between": st.tuples(one, one), "is_missing": st.just(()),
                "is_known": st.just(()),
            }.get(op, st.tuples(one)),
        )
    )  # fmt: skip


_EQUAL = ["eq", "ne", "in", "not_in"]
_KNOWN = ["is_missing", "is_known"]
_ORDERED = ["lt", "le", "gt", "ge", "between"]


def _texts(field: str, values: list[str]) -> st.SearchStrategy[Compare]:
    return _with_values(field, [*_EQUAL, *_KNOWN, "contains", "begins"], list(values))


def _numbers(field: str, values: list[float]) -> st.SearchStrategy[Compare]:
    ops = _ORDERED if field.startswith("attributes.") else [*_EQUAL, *_ORDERED, *_KNOWN]
    return _with_values(field, ops, list(values))


def _days(field: str) -> st.SearchStrategy[Compare]:
    return st.one_of(
        _with_values(field, [*_EQUAL, *_ORDERED, *_KNOWN], list(_DAYS)),
        _with_values(field, ["within_days", "before_days"], [0, 1, 30, 90]),
    )


_FLAGS = ["eq", "ne", *_KNOWN]
compares = st.one_of(
    *(_texts(field, values) for field, values in _TEXTS.items()),
    *(_numbers(field, values) for field, values in _NUMBERS.items()),
    *(_days(field) for field in ("created_at", "last_order_on", "birth_on")),
    *(_with_values(f, _FLAGS, [True, False]) for f in ("has_subscription", "consent_email")),
)


def _filters(kind: str) -> st.SearchStrategy[tuple[Compare, ...]]:
    choices = [_texts(field, values) for field, values in _OF_EVENTS[kind].items()]
    if kind == "order":
        choices.append(_numbers("net_amount", [0, 3, 5]))
    if kind == "ticket":
        choices += [_with_values("is_complaint", _FLAGS, [True, False]), _days("resolved_at")]
    if kind == "line":
        choices.append(_numbers("amount", [0, 3, 5]))
    if kind == "contract":
        choices.append(_days("ended_on"))
    if kind == "campaign":
        choices.append(_days("opened_at"))
    if kind == "survey":
        choices.append(_numbers("score", [0, 6, 9]))
    return st.lists(st.one_of(*choices), max_size=2).map(tuple)


_TIMES = st.one_of(
    st.just((None, None)),
    st.sampled_from([(0, None), (1, None), (30, None), (91, None)]),
    st.sampled_from([(None, day) for day in _DAYS]),
)
events = st.sampled_from(list(_OF_EVENTS)).flatmap(
    lambda kind: st.builds(
        lambda filters, count, n, time: Event(kind, filters, count, n, *time),
        _filters(kind),
        st.sampled_from(COUNT_OPS),
        st.integers(0, 3),
        _TIMES,
    )
)
leaves = st.one_of(compares, events)
trees: st.SearchStrategy[Node] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: All(tuple(items))),
        st.lists(inner, max_size=3).map(lambda items: Any(tuple(items))),
        inner.map(Not),
    ),
    max_leaves=6,
)
