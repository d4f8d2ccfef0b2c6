"""The value of a canonical column as SQL over the text columns of a source file."""

from collections.abc import Mapping as Dict
from dataclasses import dataclass, field

from crm_data.errors import BadInputError
from crm_data.frames import Kind
from crm_data.importers import written_dates as dates
from crm_data.importers import written_numbers as numbers
from crm_data.importers.cleaning import FREE_TEXT, clean
from crm_data.importers.engine import ROW, Engine
from crm_data.importers.mapping import Cell
from crm_data.importers.outcome_words import outcome_word
from crm_data.importers.written_numbers import quoted
from crm_data.tables import Field
from crm_data.tables.schema import duckdb_type

NUMERIC: tuple[Kind, ...] = ("money", "number", "share", "count")
DATED: tuple[Kind, ...] = ("day", "instant")
_BLANK = "' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(12288)"
_CLOSE = r"[\p{Han}\p{Hangul}\p{Hiragana}\p{Katakana}ー々]+"
_TRUE = ("yes", "y", "true", "t", "1", "1.0", "on", "是", "有", "对")
_FALSE = ("no", "n", "false", "f", "0", "0.0", "off", "否", "无", "错")


@dataclass(frozen=True)
class Reading:
    """How the values of one source column are read, decided from the whole column.

    Attributes
    ----------
    is_plain_number, is_plain_date : bool
        Whether every value is written as the engine itself writes it, so that one cast reads it.
    decimal_mark : str
        ``.`` or ``,``.
    date_order : str or None
        What comes first in ``03/04/2020``: ``day`` or ``month``; None where no value is so written.
    in_percent : bool
        Whether shares are written 0–100 without a sign.
    """

    is_plain_number: bool = True
    is_plain_date: bool = True
    decimal_mark: str = "."
    date_order: str | None = None
    in_percent: bool = False


