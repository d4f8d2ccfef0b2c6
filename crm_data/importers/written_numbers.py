"""Numbers as people write them, as SQL: ``1,234.50``, ``(12.3)``, ``¥1,200``, ``8.5万``, ``12%``.

A number becomes plain text first (``-1234.50``, ``8.5e4``), which the engine casts exactly: no
value passes through binary floating point on its way to a decimal.
"""

_CURRENCY = r"(?:US\$|HK\$|NT\$|[¥￥$€£₩₹]|[A-Z]{3}|元)"
_SIGN = r"[$¥￥€£₩₹元]|[A-Z]{3}"  # a quick look for any of these
_SPACE = r"[\s\x{00A0}\x{2009}\x{202F}\x{3000}]"
_MINUS = r"[-\x{2212}\x{FF0D}]"
_PERCENT = r"[%\x{FF05}]"
_GROUPED = {
    ".": r"\d{1,3}(?:[,，'\x{2019}]\d{3})+|\d{1,3}(?:,\d{2})*,\d{3}",
    ",": r"\d{1,3}(?:[.'\x{2019}]\d{3})+",
}
_SPACED = rf"\d{{1,3}}(?:{_SPACE}\d{{3}})+"
_DIGITS = {
    ".": rf"(?:{_GROUPED['.']}|{_SPACED}|\d+)(?:\.\d*)?|\.\d+",
    ",": rf"(?:{_GROUPED[',']}|{_SPACED}|\d+)(?:,\d*)?|,\d+",
}
_POWERS = {"千": 3, "万": 4, "百万": 6, "千万": 7, "亿": 8, "万亿": 12}
_UNITS = "万亿|千万|百万|亿|万|千"
# A comma with other than three digits after it, or dots that group: only European writing.
_EUROPEAN = r"\d,(?:\d{1,2}|\d{4,})(?:\D*)$|\.\d{3},\d|\d\.\d{3}\.\d{3}"
_ENGLISH = r"\d\.(?:\d{1,2}|\d{4,})(?:\D*)$|,\d{3}\.\d|\d,\d{3},\d{3}"
_TOKENS = ("na", "n/a", "#n/a", "null", "none", "nan", "-", "--", "—", "")


def is_missing(text: str) -> str:
    """Return SQL: whether a text stands for a missing value in a column that is not text."""
    return f"lower(trim({text})) IN ({', '.join(quoted(t) for t in _TOKENS)})"


def european_count(text: str) -> str:
    """Return SQL counting values that only European writing explains."""
    return f"count(*) FILTER (WHERE regexp_matches({text}, {quoted(_EUROPEAN)}))"


def english_count(text: str) -> str:
    """Return SQL counting values that European writing cannot explain."""
    return f"count(*) FILTER (WHERE regexp_matches({text}, {quoted(_ENGLISH)}))"


def number_text(text: str, decimal_mark: str) -> str:
    """Return SQL: the number in ``text`` as the engine writes numbers, NULL where it is none.

    Parameters
    ----------
    text : str
        SQL of the text.
    decimal_mark : str
        ``.`` or ``,``, as the whole column decided. A value in per cent keeps its ``e-2``.
    """
    return f"number_text_{'point' if decimal_mark == '.' else 'comma'}({text})"


def sign_counts(text: str) -> str:
    """Return SQL counting numbers by their currency sign, as it is written: a map, NULL if none.

    Signs before and after a number have a blank between them.
    """
    digits = rf"[\d.,，'\x{{2019}}]|\d{_SPACE}+\d"
    pattern = (
        rf"^{_SPACE}*(?:\(|{_MINUS}|\+)?{_SPACE}*({_CURRENCY})?{_SPACE}*{_MINUS}?{_SPACE}*"
        rf"(?:{digits})+{_SPACE}*(?:{_UNITS})?{_SPACE}*{_PERCENT}?{_SPACE}*({_CURRENCY})?"
        rf"{_SPACE}*(?:{_MINUS}|\))?{_SPACE}*$"
    )
    found = f"regexp_extract({text}, {quoted(pattern)}, ['before', 'after'])"
    sign = let("s", found, "nullif(s.before || ' ' || s.after, ' ')")
    # Most numbers with a sign begin with it, and most others have no such character at all.
    begins = rf"regexp_matches({text}, '^[$¥￥€£₩₹]\d[\d.,]*$')"
    may_have = f"regexp_matches({text}, {quoted(_SIGN)})"
    return f"histogram(CASE WHEN {begins} THEN left({text}, 1) WHEN {may_have} THEN {sign} END)"


def macros() -> list[str]:
    """Return the statements that define what ``number_text`` uses."""
    return [_macro("point", "."), _macro("comma", ",")]


def quoted(value: str) -> str:
    """Return a value as an SQL text literal."""
    return "'" + value.replace("'", "''") + "'"


def let(name: str, value: str, body: str) -> str:
    """Return SQL: ``body`` with ``name`` standing for ``value``, worked out once per row."""
    return f"list_transform([{value}], lambda {name}: {body})[1]"


def _macro(name: str, mark: str) -> str:
    pattern = (
        rf"^{_SPACE}*(\(|{_MINUS}|\+)?{_SPACE}*{_CURRENCY}?{_SPACE}*({_MINUS})?{_SPACE}*"
        rf"({_DIGITS[mark]}){_SPACE}*({_UNITS})?{_SPACE}*({_PERCENT})?{_SPACE}*{_CURRENCY}?"
        rf"{_SPACE}*({_MINUS}|\))?{_SPACE}*$"
    )
    names = "['open', 'inner', 'digits', 'unit', 'percent', 'close']"
    powers = " ".join(f"WHEN {quoted(unit)} THEN 'e{p}'" for unit, p in _POWERS.items())
    digits = "regexp_replace(p.digits, '[^0-9.,]', '', 'g')"
    if mark == ".":
        plain, fast = f"regexp_replace({digits}, ',', '', 'g')", "translate(t, ',$¥￥€£', '')"
        simple = r"^-?[$¥￥€£]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?$"
        as_is = "isfinite(TRY_CAST(t AS DOUBLE))"
    else:
        plain = f"replace(replace({digits}, '.', ''), ',', '.')"
        fast, simple = "replace(replace(t, '.', ''), ',', '.')", r"^-?\d+(?:\.\d{3})*(?:,\d+)?$"
        as_is = "false"
    parts = f"regexp_extract(t, {quoted(pattern)}, {names})"
    assembled = f"""CASE
        WHEN p.digits = '' OR (p.open = '(') <> (p.close = ')') THEN NULL
        WHEN p.unit <> '' AND p.percent <> '' THEN NULL
        WHEN length(replace(p.open, '+', '') || p.inner || p.close) > 1 AND p.close <> ')' THEN NULL
        ELSE CASE WHEN p.open NOT IN ('', '+') OR p.inner <> '' OR p.close <> ''
                  THEN '-' ELSE '' END
             || {plain}
             || CASE p.unit {powers} ELSE '' END
             || CASE WHEN p.percent <> '' THEN 'e-2' ELSE '' END
        END"""
    return f"""
    CREATE OR REPLACE TEMP MACRO number_text_{name}(t) AS CASE
      WHEN {as_is} THEN t
      WHEN regexp_matches(t, {quoted(simple)}) THEN {fast}
      ELSE {let("p", parts, assembled)} END"""
