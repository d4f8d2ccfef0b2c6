"""What the import form does with the files it is given."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest

from crm_data.scope import EVERYTHING
from crm_data.settings import Settings
from ui.actions import Imported, import_uploads
from ui.context import PageContext
from ui.formats import Formats
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
    assert checked.tables[0].findings == {"currency_sign": 1, "currency_differs": 1}