@dataclass
class CellReader:
    """Makes SQL for cells, given how each source column is read."""

    engine: Engine
    timezone: str
    phone_region: str = ""
    readings: Dict[str, Reading] = field(default_factory=dict)

    def reading(self, header: str) -> Reading:
        """Return how a source column is read."""
        return self.readings.get(header, Reading())

    def text(self, header: str) -> str:
        """Return SQL: the text of a source column, trimmed and in NFKC, NULL where it is empty."""
        trimmed = self.trimmed(header)
        return f"nullif(trim(nfkc({trimmed})), '')" if self.engine.source.unusual else trimmed

    def trimmed(self, header: str) -> str:
        """Return SQL: the text of a source column as it is written, without blanks around it."""
        column = self.engine.columns[header]
        trimmed = f"nullif(trim({column}, {_BLANK}), '')"
        if self.engine.source.has_wide_blanks:
            return trimmed
        # Few values need trimming: a look at both ends costs a tenth of trimming every value.
        return f"CASE WHEN {column} < '!' OR suffix({column}, ' ') THEN {trimmed} ELSE {column} END"

    def value(self, column: Field, cell: Cell) -> str:
        """Return SQL: the value of a canonical column, of its declared type."""
        if cell.source is None:
            return self._made(column, cell)
        text = self.text(cell.source or "")
        if cell.starts_with is not None:
            tests = [(f"starts_with({text}, {_literal(k)})", v) for k, v in cell.starts_with]
            return self._choice(column, tests, cell)
        if cell.values is not None:
            return self._choice(
                column, [(f"{text} = {_literal(k)}", v) for k, v in cell.values], cell
            )
        value = clean(column.name, self.read(column.kind, cell), self.phone_region)
        if column.name in FREE_TEXT and cell == Cell(source=cell.source):
            value = self.trimmed(cell.source)
        if cell.when_closed is not None:
            is_closed = f"{outcome_word(self.text(cell.when_closed))} IS NOT NULL"
            return f"CASE WHEN {is_closed} THEN {value} END"
        return self._or_default(column, cell, value)

    def _made(self, column: Field, cell: Cell) -> str:
        """Return SQL: a value that comes from no source column of its own."""
        if cell.constant is not None:
            return self._constant(column, cell.constant)
        if cell.row_number is not None:
            number = f"({ROW} - {int(self.engine.source.has_header)})"
            return number if column.kind == "count" else f"{quoted(cell.row_number)} || {number}"
        if cell.row_number_within is not None:
            within = self.text(cell.row_number_within)
            number = f"row_number() OVER (PARTITION BY {within} ORDER BY {ROW})"
            return f"CAST({number} AS {duckdb_type(column.kind)})"
        return self._joined(cell.join or ())

    def _or_default(self, column: Field, cell: Cell, value: str) -> str:
        if cell.default is None:
            return value
        absent = self.is_absent(column.kind, self.text(cell.source or ""))
        return f"CASE WHEN {absent} THEN {self._constant(column, cell.default)} ELSE {value} END"

    def _joined(self, headers: tuple[str, ...]) -> str:
        """Return SQL: texts put together; Chinese, Japanese and Korean names family name first."""
        texts = [self.text(header) for header in headers]
        spaced = f"nullif(concat_ws(' ', {', '.join(texts)}), '')"
        close = f"concat({', '.join(reversed(texts))})"
        return f"CASE WHEN regexp_full_match({close}, '{_CLOSE}') THEN {close} ELSE {spaced} END"

    def read(self, kind: Kind, cell: Cell) -> str:
        """Return SQL: the value read from the source column, without its default."""
        header = cell.source or ""
        if cell.is_product:
            second = (
                quoted(cell.times_number or "") if cell.times is None else self.number(cell.times)
            )
            product = _money_product if kind == "money" else _product
            return product(self.number(header), second)
        if kind in NUMERIC:
            return self._numeric(kind, header)
        if kind in DATED:
            return self._dated(kind, header, cell.format)
        return _flag(self.text(header)) if kind == "flag" else self._picked(cell)

    def _picked(self, cell: Cell) -> str:
        """Return SQL: the text of a cell that may be another column's, or the first of several."""
        text = self.text(cell.source or "")
        if cell.else_source is not None:
            text = f"coalesce({text}, {self.text(cell.else_source)})"
        if cell.first_of is not None:
            text = f"nullif(trim(split_part({text}, {quoted(cell.first_of)}, 1)), '')"
        if cell.unless is not None:
            text = f"CASE WHEN {self.text(cell.unless)} IS NULL THEN {text} END"
        return outcome_word(text) if cell.words is not None else text

    def number(self, header: str) -> str:
        """Return SQL: the text of a number as the engine reads it."""
        reading = self.reading(header)
        if reading.is_plain_number:
            return self.engine.columns[header]
        return numbers.number_text(self.text(header), reading.decimal_mark)

    def is_absent(self, kind: Kind, text: str) -> str:
        """Return SQL: whether a text stands for a missing value of this kind."""
        if kind in ("text", "json"):
            return f"{text} IS NULL"
        return f"({text} IS NULL OR {numbers.is_missing(text)})"

    def _numeric(self, kind: Kind, header: str) -> str:
        number = self.number(header)
        double = f"TRY_CAST({number} AS DOUBLE)"
        if kind == "money":
            return f"TRY_CAST({number} AS DECIMAL(18,4))"
        if kind == "number":
            return f"CASE WHEN isfinite({double}) THEN {double} END"
        if kind == "count":
            return (
                f"CASE WHEN {double} = trunc({double}) AND abs({double}) < 9e18 "
                f"THEN TRY_CAST({number} AS BIGINT) END"
            )
        share = double
        if self.reading(header).in_percent:
            share = f"(CASE WHEN contains({number}, 'e-2') THEN {double} ELSE {double} / 100 END)"
        return f"CASE WHEN {share} BETWEEN 0 AND 1 THEN {share} END"

    def _dated(self, kind: Kind, header: str, form: str | None) -> str:
        if form is not None:
            return self._of_moment(kind, dates.formatted_moment(self.text(header), form))
        reading = self.reading(header)
        local = dates.plain_timestamp(self.engine.columns[header])
        plain = (
            f"CAST({local} AS DATE)" if kind == "day" else dates.plain_to_utc(local, self.timezone)
        )
        if reading.is_plain_date:
            return plain
        odd = self._of_moment(kind, dates.moment(self.text(header), reading.date_order))
        return f"CASE WHEN {local} IS NOT NULL THEN {plain} ELSE {odd} END"

    def _of_moment(self, kind: Kind, moment: str) -> str:
        if kind == "day":
            return f"CAST({moment} AT TIME ZONE {quoted(self.timezone)} AS DATE)"
        return f"({moment}) AT TIME ZONE 'UTC'"

    def _choice(self, column: Field, tests: list[tuple[str, str]], cell: Cell) -> str:
        cases = " ".join(f"WHEN {test} THEN {self._constant(column, v)}" for test, v in tests)
        default = "NULL" if cell.default is None else self._constant(column, cell.default)
        return f"CASE {cases} ELSE {default} END"

    def _constant(self, column: Field, value: str) -> str:
        """Return a value of the mapping as a literal of the column's type."""
        if column.kind in ("text", "json"):
            return quoted(value)
        text = quoted(value)
        if column.kind in NUMERIC:
            made = f"TRY_CAST({numbers.number_text(text, '.')} AS {duckdb_type(column.kind)})"
        elif column.kind == "flag":
            made = _flag(text)
        else:
            moment = dates.moment(text, None)
            zone = quoted(self.timezone if column.kind == "day" else "UTC")
            made = f"CAST({moment} AT TIME ZONE {zone} AS {duckdb_type(column.kind)})"
        literal = self.engine.one(f"SELECT CAST({made} AS VARCHAR)")[0]
        if literal is None:
            raise BadInputError(
                "mapping_bad_constant",
                f"The mapping gives {value!r} for '{column.name}', which must be a "
                f"{column.kind}. Correct the mapping.",
                value=value,
                column=column.name,
            )
        return f"CAST({quoted(literal)} AS {duckdb_type(column.kind)})"


