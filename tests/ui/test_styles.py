"""Style sheets hold constant text only, and it is that of the catalogue."""

import ast
import re
from pathlib import Path

import pytest

from ui import styles
from ui.translations import LANGUAGES, catalogue

WORDS = ("choose", "or_drop", "drop", "enter", "no_results")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sheet_says_what_the_catalogue_says(language: str) -> None:
    t = catalogue(language)
    said = re.findall(r'content: "([^"]*)"', styles.SHEETS[language].read_text(encoding="utf-8"))

    assert {t(f"streamlit.{word}") for word in WORDS} >= set(said)
    assert len(said) == {"en": 3, "zh_CN": 5}[language]


@pytest.mark.parametrize("path", [styles.COMMON, *styles.SHEETS.values()], ids=lambda p: p.name)
def test_a_sheet_fetches_nothing_and_holds_no_markup(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert not re.search(r"url\(|@import|http|expression|</", text)


def test_a_comparison_is_drawn_once_at_any_width() -> None:
    from pages.customers.parts.compare_cards import NARROW, WIDE

    rules = re.findall(
        r"@media \((max|min)-width: ([\d.]+)px\) { \.st-key-(\w+) { display: none; } }",
        styles.COMMON.read_text(encoding="utf-8"),
    )

    assert rules == [("max", "640", WIDE), ("min", "640.02", NARROW)]


def test_only_files_of_ours_become_styles() -> None:
    tree = ast.parse(Path(styles.__file__).read_text(encoding="utf-8"))
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and "html" in ast.unparse(n.func)]

    assert [ast.unparse(call) for call in calls] == ["st.html(COMMON)", "st.html(SHEETS[language])"]
    assert set(styles.SHEETS) == set(LANGUAGES)
    assert all(path.parent == styles.COMMON.parent for path in styles.SHEETS.values())
