"""Decimal mark and date order of a source column, from all of its values; never row by row."""

from dataclasses import replace
from typing import Any

from crm_data.errors import BadInputError
from crm_data.importers import written_dates as dates
from crm_data.importers import written_numbers as numbers
from crm_data.importers.cells import CellReader
from crm_data.importers.currency_signs import Signs, known_signs
from crm_data.importers.engine import Engine


def decide(
    reader: CellReader,
    records: str,
    messy_numbers: set[str],
    messy_dates: set[str],
    day_first: bool | None,
) -> dict[str, Signs]:
    """Settle decimal mark and date order of the columns that are not plain.

    Returns
    -------
    dict
        Currency signs of the numbers by header, where there are any.

    Raises
    ------
    BadInputError
        The order of day and month cannot be told.
    """
    asked: dict[tuple[str, str], str] = {}
    for header in messy_numbers:
        asked[header, "comma"] = numbers.european_count(reader.text(header))
        asked[header, "point"] = numbers.english_count(reader.text(header))
        asked[header, "signs"] = numbers.sign_counts(reader.text(header))
    for header in messy_dates:
        counts = dates.evidence_counts(reader.text(header))
        asked.update(zip(((header, n) for n in ("day", "month", "either")), counts, strict=True))
    if not asked:
        return {}
    row = reader.engine.one(f"SELECT {', '.join(asked.values())} FROM {records}")
    found: dict[tuple[str, str], Any] = dict(zip(asked, row, strict=True))
    readings = dict(reader.readings)
    for header in messy_numbers:
        is_european = found[header, "comma"] > 0 and found[header, "point"] == 0
        readings[header] = replace(
            reader.reading(header), is_plain_number=False, decimal_mark="," if is_european else "."
        )
    for header in messy_dates:
        evidence = dates.DateEvidence(*(found[header, n] for n in ("day", "month", "either")))
        order = _date_order(reader, records, header, evidence, day_first)
        readings[header] = replace(reader.reading(header), is_plain_date=False, date_order=order)
    reader.readings = readings
    signs = {header: known_signs(found[header, "signs"] or {}) for header in messy_numbers}
    return {header: counted for header, counted in signs.items() if counted}


def _date_order(
    reader: CellReader,
    records: str,
    header: str,
    evidence: dates.DateEvidence,
    day_first: bool | None,
) -> str | None:
    if day_first is not None:
        return "day" if day_first else "month"
    if evidence.day_first and evidence.month_first:
        what = "has dates that are day first and dates that are month first"
        raise _undecidable(reader.engine, header, what)
    if evidence.day_first or evidence.month_first:
        return "day" if evidence.day_first else "month"
    if evidence.either:
        text = reader.text(header)
        example = reader.engine.one(
            f"SELECT min({text}) FILTER (WHERE {dates.is_either(text)}) FROM {records}"
        )[0]
        what = f"has dates such as {example} that could be day first or month first"
        raise _undecidable(reader.engine, header, what)
    return None


def _undecidable(engine: Engine, header: str, what: str) -> BadInputError:
    return BadInputError(
        "date_order",
        f"{engine.source.path}: column '{header}' {what}. Say day_first = true or day_first = "
        "false under [source] in the mapping.",
        path=str(engine.source.path),
        column=header,
    )