def _literal(text: str) -> str:
    """Return a value of the mapping as texts of the file are compared with it: in NFKC."""
    return f"nfkc({quoted(text)})"


def _flag(text: str) -> str:
    yes, no = (", ".join(quoted(w) for w in words) for words in (_TRUE, _FALSE))
    return (
        f"CASE WHEN lower({text}) IN ({yes}) THEN true WHEN lower({text}) IN ({no}) THEN false END"
    )


def _product(first: str, second: str) -> str:
    product = f"TRY_CAST({first} AS DOUBLE) * TRY_CAST({second} AS DOUBLE)"
    return f"CASE WHEN isfinite({product}) THEN {product} END"


def _money_product(first: str, second: str) -> str:
    """Multiply exactly. A whole second factor and four decimals in the first need no wide type."""
    money = f"TRY_CAST({first} AS DECIMAL(18,4))"
    a, b = f"TRY_CAST({first} AS DOUBLE)", f"TRY_CAST({second} AS DOUBLE)"
    is_simple = (
        f"CAST({money} AS DOUBLE) = {a} AND {b} = trunc({b}) AND abs({b}) < 2e9 "
        f"AND abs({a} * {b}) < 1e13"
    )
    wide = (
        f"TRY_CAST(TRY(TRY_CAST({first} AS DECIMAL(30,8)) * TRY_CAST({second} AS DECIMAL(30,8)))"
        " AS DECIMAL(18,4))"
    )
    return f"CASE WHEN {is_simple} THEN {money} * CAST({b} AS INT) ELSE {wide} END"
