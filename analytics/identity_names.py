"""Names of people and companies, Latin and Chinese, cut into what can be compared.

Chinese names have their family name first: one character, or two of a short list. Companies lose
their legal form. Which part a single Latin word is, is told by where it stands in other names.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

import pandas as pd

# Family names of two characters; all others have one.
_TWO = "欧阳司马上官诸葛夏侯皇甫尉迟公孙慕容司徒令狐长孙宇文东方南宫百里端木轩辕西门独孤"
_COMPOUND = frozenset(_TWO[place : place + 2] for place in range(0, len(_TWO), 2))
_TITLE_WORDS = "mr mrs ms miss dr prof sir madam herr frau"
_LEGAL_WORDS = """
    inc incorporated ltd limited llc llp plc corp corporation co company gmbh ag sa sas sarl srl
    spa bv nv oy ab kg pty pte kk
"""
_TITLES, _LEGAL = frozenset(_TITLE_WORDS.split()), frozenset(_LEGAL_WORDS.split())
_CHINESE_LEGAL = re.compile(
    "(股份有限公司|有限责任公司|有限公司|集团公司|公司|集团|先生|女士|小姐)$"
)
_CHINESE = re.compile("[\u3400-\u9fff]")
_ONLY_CHINESE = re.compile("[\u3400-\u9fff ]+")
_LONGEST_PERSON = 4


def plain(text: str) -> str:
    """Return letters and digits of a text in one form: no case, accent, width or punctuation."""
    wide = unicodedata.normalize("NFKC", text).casefold()
    letters = unicodedata.normalize("NFD", wide)
    kept = "".join(
        sign if sign.isalnum() else "" if unicodedata.category(sign) in ("Mn", "Cs") else " "
        for sign in letters
    )
    return " ".join(unicodedata.normalize("NFC", kept).split())


def name_parts(names: Sequence[str | None]) -> pd.DataFrame:
    """Cut names into parts.

    Parameters
    ----------
    names : sequence of str or None

    Returns
    -------
    DataFrame
        ``given``, ``family`` and ``name_key`` (all words in order of the alphabet), None where
        there is none; a company is all ``given``.
    """
    known: dict[str, tuple[str | None, str | None]] = {}
    single: dict[str, str] = {}
    first, last = Counter[str](), Counter[str]()
    for name in names:
        if name is None or name in known:
            continue
        given, family, is_single = _cut(name)
        known[name] = given, family
        if is_single and given:
            single[name] = given
        elif given and family:
            first[given] += 1
            last[family] += 1
    for name, word in single.items():
        if last[word] > first[word]:
            known[name] = None, word
    parts = [(None, None) if name is None else known[name] for name in names]
    keys = [_key(given, family) for given, family in parts]
    columns = [*zip(*parts, strict=True)] or [(), ()]
    return pd.DataFrame({"given": columns[0], "family": columns[1], "name_key": keys}, dtype=object)


def _key(given: str | None, family: str | None) -> str | None:
    return " ".join(sorted(f"{given or ''} {family or ''}".split())) or None


def _cut(name: str) -> tuple[str | None, str | None, bool]:
    """Return given name, family name, and whether it was one word only."""
    if "," in name:  # family name first
        family, _, given = name.partition(",")
        if plain(given) not in _LEGAL:
            name = f"{given} {family}"
    text = plain(name)
    if _CHINESE.search(text):
        return *_cut_chinese(text), False
    words = text.split()
    named = [word for word in words if word not in _TITLES] or words
    bare = [word for word in named if word not in _LEGAL] or named
    if len(bare) < len(named):
        return " ".join(bare), None, False
    if len(named) < 2:
        return (named[0] if named else None), None, True
    return " ".join(named[:-1]), named[-1], False


def _cut_chinese(text: str) -> tuple[str | None, str | None]:
    core = _CHINESE_LEGAL.sub("", text) or text
    if not _ONLY_CHINESE.fullmatch(core):
        return core, None
    core = core.replace(" ", "")
    if core != text.replace(" ", "") and len(core) > 1 and len(core) > _LONGEST_PERSON:
        return core, None
    if not 2 <= len(core) <= _LONGEST_PERSON:
        return core, None
    size = 2 if core[:2] in _COMPOUND and len(core) > 2 else 1
    return core[size:], core[:size]
