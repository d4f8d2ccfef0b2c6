"""How many values the cleaning rules changed, by rule: nothing is changed in silence."""

from crm_data.importers import written_dates as dates
from crm_data.importers.cells import DATED, NUMERIC, CellReader
from crm_data.importers.cleaning import RULES, clean, invalid
from crm_data.importers.mapping import Cell, TableMapping
from crm_data.importers.profile import Profile
from crm_data.importers.written_numbers import quoted
from crm_data.tables import Field

OF_FIELDS = tuple(f"{name}_{what}" for name in RULES for what in ("cleaned", "doubtful"))


def count_changes(reader: CellReader, table: TableMapping, known: Profile) -> dict[str, int]:
    """Count the values of a table that were written otherwise than in its file.

    Returns
    -------
    dict
        By rule: ``trimmed`` (blanks at the ends), ``normalised`` (NFKC), ``numbers_converted``
        (signs, units, separators, per cent), ``dates_converted`` (written or numbered otherwise
        than ISO), ``several_ids`` (only the first was taken), ``email_cleaned``,
        ``phone_cleaned``, and ``email_doubtful``, ``phone_doubtful`` (none of their
        kind, kept as they are).
    """
    counted = [
        (rule, test)
        for name, cell in table.columns
        if cell.source is not None
        for rule, test in _tests(reader, table.spec.field(name), cell, known)
    ]
    headers = dict.fromkeys(h for _, cell in table.columns for h in cell.headers)
    counted += [one for header in headers for one in _texts(reader, header)]
    if not counted:
        return {}
    tests = ", ".join(f"count(*) FILTER (WHERE {test})" for _, test in counted)
    found = reader.engine.one(f"SELECT {tests} FROM {reader.engine.rows()}")
    total: dict[str, int] = {}
    for (rule, _), count in zip(counted, found, strict=True):
        total[rule] = total.get(rule, 0) + count
    return total


def _texts(reader: CellReader, header: str) -> list[tuple[str, str]]:
    column = reader.engine.columns[header]
    padded = f"({column} < '!' OR suffix({column}, ' '))"
    if reader.engine.source.has_wide_blanks:
        padded = f"{column} <> {reader.trimmed(header)}"
    made = [("trimmed", padded)]
    if reader.engine.source.unusual:
        made.append(("normalised", f"{reader.trimmed(header)} <> {reader.text(header)}"))
    return made


def _tests(reader: CellReader, column: Field, cell: Cell, known: Profile) -> list[tuple[str, str]]:
    header = cell.source or ""
    text = reader.text(header)
    made = []
    if cell.first_of is not None:
        made.append(("several_ids", f"contains({text}, {quoted(cell.first_of)})"))
    if column.name in RULES and cell.is_read:
        written = clean(column.name, text, reader.phone_region)
        made.append((f"{column.name}_cleaned", f"{text} <> {written}"))
        made.append((f"{column.name}_doubtful", invalid(column.name, text, reader.phone_region)))
    reading = known.readings.get(header)
    if reading is None or not cell.is_read:
        return made
    raw, value = reader.engine.columns[header], reader.read(column.kind, cell)
    if column.kind in NUMERIC and (reading.in_percent or not reading.is_plain_number):
        plain = "false" if reading.in_percent else f"isfinite(TRY_CAST({raw} AS DOUBLE))"
        made.append(("numbers_converted", f"{value} IS NOT NULL AND NOT coalesce({plain}, false)"))
    if column.kind in DATED and not reading.is_plain_date:
        plain = dates.plain_timestamp(raw)
        made.append(("dates_converted", f"{value} IS NOT NULL AND {plain} IS NULL"))
    return made
