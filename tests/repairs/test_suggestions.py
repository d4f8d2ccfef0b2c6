"""Which values are suggested to be slips of the pen, and which look alike and are not."""

from collections.abc import Sequence

import pytest
import sqlalchemy as sa
from babel import Locale

from crm_data import warehouse
from crm_data.known_words import known_words
from crm_data.queries.repairs import repair_candidates
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.settings import Settings
from crm_data.tables import mart
from tests.conftest import NOW
from tests.two_engines import on_both_engines
from tests.warehouse.stage import Row, selected, stored


def customers(**columns: dict[str | None, int]) -> list[Row]:
    """Rows with so many of each value of each column, one column at a time."""
    said = [
        (name, value)
        for name, counts in columns.items()
        for value, n in counts.items()
        for _ in range(n)
    ]
    return [
        {"customer_id": f"{n}", **dict.fromkeys(columns), name: value}
        for n, (name, value) in enumerate(said)
    ]


def suggested(settings: Settings) -> Sequence[tuple[object, ...]]:
    version = warehouse.build(settings, now=NOW)
    return selected(
        settings, version,
        "SELECT table_name || '.' || field, value, target, rows, target_rows, kind "
        "FROM repair_candidates ORDER BY ALL",
    )  # fmt: skip


def test_words_that_are_meant_and_words_that_only_look_alike(settings: Settings) -> None:
    rows = customers(
        country={
            "Philipines": 2, "Philippines": 1, "Niger": 1, "Nigeria": 40, "Austria": 1,
            "Australia": 60, "United  Kingdom": 1, "Untied States": 1, "菲律宝": 1,
        },
        industry={"technolgy": 3, "Reatil": 1, "FINANCE": 1, "finance": 5, "legal": 1},
        region={
            "Region 1": 60, "Region 2": 1, "Zone A": 60, "Zone B": 1, "Northern": 40, "Nothern": 2,
            "Nortern": 3, "South-East": 2, "South East": 9, "Kent": 40, "Kend": 1,
        },
        lifecycle={"resolved": 50, "unresolved": 1, "activ": 1, "active": 19},
        city={"Berne": 1, "Bernd": 20, "Bernt": 20},
    )  # fmt: skip
    stored(settings, "customers", rows)
    assert suggested(settings) == [
        ("customers.country", "Philipines", "Philippines", 2, 1, "misspelt"),
        ("customers.country", "United  Kingdom", "United Kingdom", 1, 0, "same_letters"),
        ("customers.country", "Untied States", "United States", 1, 0, "misspelt"),
        ("customers.industry", "FINANCE", "finance", 1, 5, "same_letters"),
        ("customers.industry", "Reatil", "Retail", 1, 0, "misspelt"),
        ("customers.industry", "technolgy", "technology", 3, 0, "misspelt"),
        # Northern is 20 times as common as Nothern, not as Nortern; Berne may be either.
        ("customers.region", "Nothern", "Northern", 2, 40, "misspelt"),
        ("customers.region", "South-East", "South East", 2, 9, "same_letters"),
    ]  # active is 19 times as common as activ; what is known is never doubted


def test_references_that_name_no_row(settings: Settings) -> None:
    stored(settings, "products", [{"product_id": "GTX Pro", "name": "GTX Pro"},
                                  {"product_id": "p2", "name": "Mower Deluxe"},
                                  {"product_id": "p3", "name": "Cable"},
                                  {"product_id": "SKU-100234", "name": None}])  # fmt: skip
    stored(settings, "employees", [{"employee_id": "e1", "name": "Anna Snelling"}])
    stored(settings, "customers", [{"customer_id": "c1", "name": "Konex Corporation"},
                                   {"customer_id": "c2", "name": "Konex"}])  # fmt: skip
    deals: list[Row] = [
        {"opportunity_id": str(n), "product_id": product, "owner_id": owner, "amount": 10,
         "outcome": outcome, "customer_id": customer}
        for n, (product, owner, outcome, customer) in enumerate([
            ("GTXPro", "e1", "won", "c1"), ("GTXPro", "e1", "lost", "Konex Corporaton"),
            ("mower deluxe", "Ana Snelling", "won", "c9"), ("GTX Pro", None, None, "KONEX"),
            ("SKU-100235", "e2", "won", "c2"), ("Cables", "e1", None, None),
        ])
    ]  # fmt: skip
    stored(settings, "opportunities", deals)
    assert suggested(settings) == [
        ("opportunities.customer_id", "KONEX", "c2", 1, 1, "same_letters"),
        ("opportunities.customer_id", "Konex Corporaton", "c1", 1, 1, "misspelt"),
        ("opportunities.owner_id", "Ana Snelling", "e1", 1, 3, "misspelt"),
        ("opportunities.product_id", "Cables", "p3", 1, 0, "misspelt"),
        ("opportunities.product_id", "GTXPro", "GTX Pro", 2, 1, "same_letters"),
        ("opportunities.product_id", "mower deluxe", "p2", 1, 0, "same_letters"),
    ]
    version = warehouse.build(settings, now=NOW)
    worth = "SELECT worth FROM repair_candidates WHERE value = 'GTXPro'"
    assert selected(settings, version, worth) == [(10.0,)]  # only what was won


def test_nothing_is_suggested_where_the_other_table_was_never_imported(settings: Settings) -> None:
    stored(settings, "opportunities", [{"opportunity_id": "1", "product_id": "GTXPro"}])
    assert suggested(settings) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_country_is_known_in_both_languages(language: str) -> None:
    names = Locale.parse(language).territories
    countries = set(known_words("countries"))
    of_iso = {code: name for code, name in names.items() if len(code) == 2 and code.isalpha()}
    no_country = {"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO"}
    assert {name for code, name in of_iso.items() if code not in no_country} <= countries
    words = known_words("industries")
    assert len(set(words)) == len(words)
    assert list(words) == sorted(words)


def fill(connection: sa.Connection) -> None:
    found = mart("repair_candidates")
    found.create(connection, checkfirst=True)
    rows = [
        ("customers", "city", "a", 1),
        ("orders", "channel", "b", 7),
        ("orders", "channel", "a", 7),
    ]
    connection.execute(
        found.insert(),
        [
            {"table_name": t, "field": f, "value": v, "rows": n, "worth": None, "target": "x",
             "target_rows": 0, "similarity": 0.5, "kind": "misspelt", "is_known": False}
            for t, f, v, n in rows
        ],
    )  # fmt: skip


conn = on_both_engines(fill)


def test_those_of_most_rows_come_first_and_a_part_is_shown_none(conn: sa.Connection) -> None:
    found = repair_candidates(conn, scope=EVERYTHING)
    assert list(zip(found["value"], found["rows"], strict=True)) == [("a", 7), ("b", 7), ("a", 1)]
    assert repair_candidates(conn, scope=NOBODY).empty
    assert repair_candidates(conn, scope=AccessScope(frozenset({"e1"}))).empty
