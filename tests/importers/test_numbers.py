from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import settings as settings_of
from hypothesis import strategies as st

from crm_data.importers import written_numbers as numbers
from crm_data.settings import Settings
from tests.importers.reading import Result, mapped, money, stage

CONNECTION = duckdb.connect()
for macro in numbers.macros():
    CONNECTION.execute(macro)


def parsed(texts: list[str], mark: str = ".") -> list[Decimal | None]:
    number = numbers.number_text("x", mark)
    sql = f"SELECT TRY_CAST({number} AS DECIMAL(18,4)) FROM (SELECT unnest(?::VARCHAR[]) AS x)"
    return [row[0] for row in CONNECTION.execute(sql, [texts]).fetchall()]


STYLES = {
    "plain": lambda d: f"{d}",
    "grouped": lambda d: f"{d:,}",
    "spaced": lambda d: f"{d:,}".replace(",", " "),
    "apostrophes": lambda d: f"{d:,}".replace(",", "'"),
    "accounting": lambda d: f"({-d:,})" if d < 0 else f"{d:,}",
    "trailing minus": lambda d: f"{-d:,}-" if d < 0 else f"{d:,}",
    "yuan": lambda d: f"-¥{-d:,}" if d < 0 else f"¥{d:,}",
    "dollar": lambda d: f"$ {d:,}",
    "code": lambda d: f"CNY {d:,}",
    "unit after": lambda d: f"{d:,}元",
    "true minus": lambda d: f"{d:,}".replace("-", "\u2212"),
}
AMOUNTS = st.lists(st.decimals(min_value=-(10**12), max_value=10**12, places=4), max_size=40)
SMALL = st.lists(st.decimals(min_value=-9999, max_value=9999, places=4), max_size=40)
many = settings_of(deadline=None, max_examples=25)


@pytest.mark.parametrize("style", STYLES)
@many
@given(amounts=AMOUNTS)
def test_every_style_reads_back_exactly(style: str, amounts: list[Decimal]) -> None:
    assert parsed([STYLES[style](amount) for amount in amounts]) == amounts


@many
@given(amounts=AMOUNTS)
def test_european_writing_reads_back_exactly(amounts: list[Decimal]) -> None:
    written = [f"{amount:,}".translate(str.maketrans(",.", ".,")) for amount in amounts]

    assert parsed(written, ",") == amounts
    assert parsed([text.replace(".", " ") for text in written], ",") == amounts


@many
@given(amounts=SMALL)
def test_chinese_units_multiply_exactly(amounts: list[Decimal]) -> None:
    assert parsed([f"{a}万" for a in amounts]) == [a * 10_000 for a in amounts]
    assert parsed([f"{a}亿" for a in amounts]) == [a * 100_000_000 for a in amounts]
    assert parsed([f"¥{a}千元".replace("¥-", "-¥") for a in amounts]) == [a * 1000 for a in amounts]


@pytest.mark.parametrize(
    "text", ["", "abc", "1,23", "1.2.3", "--5", "5)", "(5", "12x", "inf", "1 2", "12-3", "8万%"]
)
def test_what_is_no_number(text: str) -> None:
    assert parsed([text]) == [None]


def amounts(settings: Settings, folder: Path, values: list[str]) -> Result:
    text = "id;v\n" + "".join(f"{n};{v}\n" for n, v in enumerate(values, 1))
    return stage(settings, folder, text, mapped("orders", order_id="id", amount="v"))


def test_comma_decides_for_the_whole_column(settings: Settings, tmp_path: Path) -> None:
    european = amounts(settings, tmp_path, ["1.234", "12,5", "1.000,25"])
    english = amounts(settings, tmp_path, ["1,234", "12.5", "1.234"])

    assert [r[0] for r in european.rows("orders", "amount", "order_id")] == [
        money("1234"), money("12.5"), money("1000.25"),
    ]  # fmt: skip
    assert [r[0] for r in english.rows("orders", "amount", "order_id")] == [
        money("1234"), money("12.5"), money("1.234"),
    ]  # fmt: skip


def test_mixed_writing_keeps_the_english_and_refuses_the_rest(
    settings: Settings, tmp_path: Path
) -> None:
    made = amounts(settings, tmp_path, ["1,234.50", "12,5"])

    assert made.rejects("orders") == [(3, "v", "12,5", "not_a_number")]


