"""The printed data dictionary is that of the declarations, and says what every column means."""

from pathlib import Path

from crm_data.tables import TABLES
from crm_data.tables.dictionary import dictionary
from crm_data.tables.meanings import MEANINGS, meaning

PRINTED = Path(__file__).parents[2] / "docs" / "data-dictionary.md"


def test_the_printed_dictionary_is_up_to_date() -> None:
    printed = PRINTED.read_text(encoding="utf-8").rstrip("\n")

    assert printed == dictionary().rstrip("\n"), (
        "python -m cli dictionary > docs/data-dictionary.md"
    )


def test_every_column_has_a_meaning_and_no_meaning_is_of_none() -> None:
    named = {(table.name, field) for table in TABLES for field in table.names}

    assert all(meaning(*one).endswith(".") for one in named)
    every = {column for _, column in named} | {f"{table}.{column}" for table, column in named}
    assert [name for name in MEANINGS if name not in every] == []
