"""A report as slides: what it is, then its sections with native charts and tables."""

import io
import unicodedata
import zipfile
from collections.abc import Sequence
from typing import Any

import pandas as pd
from pptx import Presentation
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Emu, Inches, Pt

from charts.theme import PALETTES
from ui.report import Fact, Report, Section
from ui.report_pptx_chart import add_chart, rgb

MOST_ROWS = 80  # of a table: a deck is talked over, the workbook holds all
_LATIN, _EAST_ASIAN = "Calibri", "Microsoft YaHei"
_WIDTH, _HEIGHT, _MARGIN, _TOP, _BOTTOM = 13.333, 7.5, 0.6, 1.15, 6.9  # inches
_INNER = _WIDTH - 2 * _MARGIN
_CARDS, _CARD = 3, 1.2
_LINE, _ROW = 0.27, 0.22  # inches a line of words, of a table
_PER_INCH = 12.5  # Latin letters of a table's size in an inch
_LETTERS = _INNER * 10  # Latin letters of a sentence's size in a line
_CARD_LETTERS = 48  # a longer figure is a sentence
_TITLE_ONLY = 5  # layouts of the template that the library brings
_COLOURS = PALETTES["light"]


class _Deck:
    """Slides with a place on the last one where the next thing goes."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.made = Presentation()
        self.made.slide_width, self.made.slide_height = Inches(_WIDTH), Inches(_HEIGHT)
        self.y = _TOP
        self.slide: Any = None

    def open(self, title: str) -> None:
        """Begin a slide."""
        self.slide = self.made.slides.add_slide(self.made.slide_layouts[_TITLE_ONLY])
        shape = self.slide.shapes.title
        _place(shape, _MARGIN, 0.35, _INNER, 0.7)
        self.write(shape, [title], 24, _COLOURS.text, is_bold=True)
        self.y = _TOP
        foot = self.box(_MARGIN, 7.05, _INNER, 0.3)
        self.write(foot, [self.report.footer], 9, _COLOURS.muted)

    def box(self, left: float, top: float, width: float, height: float) -> Any:
        """Return a new box for words."""
        return self.slide.shapes.add_textbox(
            Inches(left), Inches(top), Inches(width), Inches(height)
        )

    def write(
        self, shape: Any, lines: Sequence[str], size: float, colour: str, *, is_bold: bool = False
    ) -> None:
        """Write lines into a shape or cell, one paragraph each."""
        frame = shape.text_frame
        frame.word_wrap = True
        for place, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
            paragraph.alignment = 1
            run = paragraph.add_run()
            run.text = line
            run.font.size, run.font.bold = Pt(size), is_bold
            run.font.color.rgb = rgb(colour)
            _with_fonts(run.font, self.report.language)


def pptx_bytes(report: Report) -> bytes:
    """Return the report as slides; text is text, and charts can be edited."""
    deck = _Deck(report)
    about = deck.made.core_properties
    about.title = report.title
    about.author = about.last_modified_by = report.made_by
    about.created = about.modified = report.made_at.replace(tzinfo=None)
    _first(deck)
    for section in report.sections:
        _section(deck, section)
    buffer = io.BytesIO()
    deck.made.save(buffer)
    return _undated(buffer)


def _undated(packed: io.BytesIO) -> bytes:
    """Return the archive without the clock of its packing: equal reports give equal files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name), old.read(name), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _first(deck: _Deck) -> None:
    deck.open(deck.report.title)
    _place(deck.slide.shapes.title, _MARGIN, 1.6, _INNER, 1.0)
    deck.slide.shapes.title.text_frame.paragraphs[0].runs[0].font.size = Pt(36)
    lines = [f"{name}: {value}" for name, value in deck.report.stamp]
    deck.write(deck.box(_MARGIN, 2.8, _INNER, 3), lines, 16, _COLOURS.muted)


def _section(deck: _Deck, section: Section) -> None:
    deck.open(section.title)
    short = [one for one in section.facts if _length(one.value) <= _CARD_LETTERS]
    if short:
        _cards(deck, short)
    long = [
        f"{one.name}: {one.value}" + (f" · {one.note}" if one.note else "")
        for one in section.facts if one not in short
    ]  # fmt: skip
    _texts(deck, section.title, [*long, *section.sentences])
    if section.chart:
        deck.open(section.chart.title)
        box = (Inches(_MARGIN), Inches(_TOP), Inches(_INNER), Inches(_BOTTOM - _TOP))
        chart = add_chart(deck.slide.shapes, section.chart, box, deck.report.language)
        chart.font.size = Pt(12)
        _with_fonts(chart.font, deck.report.language)
        deck.y = _BOTTOM
    if section.table is not None and len(section.table):
        _table(deck, section.title, section.table)


def _texts(deck: _Deck, title: str, texts: Sequence[str]) -> None:
    """Write texts below each other, on as many slides as they take."""
    left = [line for text in texts for line in text.splitlines() or [""]]
    while left:
        room, some, height = int((_BOTTOM - deck.y) / _LINE), [], 0
        while left and height < room:
            head, rest = _cut(left.pop(0), (room - height) * int(_LETTERS))
            some.append(head)
            height += _lines(head, _LETTERS)
            if rest:
                left.insert(0, rest)
                break
        if some:
            box = deck.box(_MARGIN, deck.y, _INNER, height * _LINE)
            deck.write(box, some, 13, _COLOURS.text)
            deck.y += height * _LINE + 0.1
        if left:
            deck.open(title)


