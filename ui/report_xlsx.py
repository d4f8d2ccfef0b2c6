"""A report as a workbook: what it is and says first, then a sheet a table."""

import io
import re

from ui.export import safe_frame, safe_text
from ui.report import Report

_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
_LONGEST_NAME = 31  # of a sheet


def xlsx_bytes(report: Report, *, sheet: str) -> bytes:
    """Return the workbook; ``sheet`` is what its first sheet is called."""
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"created": report.made_at.replace(tzinfo=None)})
        head = book.add_format({"bold": True})
        first = book.add_worksheet(sheet)
        first.set_column(0, 0, 28)
        first.set_column(1, 1, 32)
        first.set_column(2, 2, 80)
        first.write_string(0, 0, report.title, head)
        for row, line in enumerate(_lines(report), start=2):
            for column, text in enumerate(line):
                if text:
                    cell = str(safe_text(text))
                    first.write_string(row, column, cell, *([head] if column == 0 else []))
        for place, section in enumerate(report.sections, start=1):
            if section.table is None:
                continue
            name = f"{place} {_NOT_IN_NAMES.sub(' ', section.title)}"[:_LONGEST_NAME]
            page, safe = book.add_worksheet(name), safe_frame(section.table)
            page.freeze_panes(1, 0)
            for column, title in enumerate(safe.columns):
                page.write_string(0, column, str(title), head)
                for row, value in enumerate(safe.iloc[:, column], start=1):
                    page.write_string(row, column, str(value))
            page.autofit(300)
    return buffer.getvalue()


def _lines(report: Report) -> list[tuple[str, str, str]]:
    """Return what the first sheet says: name, value, note or sentence."""
    lines = [(name, value, "") for name, value in report.stamp]
    for section in report.sections:
        if section.facts or section.sentences:
            lines += [("", "", ""), (section.title, "", "")]
        lines += [(fact.name, fact.value, fact.note) for fact in section.facts]
        lines += [("", "", one) for one in section.sentences]
    return lines
