"""What conditions decide by themselves is no finding of a portrait."""

import json

import pytest

from crm_data.queries import portrait_origins
from crm_data.queries.portrait_features import category_features, numeric_features
from crm_data.queries.portrait_origins import features_decided_by
from crm_data.segments import All, Compare, Event, Not, event_fields, field, parse

FEATURES = {*(one.name for one in numeric_features()), *category_features()}


def test_tables_name_features_and_fields_that_there_are() -> None:
    tables = (
        portrait_origins._OF_EVENTS, portrait_origins._OF_FILTERS, portrait_origins._OF_FIELDS
    )  # fmt: skip
    named = {one for table in tables for words in table.values() for one in words.split()}
    assert {one.removeprefix("missing:") for one in named} - FEATURES == set()
    for name in portrait_origins._OF_FIELDS:
        assert field(name).name == name
    for kind, name in portrait_origins._OF_FILTERS:
        assert name in {one.name for one in event_fields(kind)}  # type: ignore[arg-type]  # the kinds


@pytest.mark.parametrize(
    ("event", "decided", "left"),
    [
        ("order", {"orders", "net_amount", "days_since_last_order", "stage", "p_alive"},
         {"tickets", "region", "returned_share", "first_category", "average_order_value"}),
        ("ticket", {"tickets", "complaints"}, {"orders", "last_nps"}),
        ("survey", {"last_nps"}, {"tickets"}),
        ("contract", {"subscription", "monthly_amount"}, {"orders"}),
        ("touchpoint", set(), FEATURES),
    ],
)  # fmt: skip
def test_marts_of_the_same_event_are_decided(event: str, decided: set[str], left: set[str]) -> None:
    tree = parse(json.dumps({"not": {"all": [{"event": event, "n": 2, "within_days": 90}]}}))
    found = features_decided_by(tree)

    assert decided <= found
    assert ("missing:margin_share" in found) is (event == "order")
    assert not left & found


def test_filters_and_fields_decide_too() -> None:
    of_tea = Event("order", (Compare("category", "eq", ("tea",)),))

    assert "first_category" in features_decided_by(All((of_tea,)))
    assert features_decided_by(Not(Compare("region", "eq", ("East",)))) == {"region"}
    assert "days_since_last_order" in features_decided_by(Compare("last_order_on", "is_known"))
