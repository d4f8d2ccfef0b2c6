"""Random condition trees over what ``company`` has."""

from datetime import timedelta

from hypothesis import strategies as st

from crm_data.segments import All, Any, Compare, Event, Node, Not
from crm_data.segments.nodes import COUNT_OPS, TIMELESS
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
_NOTES = ["gift", "1.5", "禮", "GIFT", "1,000"]
_OF_EVENTS = {
    "order": {"category": ["tea", "pots"], "channel": ["web", "store"],
              "status": ["paid", "returned"], "currency": ["EUR", "CNY"]},
    "ticket": {"category": ["tea"], "status": ["open"], "priority": ["high", "low"]},
    "interaction": {"channel": ["web", "store"], "direction": ["inbound"]},
    "campaign": {"campaign_id": ["k1", "k2"], "arm": ["A"]},
    "survey": {"kind": ["nps", "csat"]},
    "line": {"product_id": ["p1", "p2"]},
    "deal": {"stage": ["offer", "talk"], "outcome": ["won"], "name": ["big", "Big deal"]},
    "contract": {"product_id": ["p1"]},
    "lead": {"source": ["fair"]},
    "touchpoint": {"channel": ["web", "store"]},
    "invitation": {"kind": ["nps"], "response_id": ["s0", "s3"]},
    "person": {"title": ["buyer", "CEO"], "email": ["a@x.com"]},
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


_MORE = {
    "order": [_numbers("net_amount", [0, 3, 5]), _numbers("amount", [0, 2, 5])],
    "ticket": [
        _with_values("is_complaint", _FLAGS, [True, False]), _days("resolved_at"),
        _numbers("reopened_count", [0, 1, 2]),
    ],
    "line": [_numbers("amount", [0, 3, 5])],
    "contract": [_days("ended_on")],
    "campaign": [_days("opened_at")],
    "survey": [_numbers("score", [0, 6, 9])],
    "deal": [_numbers("probability", [0, 0.25, 0.5])],
    "invitation": [_days("sent_at")],
}  # fmt: skip
_OF_ALL = [_texts("attributes.note", _NOTES), _numbers("attributes.note", [-2, 0, 1.5, 1000])]


def _filters(kind: str) -> st.SearchStrategy[tuple[Compare, ...]]:
    choices = [_texts(field, values) for field, values in _OF_EVENTS[kind].items()]
    choices += [*_MORE.get(kind, []), *_OF_ALL]
    return st.lists(st.one_of(*choices), max_size=2).map(tuple)


_TIMES = st.one_of(
    st.just((None, None)),
    st.sampled_from([(0, None), (1, None), (30, None), (91, None)]),
    st.sampled_from([(None, day) for day in _DAYS]),
)
events = st.sampled_from(list(_OF_EVENTS)).flatmap(
    lambda kind: st.builds(
        lambda filters, count, n, time: Event(
            kind, filters, count, n, *((None, None) if kind in TIMELESS else time)
        ),
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