def test_refused_numbers_say_their_row_and_keep_it(settings: Settings, tmp_path: Path) -> None:
    made = amounts(settings, tmp_path, ["1.5", "n/a", "free", "99999999999999999", "-"])

    assert made.rejects("orders") == [
        (4, "v", "free", "not_a_number"),
        (5, "v", "99999999999999999", "out_of_range"),
    ]
    assert made.rows("orders", "amount", "order_id") == [(money("1.5"),)] + [(None,)] * 4
    assert made.table("orders")["rejected"] == 2
    assert made.table("orders")["findings"] == {"not_a_number": 1, "out_of_range": 1}


def test_money_is_rounded_half_up_to_four_places(settings: Settings, tmp_path: Path) -> None:
    made = amounts(settings, tmp_path, ["0.00005", "0.00004999", "-0.00005", "1.23455"])

    assert [r[0] for r in made.rows("orders", "amount", "order_id")] == [
        money("0.0001"), money("0"), money("-0.0001"), Decimal("1.2346"),
    ]  # fmt: skip
    assert made.types("orders")["amount"] == "DECIMAL(18,4)"


@pytest.mark.parametrize(
    ("price", "quantity", "product"),
    [
        ("1.1", "3", "3.3"), ("0.1", "0.2", "0.02"), ("3", "1.15", "3.45"),
        ("1.00005", "10", "10.0005"), ("0.00005", "1", "0.0001"), ("19.99", "-2", "-39.98"),
        ("$1,234.56", "2", "2469.12"), ("12345678.1234", "1000", "12345678123.4"),
    ],
)  # fmt: skip
def test_products_are_exact(
    settings: Settings, tmp_path: Path, price: str, quantity: str, product: str
) -> None:
    amount = {"source": "p", "times": "q"}
    mapping = mapped("orders", order_id="id", amount=amount)
    made = stage(settings, tmp_path, f'id;p;q\n1;"{price}";{quantity}\n', mapping)

    assert made.rows("orders", "amount") == [(money(product),)]


def test_products_that_do_not_fit_are_refused(settings: Settings, tmp_path: Path) -> None:
    mapping = mapped("orders", order_id="id", amount={"source": "p", "times": "q"})
    made = stage(settings, tmp_path, "id;p;q\n1;99999999999;99999999999\n2;2;x\n3;;5\n", mapping)

    assert made.rejects("orders") == [
        (2, "p", "99999999999", "out_of_range"),
        (3, "q", "x", "not_a_number"),
    ]
    assert made.rows("orders", "amount") == [(None,)] * 3


def test_shares_and_counts(settings: Settings, tmp_path: Path) -> None:
    deals = mapped("opportunities", opportunity_id="id", probability="p")
    signed = stage(settings, tmp_path, "id,p\n1,12%\n2,0.5\n3,250%\n", deals)
    assert signed.rows("opportunities", "probability", "opportunity_id") == [
        (0.12,), (0.5,), (None,),
    ]  # fmt: skip
    assert signed.rejects("opportunities") == [(4, "p", "250%", "out_of_range")]
    unsigned = stage(settings, tmp_path, "id,p\n1,12\n2,50\n", deals)
    assert unsigned.rows("opportunities", "probability") == [(0.12,), (0.5,)]

    lines = mapped("order_lines", order_id="id", line_no="n", quantity="q")
    counted = stage(settings, tmp_path, "id,n,q\na,1,2.5\na,2.0,x\na,2.5,3\n", lines)
    assert counted.rows("order_lines", "line_no, quantity") == [(1, 2.5), (2, None)]
    assert counted.rejects("order_lines") == [
        (3, "q", "x", "not_a_number"),
        (4, "n", "2.5", "not_an_integer"),
    ]


def test_flags(settings: Settings, tmp_path: Path) -> None:
    values = ["yes", "No", "TRUE", "false", "1", "0", "是", "否", "", "maybe"]
    text = "customer_id,consent_email\n" + "".join(f"{n},{v}\n" for n, v in enumerate(values))
    made = stage(settings, tmp_path, text)

    assert [r[0] for r in made.rows("customers", "consent_email", "customer_id")] == [
        True, False, True, False, True, False, True, False, None, None,
    ]  # fmt: skip
    assert made.rejects("customers") == [(11, "consent_email", "maybe", "not_a_flag")]