def _cut(text: str, letters: int) -> tuple[str, str]:
    """Return what of a text is at most so long, up to a space where one is near, and the rest."""
    if _length(text) <= letters:
        return text, ""
    end = 0
    while _length(text[end]) <= letters:
        letters -= _length(text[end])
        end += 1
    space = text.rfind(" ", max(1, end - 40), end)
    end = space if space > 0 else end
    return text[:end], text[end:].lstrip()


def _cards(deck: _Deck, facts: Sequence[Fact]) -> None:
    width = _INNER / _CARDS
    for place, fact in enumerate(facts):
        row, column = divmod(place, _CARDS)
        box = deck.box(_MARGIN + column * width, deck.y + row * _CARD, width - 0.1, _CARD - 0.1)
        deck.write(box, [fact.name], 12, _COLOURS.muted)
        _append(deck, box, fact.value, 22, _COLOURS.text, is_bold=True)
        if fact.note:
            _append(deck, box, fact.note, 11, _COLOURS.muted)
    deck.y += -(-len(facts) // _CARDS) * _CARD + 0.1


def _append(
    deck: _Deck, box: Any, text: str, size: float, colour: str, *, is_bold: bool = False
) -> None:
    paragraph = box.text_frame.add_paragraph()
    run = paragraph.add_run()
    run.text, run.font.size, run.font.bold = text, Pt(size), is_bold
    run.font.color.rgb = rgb(colour)
    _with_fonts(run.font, deck.report.language)


def _table(deck: _Deck, title: str, table: pd.DataFrame) -> None:
    """Draw a table, on as many slides as it takes; its head is on each."""
    heads = [str(name) for name in table.columns]
    rows = [[str(cell) for cell in row] for row in table.head(MOST_ROWS).to_numpy().tolist()]
    widths = _widths(heads, rows)
    head = _height(heads, widths)
    while rows:
        space, taken = _BOTTOM - deck.y - head, 0
        while taken < len(rows) and (space := space - _height(rows[taken], widths)) >= 0:
            taken += 1
        if taken == 0 or (taken < len(rows) and taken < 3 and deck.y > _TOP):
            if deck.y > _TOP:
                deck.open(title)
                continue
            taken = 1  # a row that is longer than a slide
        if (lacking := 3 - (len(rows) - taken)) in (1, 2) and taken > 2 * lacking:
            taken -= lacking  # no slide with a row or two left over
        _draw(deck, heads, rows[:taken], widths)
        rows = rows[taken:]
        if rows:
            deck.open(title)
    if len(table) > MOST_ROWS:
        rest = deck.report.rest.format(n=len(table) - MOST_ROWS)
        deck.write(deck.box(_MARGIN, deck.y, _INNER, 0.3), [rest], 11, _COLOURS.muted)


def _draw(deck: _Deck, heads: list[str], rows: list[list[str]], widths: list[float]) -> None:
    heights = [_height(one, widths) for one in (heads, *rows)]
    frame = deck.slide.shapes.add_table(
        len(rows) + 1, len(heads), Inches(_MARGIN), Inches(deck.y), Inches(sum(widths)),
        Inches(sum(heights)),
    )  # fmt: skip
    drawn = frame.table
    for column, width in enumerate(widths):
        drawn.columns[column].width = Inches(width)
    for row, cells in enumerate((heads, *rows)):
        drawn.rows[row].height = Inches(heights[row])
        for column, text in enumerate(cells):
            cell = drawn.cell(row, column)
            cell.margin_left = cell.margin_right = Emu(45720)
            cell.margin_top = cell.margin_bottom = Emu(18288)
            colour = _COLOURS.background if row == 0 else _COLOURS.text
            deck.write(cell, [text], 11, colour, is_bold=row == 0)
    deck.y += sum(heights) + 0.1


def _widths(heads: list[str], rows: list[list[str]]) -> list[float]:
    """Return inches a column: as long as its words are, within bounds; together one slide."""
    longest = [
        min(max(_length(row[place]) for row in (heads, *rows)), 40) for place in range(len(heads))
    ]
    wanted = [max(0.7, one / _PER_INCH + 0.15) for one in longest]
    total = sum(wanted)
    grown = min(_INNER / total, 1.6)
    return [one * grown for one in wanted]


def _height(cells: list[str], widths: list[float]) -> float:
    lines = max(
        _lines(text, (width - 0.1) * _PER_INCH) for text, width in zip(cells, widths, strict=True)
    )
    return lines * _ROW + 0.06


def _lines(text: str, letters: float) -> int:
    return max(1, -(-_length(text) // max(1, int(letters))))


def _length(text: str) -> int:
    """Return how long text is in Latin letters: a Chinese one is as wide as two."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def _with_fonts(font: Any, language: str) -> None:
    """Name a font for each script: without one, Chinese is written in whatever comes first."""
    font.name = _LATIN
    latin = font._rPr.find("{http://schemas.openxmlformats.org/drawingml/2006/main}latin")
    latin.addnext(parse_xml(f"<a:ea {nsdecls('a')} typeface='{_EAST_ASIAN}'/>"))
    font._rPr.set("lang", language.replace("_", "-") if language != "en" else "en-US")


def _place(shape: Any, left: float, top: float, width: float, height: float) -> None:
    shape.left, shape.top = Inches(left), Inches(top)
    shape.width, shape.height = Inches(width), Inches(height)
