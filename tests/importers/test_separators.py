from pathlib import Path

import pytest

from crm_data.errors import BadInputError
from crm_data.settings import Settings
from tests.importers.reading import mapped, stage


@pytest.mark.parametrize(
    ("separator", "reported"),
    [(",", ","), (";", ";"), ("\t", "tab"), ("|", "|"), ("   ", "whitespace")],
)
def test_separator_is_found(
    settings: Settings, tmp_path: Path, separator: str, reported: str
) -> None:
    rows = [("customer_id", "name", "city"), ("1", "Ada", "Paris"), ("2", "Bob", "Rome")]
    made = stage(settings, tmp_path, "\n".join(separator.join(r) for r in rows))

    assert made.report["delimiter"] == reported
    assert made.rows("customers", "customer_id, name, city") == rows[1:]


def test_separators_inside_quotes_do_not_count(settings: Settings, tmp_path: Path) -> None:
    text = 'customer_id;name\n1;"a,b,c"\n2;"d,e,f"\n3;"x;y"\n'
    made = stage(settings, tmp_path, text)

    assert made.report["delimiter"] == ";"
    assert made.rows("customers", "name") == [("a,b,c",), ("d,e,f",), ("x;y",)]


def test_single_column_has_no_separator(settings: Settings, tmp_path: Path) -> None:
    made = stage(settings, tmp_path, "customer_id\n1\n2\n")

    assert made.rows("customers", "customer_id") == [("1",), ("2",)]


def test_named_separator_wins(settings: Settings, tmp_path: Path) -> None:
    mapping = mapped("customers", {"delimiter": ";"}, customer_id="id,x", name="name")
    made = stage(settings, tmp_path, "id,x;name\n1,2;Ada,B\n3,4;Bob,C\n", mapping)

    assert made.rows("customers", "customer_id, name") == [("1,2", "Ada,B"), ("3,4", "Bob,C")]
    with pytest.raises(BadInputError, match="delimiter 'comma' is not known"):
        stage(settings, tmp_path, "a\n1\n", mapped("customers", {"delimiter": "comma"},
                                                    customer_id="a"))  # fmt: skip


def test_without_header_columns_are_numbered(settings: Settings, tmp_path: Path) -> None:
    mapping = mapped("customers", {"header": False}, customer_id="c1", name="c2")
    made = stage(settings, tmp_path, "1,Ada\n2,Bob\n", mapping)

    assert made.rows("customers", "customer_id, name") == [("1", "Ada"), ("2", "Bob")]


def test_values_of_several_lines_stay_whole(settings: Settings, tmp_path: Path) -> None:
    made = stage(settings, tmp_path, 'customer_id,name\n1,"Ada\nLovelace"\n2,"say ""hi"""\n')

    assert made.rows("customers", "name") == [("Ada\nLovelace",), ('say "hi"',)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_read(settings: Settings, tmp_path: Path, end: str) -> None:
    made = stage(settings, tmp_path, end.join(["customer_id,name", "1,Ada", "2,Bob", ""]))

    assert made.rows("customers", "customer_id, name") == [("1", "Ada"), ("2", "Bob")]


def test_mixed_line_ends_are_read(settings: Settings, tmp_path: Path) -> None:
    made = stage(settings, tmp_path, "customer_id,name\r\n1,Ada\n2,Bob\r\n3,Eve\n")

    assert made.rows("customers", "customer_id, name") == [
        ("1", "Ada"), ("2", "Bob"), ("3", "Eve"),
    ]  # fmt: skip


def test_stray_quotes_lose_no_row(settings: Settings, tmp_path: Path) -> None:
    lines = [f"{n},screen {n}" for n in range(40)]
    lines[5], lines[25], lines[30] = '5,"5" screen', '25,24" screen', '30,"x"y'
    made = stage(settings, tmp_path, "customer_id,name\n" + "\n".join(lines))

    assert made.table("customers")["rows"] == 40
    assert made.rows("customers", "name", "customer_id = '25' DESC")[0] == ('24" screen',)


def test_repeated_and_empty_headers_get_names(settings: Settings, tmp_path: Path) -> None:
    mapping = mapped("customers", customer_id="id", name="x_2", city="x_3", region="column_5")
    made = stage(settings, tmp_path, "id,x,x,x,\n1,a,b,c,d\n", mapping)

    assert made.rows("customers", "name, city, region, attributes") == [
        ("b", "c", "d", '{"x":"a"}')
    ]


def test_surrounding_blanks_are_trimmed(settings: Settings, tmp_path: Path) -> None:
    made = stage(settings, tmp_path, "customer_id,name\n 1\t, Ada \n2 ,\u3000Bob\u3000\n3,  \n")

    assert made.rows("customers", "customer_id, name") == [("1", "Ada"), ("2", "Bob"), ("3", None)]
