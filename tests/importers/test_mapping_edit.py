"""A proposed mapping as somebody corrects it."""

from typing import Any

import pytest

from crm_data.errors import BadInputError
from crm_data.importers.mapping import Mapping, mapping_from_dict
from crm_data.importers.mapping_edit import Correction, corrected, fields_of


def proposed() -> Mapping:
    deals = {
        "opportunity_id": "No", "customer_id": "Firm", "stage": "State",
        "outcome": {"source": "State", "words": "outcome"}, "expected_close_on": "Close",
        "closed_at": {"source": "Close", "when_closed": "State"},
        "name": {"join": ["A", "B"]},
    }  # fmt: skip
    firms = {"customer_id": "Firm", "name": "Firm"}
    return mapping_from_dict(
        {"tables": {"opportunities": {"columns": deals}, "customers": {"columns": firms}}}
    )


def said(**more: Any) -> Correction:
    fields = fields_of(proposed(), "opportunities")
    return Correction("opportunities", fields | more.pop("fields", {}), **more)


def cells(mapping: Mapping, place: int = 0) -> dict[str, tuple[Any, ...]]:
    return {n: (c.source, c.join, c.constant, c.words, c.when_closed)
            for n, c in mapping.tables[place].columns}  # fmt: skip


def test_each_column_with_its_fields() -> None:
    assert fields_of(proposed(), "opportunities") == {
        "No": ["opportunity_id"], "Firm": ["customer_id"], "State": ["stage", "outcome"],
        "Close": ["expected_close_on", "closed_at"], "A": ["name"], "B": ["name"],
    }  # fmt: skip
    assert fields_of(proposed(), "orders") == fields_of(None, "orders") == {}


def test_what_nobody_corrects_stays_as_it_was_proposed() -> None:
    assert corrected(proposed(), said()) == proposed()


def test_a_field_that_moves_is_read_plainly_and_takes_the_other_table_along() -> None:
    made = corrected(proposed(), said(fields={"Firm": [], "Buyer": ["customer_id"], "Close": []}))
    assert cells(made)["customer_id"] == ("Buyer", None, None, None, None)
    assert "closed_at" not in cells(made)
    assert [cell[0] for cell in cells(made, 1).values()] == ["Buyer", "Buyer"]


def test_part_of_a_joined_name_and_a_new_outcome() -> None:
    fields = {"A": ["name"], "B": [], "State": ["stage"], "Result": ["outcome"]}
    made = cells(corrected(proposed(), said(fields=fields)))
    assert made["name"] == ("A", None, None, None, None)
    assert made["outcome"] == ("Result", None, None, "outcome", None)


@pytest.mark.parametrize("fields", [{"X": ["stage"]}, {"X": ["name"]}, {"X": ["outcome"]}])
def test_two_columns_never_fill_one_field_silently(fields: dict[str, list[str]]) -> None:
    with pytest.raises(BadInputError, match="Both '.*' and 'X' fill opportunities"):
        corrected(proposed(), said(fields=fields))


def test_constants_dates_and_further_tables() -> None:
    one = said(constants={"pipeline": "EU", "stage": "new"}, day_first=True, further=[])
    made = corrected(proposed(), one)
    assert (cells(made)["pipeline"][2], cells(made)["stage"][2]) == ("EU", "new")
    assert (made.day_first, [t.table for t in made.tables]) == (True, ["opportunities"])


def test_a_table_without_its_key_is_refused_and_counted_rows_are_kept() -> None:
    with pytest.raises(BadInputError, match="Nothing fills opportunities.opportunity_id"):
        corrected(proposed(), said(fields={"No": []}))
    calls = mapping_from_dict(
        {"tables": {"interactions": {"columns": {
            "interaction_id": {"row_number": "i-"}, "subject": "S"}}}}
    )  # fmt: skip
    made = corrected(calls, Correction("interactions", {"S": ["subject"], "T": ["channel"]}))
    assert dict(made.tables[0].columns)["interaction_id"].row_number == "i-"


def test_from_nothing_when_nothing_was_recognised() -> None:
    made = corrected(None, Correction("products", {"x": ["product_id"], "y": []}))
    assert made == mapping_from_dict({"tables": {"products": {"columns": {"product_id": "x"}}}})
