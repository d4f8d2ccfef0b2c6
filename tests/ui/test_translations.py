"""Labels: the same keys and fields in every language; a missing one is an error."""

import ast
import re
import string
from pathlib import Path

import pytest

from analytics.metric_registry import METRICS
from ui.translations import LANGUAGES, LOCALES, MissingLabelError, catalogue, language_from

ROOT = Path(__file__).parents[2]


def fields(label: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(label) if name}


def test_every_language_has_the_same_files_keys_and_fields() -> None:
    files = {lang: {p.name for p in (LOCALES / lang / "LC_MESSAGES").glob("*.po")}
             for lang in LANGUAGES}  # fmt: skip
    english, chinese = catalogue("en").labels, catalogue("zh_CN").labels

    assert files["en"] == files["zh_CN"]
    assert set(english) == set(chinese)
    assert {k: fields(v) for k, v in english.items()} == {k: fields(v) for k, v in chinese.items()}


def test_no_key_is_in_two_files() -> None:
    seen: dict[str, str] = {}
    for path in sorted((LOCALES / "en" / "LC_MESSAGES").glob("*.po")):
        keys = re.findall(r'^msgid "(.+)"$', path.read_text(encoding="utf-8"), re.MULTILINE)
        for key in keys:
            assert key not in seen, (key, seen.get(key), path.name)
            seen[key] = path.name


def test_no_label_is_empty() -> None:
    for language in LANGUAGES:
        assert [k for k, v in catalogue(language).labels.items() if not v.strip()] == []


def test_every_key_that_code_names_in_full_has_a_label() -> None:
    english = catalogue("en")
    missing = []
    for path in [*(ROOT / "ui").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and node.args):
                continue
            name = ast.unparse(node.func)
            key = node.args[0]
            if (
                name in ("t", "ctx.t")
                and isinstance(key, ast.Constant)
                and key.value not in english
            ):
                missing.append((path.name, key.value))
    assert missing == []


def test_every_metric_has_its_labels() -> None:
    for language in LANGUAGES:
        t = catalogue(language)
        assert [k for m in METRICS.values() for k in m.label_keys if k not in t] == []


def test_every_error_code_has_a_sentence_in_both_languages() -> None:
    codes = set()
    for package in ("crm_data", "analytics", "sample_data", "forecasting"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and len(node.args) > 1:
                    called = ast.unparse(node.func).rpartition(".")[2]
                    code = node.args[0]
                    if called.endswith("Error") and isinstance(code, ast.Constant):
                        codes.add(str(code.value))
    named = {code for code in codes if re.fullmatch(r"[a-z_]+", code)}

    assert len(named) > 30
    for language in LANGUAGES:
        assert sorted(c for c in named if f"error.{c}" not in catalogue(language)) == []


def test_a_missing_label_or_field_is_an_error() -> None:
    t = catalogue("en")
    with pytest.raises(MissingLabelError, match="no.such.key"):
        t("no.such.key")
    with pytest.raises(MissingLabelError, match="version"):
        t("shell.version")


def test_an_unknown_language_is_english() -> None:
    assert language_from("de", None, "zh_CN") == "zh_CN"
    assert language_from("../x") == "en"
