"""What the import form does with the files it is given."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest

from crm_data.scope import EVERYTHING
from crm_data.settings import Settings
from ui.actions import import_uploads
from ui.context import PageContext
from ui.formats import Formats
from ui.import_results import Imported
from ui.translations import catalogue


class Upload(BytesIO):
    """A file as the upload widget gives it."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text.encode())
        self.name = name


MAPPING = """
[tables.orders.columns]
order_id = "id"
ordered_on = "day"
amount = "worth"
"""
ONE, TWO = "id,day,worth\n1,2026-01-05,$5.50\n", "id,day,worth\n2,2026-01-06,7\n"


@pytest.fixture
def ctx(empty: Settings) -> PageContext:
    t = catalogue("en")
    formats = Formats("en", "CNY", "UTC")
    now = datetime(2026, 3, 16, 8, tzinfo=UTC)
    return PageContext(empty, "", EVERYTHING, "ada", "en", date(2026, 3, 16), now, t, formats)


def uploaded(ctx: PageContext, *files: Upload, dry_run: bool = False) -> Imported:
    return import_uploads(
        ctx, files, mapping=Upload("m.toml", MAPPING), dry_run=dry_run, force=False,
        progress=lambda _step, _share: None,
    )  # fmt: skip


def test_a_known_file_is_left_out_and_the_other_is_imported(ctx: PageContext) -> None:
    first = uploaded(ctx, Upload("one.csv", ONE))
    both = uploaded(ctx, Upload("again.csv", ONE), Upload("two.csv", TWO))
    nothing = uploaded(ctx, Upload("two.csv", TWO))

    assert (first.version, both.version, nothing.version) == ("v000001", "v000002", None)
    assert [(one.file, one.rows, one.added) for one in both.tables] == [("two.csv", 1, 1)]
    assert [(e.code, e.details["path"]) for e in both.left_out] == [
        ("already_imported", "again.csv")
    ]
    assert (nothing.tables, [e.code for e in nothing.left_out]) == ([], ["already_imported"])


def test_a_check_finds_signs_and_publishes_nothing(ctx: PageContext) -> None:
    checked = uploaded(ctx, Upload("one.csv", ONE), dry_run=True)

    assert checked.version is None
    assert checked.tables[0].findings == {
        "currency_sign": 1, "currency_differs": 1, "numbers_converted": 1,
    }  # fmt: skip


def test_a_check_tells_which_column_was_taken_and_how_sure_that_is(ctx: PageContext) -> None:
    files = [
        Upload("kunden.csv", "Kundennr.,Firma,Ort\nK1,Acme,Ulm\nK2,Bolt,Bonn\n"),
        Upload("deals.csv", "Record ID,Deal Name,Deal Stage\n1,One,Won\n"),
    ]
    made = import_uploads(
        ctx, files, mapping=None, dry_run=True, force=False, progress=lambda _step, _share: None
    )
    customers, deals = made.tables
    assert {name: source for name, source, _ in customers.columns} == {
        "customer_id": "Kundennr.", "name": "Firma", "city": "Ort",
    }  # fmt: skip
    assert all(0.8 < sure < 1 for _, _, sure in customers.columns)
    assert (customers.preset, deals.preset) == (None, "hubspot_deals")
    assert {sure for _, _, sure in deals.columns} == {1.0}


def test_the_mapping_of_a_check_can_be_given_back(ctx: PageContext) -> None:
    calls = '客户名称,主题\n华为,"你好"\n'

    def check(mapping: Upload | None) -> Imported:
        return import_uploads(
            ctx, [Upload("calls.csv", calls)], mapping=mapping, dry_run=True, force=False,
            progress=lambda _step, _share: None,
        )  # fmt: skip

    guessed = check(None).tables
    said = check(Upload("calls.toml", guessed[0].mapping)).tables
    assert "interaction_id" in guessed[0].doubtful
    assert ("interaction_id", "", 0.3) in guessed[0].columns
    assert [one.doubtful for one in said] == [() for _ in guessed]
    assert [(o.table, o.rows, [c[:2] for c in o.columns if c[1]], o.mapping) for o in said] == [
        (o.table, o.rows, [c[:2] for c in o.columns if c[1]], o.mapping) for o in guessed
    ]


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_mapping_is_shown_the_least_sure_column_first(language: str) -> None:
    from streamlit.testing.v1 import AppTest

    def page(language: str) -> None:
        from types import SimpleNamespace
        from typing import Any

        from ui.import_mapping import proposed_mapping
        from ui.import_results import TableResult
        from ui.translations import catalogue

        ctx: Any = SimpleNamespace(t=catalogue(language))
        columns = (("name", "Firma", 0.96), ("city", "feld_2", 0.6))
        one = TableResult("a.csv", "customers", 2, 0, 2, 0, 0, (), {}, columns)
        proposed_mapping(ctx, one, is_open=True)

    app = AppTest.from_function(page, kwargs={"language": language}).run()
    t = catalogue(language)
    assert not app.exception
    assert app.dataframe[0].value[t("mapping.field")].tolist() == [
        t("column.city"),
        t("mapping.field.name"),
    ]
    captions = [caption.value for caption in app.caption]
    assert captions[0] == t("mapping.by_words", preset="")
    assert "feld" in captions[1]
