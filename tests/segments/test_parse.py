"""Trees as JSON: one form, and a word for every mistake."""

import json
from datetime import date

import pytest

from crm_data.errors import UsageError
from crm_data.segments import Compare, Event, event_fields, fields, parse, to_json

ORDER = {"event": "order"}


def city(*values: object, op: str = "eq", field: str = "city") -> dict[str, object]:
    return {"field": field, "op": op, "values": list(values)}


def refused(tree: object) -> UsageError:
    with pytest.raises(UsageError) as caught:
        parse(tree if isinstance(tree, str) else json.dumps(tree))
    return caught.value


def test_one_form_whatever_the_order_of_keys_and_the_spelling_of_numbers() -> None:
    once = to_json(parse('{"values": [2.0], "op": "ge", "field": "orders"}'))

    assert once == '{"field":"orders","op":"ge","values":[2]}'
    assert to_json(parse(once)) == once


def test_an_event_with_its_defaults_written_out() -> None:
    assert to_json(parse('{"event": "order"}')) == (
        '{"count":"at_least","event":"order","filters":[],"n":1}'
    )


def test_bought_twice_in_90_days_and_no_visit_since() -> None:
    tea = Compare("category", "eq", ("tea",))
    bought = {**ORDER, "filters": [city("tea", field="category")], "n": 2, "within_days": 90}
    visit = {"event": "interaction", "count": "exactly", "n": 0, "since": "2025-01-31"}

    assert parse(json.dumps(bought)) == Event("order", (tea,), "at_least", 2, 90)
    assert parse(json.dumps(visit)) == Event(
        "interaction", (), "exactly", 0, since=date(2025, 1, 31)
    )


@pytest.mark.parametrize("text", ["", "{", "NaN", '{"all": [Infinity]}', "[" * 100_000])
def test_what_is_not_json(text: str) -> None:
    assert refused(text).code == "segment_json"


@pytest.mark.parametrize(
    ("tree", "path"),
    [
        ([], "$"),
        ({}, "$"),
        ({"all": [], "any": []}, "$"),
        ({"all": [{"not": 3}]}, "$.all[0].not"),
        ({"any": {"all": []}}, "$.any"),
        ({**ORDER, "within_days": 3, "since": "2025-01-31"}, "$"),
        ({**ORDER, "filters": [{"event": "order"}]}, "$.filters[0]"),
        ({"field": "city", "op": "eq", "values": ["A"], "more": 1}, "$"),
    ],
)
def test_what_is_no_condition(tree: object, path: str) -> None:
    error = refused(tree)

    assert (error.code, error.details["path"]) == ("segment_shape", path)


@pytest.mark.parametrize(
    ("condition", "path"),
    [
        (city(3), "$.values[0]"),
        (city(""), "$.values[0]"),
        (city("a\0"), "$.values[0]"),
        (city("\ud800"), "$.values[0]"),
        (city("A", "B" * 501, op="in"), "$.values[1]"),
        (city("1", field="orders"), "$.values[0]"),
        (city(1.5, field="orders"), "$.values[0]"),
        (city(True, field="orders"), "$.values[0]"),
        (city(10**400, field="net_amount"), "$.values[0]"),
        (city(1.00001, field="net_amount"), "$.values[0]"),
        (city("yes", field="has_subscription"), "$.values[0]"),
        (city("2025-02-30", field="created_at"), "$.values[0]"),
        (city("20250101", field="created_at"), "$.values[0]"),
        (city(-1, field="created_at", op="within_days"), "$.values[0]"),
        (city("5", field="attributes.x", op="gt"), "$.values[0]"),
        ({**ORDER, "n": -1}, "$.n"),
        ({**ORDER, "within_days": 1.5}, "$.within_days"),
        ({**ORDER, "since": 5}, "$.since"),
    ],
)
def test_a_value_of_another_kind(condition: object, path: str) -> None:
    error = refused(condition)

    assert (error.code, error.details["path"]) == ("segment_value", path)


@pytest.mark.parametrize(
    ("condition", "takes"),
    [
        (city(), (1, 1)),
        (city("A", "B"), (1, 1)),
        (city(op="in"), (1, 500)),
        (city(1, field="orders", op="between"), (2, 2)),
        (city("A", op="is_known"), (0, 0)),
        ({"field": "city", "op": "eq", "values": "A"}, (1, 1)),
    ],
)
def test_too_many_or_too_few_values(condition: object, takes: tuple[int, int]) -> None:
    error = refused(condition)

    assert error.code == "segment_values"
    assert (error.details["least"], error.details["most"]) == takes


def test_a_field_that_there_is_not_is_refused_with_the_list_and_its_place() -> None:
    error = refused({"all": [city("A"), {"not": city("A", field="nope")}]})

    assert error.code == "segment_field"
    assert error.details["path"] == "$.all[1].not"
    assert "net_amount_365d" in str(error.details["fields"])
    assert refused({**ORDER, "filters": [city("A")]}).details["path"] == "$.filters[0]"
    assert refused(city("A", field="attributes.")).code == "segment_field"
    assert refused(city("A", field="search_text")).code == "segment_field"


@pytest.mark.parametrize(
    "condition", [city("A", op="gt"), city(1, field="orders", op="contains"), city("A", op="like")]
)
def test_a_comparison_that_makes_no_sense(condition: object) -> None:
    assert refused(condition).code == "segment_op"


@pytest.mark.parametrize("event", [{"event": "visit"}, {**ORDER, "count": "about"}])
def test_a_word_that_there_is_not(event: object) -> None:
    assert refused(event).code == "segment_word"


def test_a_person_has_no_day_and_attributes_of_events_are_fields() -> None:
    queue = {"field": "attributes.queue", "op": "between", "values": [1, 2.5]}
    (read,) = parse(json.dumps({"event": "ticket", "filters": [queue]})).filters  # type: ignore[union-attr]  # an event

    assert read == Compare("attributes.queue", "between", (1, 2.5))
    for time in ({"within_days": 90}, {"since": "2025-01-31"}):
        error = refused({"not": {"event": "person", **time}})
        assert (error.code, error.details["path"]) == ("segment_timeless", "$.not")
    assert isinstance(parse('{"event": "person"}'), Event)


def test_six_levels_and_sixty_nodes_are_the_most() -> None:
    tree: object = city("A")
    for _ in range(5):
        tree = {"not": tree}
    parse(json.dumps(tree))
    parse(json.dumps({"all": [city("A")] * 59}))

    assert refused({"not": tree}).code == "segment_size"
    assert refused({"all": [city("A")] * 60}).code == "segment_size"
    assert refused({"all": [{**ORDER, "filters": [city("A", field="channel")] * 59}]}).code == (
        "segment_size"
    )


def test_names_of_fields_are_unique_and_internals_are_not_offered() -> None:
    names = [field.name for field in fields()]

    assert len(names) == len(set(names))
    assert {"stage", "expected_value", "consent_email", "orders_365d"} <= set(names)
    assert not {"customer_no", "search_text", "rfm_history", "stage_history"} & set(names)
    assert {f.name for f in event_fields("order")} >= {"category", "channel", "status"}
