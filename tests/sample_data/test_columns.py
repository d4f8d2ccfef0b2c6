from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pytest

from sample_data import columns


def test_money_keeps_fen_and_sign():
    made = columns.money(np.array([0, 1, -1, 10**15]), missing=np.array([False] * 3 + [True]))
    assert made.to_pylist() == [Decimal("0.0000"), Decimal("0.0100"), Decimal("-0.0100"), None]
    assert str(made.type) == "decimal128(18, 4)"


def test_largest_money_is_exact():
    fen = 10**16 - 1
    assert columns.money(np.array([fen, -fen])).to_pylist() == [
        Decimal("99999999999999.9900"),
        Decimal("-99999999999999.9900"),
    ]


def test_instants_and_days_from_days_since_1970():
    times = np.array([0.0, 1.5, np.nan])
    assert columns.instants(times).to_pylist() == [
        datetime(1970, 1, 1),
        datetime(1970, 1, 2, 12),
        None,
    ]
    assert columns.days(times).to_pylist() == [date(1970, 1, 1), date(1970, 1, 2), None]


def test_labels_and_identifiers_are_missing_below_zero():
    codes = np.array([1, -1, 0])
    assert columns.labels(("a", "b"), codes).to_pylist() == ["b", None, "a"]
    assert columns.identifiers("C", codes, 3).to_pylist() == ["C001", None, "C000"]


def test_columns_not_given_are_missing():
    table = columns.table("products", 1, product_id=columns.identifiers("P", np.array([1]), 2))
    assert table.to_pylist() == [
        {
            "product_id": "P01",
            "name": None,
            "category": None,
            "list_price": None,
            "unit_cost": None,
        }
    ]


def test_undeclared_columns_are_refused():
    with pytest.raises(KeyError, match="colour"):
        columns.table("products", 1, colour=np.array(["red"], dtype=object))
