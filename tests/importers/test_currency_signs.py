"""Currency signs are read over, and never without a word."""

from pathlib import Path
from typing import Any

import pytest

from crm_data.importers.currency_signs import currencies
from crm_data.settings import Settings
from tests.importers.reading import Result, mapped, money, stage

RULES = ("currency_sign", "currency_mixed", "currency_differs")


def company(folder: Path, currency: str = "CNY") -> Settings:
    return Settings.from_environment({"CRM_HOME": str(folder / "home"), "CRM_CURRENCY": currency})


def amounts(folder: Path, values: list[str], currency: str = "CNY", **columns: Any) -> Result:
    text = "id;v\n" + "".join(f"{n};{v}\n" for n, v in enumerate(values, 1))
    columns = columns or {"amount": "v"}
    return stage(
        company(folder, currency), folder, text, mapped("orders", order_id="id", **columns)
    )


def findings(made: Result, table: str = "orders") -> tuple[int, ...]:
    found = made.table(table)["findings"]
    assert set(found) <= set(RULES)
    return tuple(found.get(rule, 0) for rule in RULES)


@pytest.mark.parametrize(
    ("values", "currency", "expected"),
    [
        (["1", "2.50", "-3"], "CNY", (0, 0, 0)),
        (["1,200", "(3)", "8.5万", "1e3"], "CNY", (0, 0, 0)),
        (["¥1", "￥2", "3", ""], "CNY", (2, 0, 0)),
        (["¥1", "2"], "JPY", (1, 0, 0)),
        (["¥1", "2元"], "CNY", (2, 0, 0)),
        (["¥1", "2元"], "JPY", (2, 0, 1)),
        (["¥1", "￥2"], "EUR", (2, 0, 2)),
        (["$1", "$2"], "CAD", (2, 0, 0)),
        (["$1", "$2"], "CNY", (2, 0, 2)),
        (["$1", "US$2"], "USD", (2, 0, 0)),
        (["$1", "US$2"], "HKD", (2, 0, 1)),
        (["US$1", "HK$2"], "USD", (2, 2, 1)),
        (["¥1", "$2", "3"], "CNY", (2, 2, 1)),
        (["€1", "£2", "¥3"], "CNY", (3, 3, 2)),
        (["EUR 1", "2 EUR", "€3"], "EUR", (3, 0, 0)),
        (["CNY 1", "RMB 2", "¥3"], "CNY", (3, 0, 0)),
        (["$1 CAD", "$2"], "CAD", (2, 0, 0)),
        (["¥1 USD"], "USD", (1, 1, 1)),
        (["-¥1,200.50", "(¥3)", "¥ 4", "5 元", "¥8.5万元", "¥-6", "7¥-"], "CNY", (7, 0, 0)),
        (["1 PCS", "2 PCS"], "CNY", (0, 0, 0)),
    ],
)
def test_signs_are_counted_and_compared(
    tmp_path: Path, values: list[str], currency: str, expected: tuple[int, ...]
) -> None:
    made = amounts(tmp_path, values, currency)

    assert findings(made) == expected
    assert made.table("orders")["rejected"] == 0
    assert made.rows("orders", "count(amount)") == [(len([v for v in values if v]),)]


def test_values_are_read_as_before_and_the_report_names_the_signs(tmp_path: Path) -> None:
    made = amounts(tmp_path, ["¥1.5", "$2", "$ 3", "4"])

    assert made.rows("orders", "amount", "order_id") == [
        (money("1.5"),), (money("2"),), (money("3"),), (money("4"),),
    ]  # fmt: skip
    assert made.table("orders")["currency_signs"] == {"v": {"$": 2, "¥": 1}}


def test_signs_of_european_numbers(tmp_path: Path) -> None:
    made = amounts(tmp_path, ["1.234,50 €", "€ 12,5", "3"], "EUR")

    assert findings(made) == (2, 0, 0)
    assert made.rows("orders", "sum(amount)") == [(money("1250"),)]


def test_what_is_refused_is_no_number_with_a_sign(tmp_path: Path) -> None:
    found = amounts(tmp_path, ["FREE", "about ¥5", "¥", "¥1", "N/A"]).table("orders")["findings"]

    assert found == {"currency_sign": 1, "not_a_number": 3}


def test_each_column_is_looked_at_on_its_own(tmp_path: Path) -> None:
    text = "id,a,c\n1,¥1,¥2\n2,¥1,$2\n"
    columns = {"order_id": "id", "amount": "a", "cost": "c"}
    made = stage(company(tmp_path), tmp_path, text, mapped("orders", **columns))

    assert findings(made) == (4, 2, 1)
    assert made.table("orders")["currency_signs"] == {"a": {"¥": 2}, "c": {"$": 1, "¥": 1}}


def test_an_original_amount_may_be_in_any_currency(tmp_path: Path) -> None:
    assert findings(amounts(tmp_path, ["¥1", "$2"], amount_original="v")) == (2, 0, 0)
    texts = amounts(tmp_path, ["¥1", "$2"], amount_original="v", channel="v")
    assert findings(texts) == (2, 0, 0)
    both = amounts(tmp_path, ["¥1", "$2"], amount="v", amount_original="v")
    assert findings(both) == (2, 2, 1)


def test_each_table_has_its_own_findings(tmp_path: Path) -> None:
    mapping = {
        "tables": {
            "order_lines": {"columns": {
                "order_id": "o", "line_no": "n", "amount": {"source": "p", "times": "q"},
            }},
            "orders": {"columns": {"order_id": "o", "customer_id": "c"}},
            "products": {"columns": {"product_id": "i", "list_price": "p", "name": "p"}},
        }
    }  # fmt: skip
    text = "o,n,p,q,c,i\n1,1,$2.50,3,A,x\n1,2,$1.50,2,A,y\n2,1,4,1,B,z\n"
    made = stage(company(tmp_path), tmp_path, text, mapping)

    assert findings(made, "order_lines") == findings(made, "products") == (2, 0, 2)
    assert findings(made, "orders") == (0, 0, 0)
    assert made.rows("order_lines", "sum(amount)") == [(money("14.5"),)]


def test_columns_that_a_cast_reads_are_not_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from crm_data.importers import written_numbers

    asked: list[str] = []
    real = written_numbers.sign_counts
    monkeypatch.setattr(
        written_numbers, "sign_counts", lambda text: asked.append(text) or real(text)
    )
    text = "id,a,c\n1,1,¥2\n2,1,3\n"
    columns = {"order_id": "id", "amount": "a", "cost": "c"}
    stage(company(tmp_path), tmp_path, text, mapped("orders", **columns))

    assert len(asked) == 1
    assert "c2" in asked[0]


def test_every_sign_that_is_read_stands_for_a_currency() -> None:
    for sign in ("US$", "HK$", "NT$", *"¥￥$€£₩₹元"):
        assert currencies(sign), sign
    assert currencies("PCS") is None
