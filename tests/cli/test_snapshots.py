"""Real snapshots, a row per customer and an outcome, through the command line."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from tests.cli.run import ROOT, cli_json
from tests.real_data import real_file

pytestmark = pytest.mark.real_data
MAPPINGS = ROOT / "sample_data" / "mappings"
TELCO = "telco_churn/WA_Fn-UseC_-Telco-Customer-Churn.csv.gz"
BANK = "uci_bank_marketing/bank-full.csv.gz"
Imported = tuple[Path, Any]


def imported(home: Path, name: str, mapping: str) -> Imported:
    file = real_file(name)
    return home, cli_json(home, "import", file, "--mapping", MAPPINGS / f"{mapping}.toml")


@pytest.fixture(scope="module")
def telco(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    return imported(tmp_path_factory.mktemp("telco"), TELCO, "telco")


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    return imported(tmp_path_factory.mktemp("bank"), BANK, "bank_marketing")


def stored(of: Imported) -> pd.DataFrame:
    """Customers as they are stored, a column per attribute, all of them text."""
    home, document = of
    with duckdb.connect(str(home / "warehouse" / f"{document['version']}.duckdb")) as con:
        rows = con.execute("SELECT customer_id, gender, attributes FROM customers").fetchall()
    return pd.DataFrame(
        [{"customer_id": who, "gender": gender, **json.loads(more)} for who, gender, more in rows]
    ).set_index("customer_id")


def written(name: str, **how: str) -> pd.DataFrame:
    """The file as it is, without a value only where it holds blanks."""
    rows = pd.read_csv(real_file(name), dtype=str, keep_default_na=False, **how)
    return rows.mask(rows.apply(lambda column: column.str.strip() == ""))


def test_telco_is_read_whole_and_blank_charges_stay_missing(telco: Imported) -> None:
    (table,) = telco[1]["files"][0]["tables"].values()
    rows, file = stored(telco), written(TELCO).set_index("customerID")

    assert (table["rows"], table["rejected"], table["findings"]) == (7043, 0, {})
    assert rows["TotalCharges"].isna().sum() == 11
    assert (rows.loc[rows["TotalCharges"].isna(), "tenure"] == "0").all()
    assert set(rows.columns) == set(file.columns)
    pd.testing.assert_frame_equal(
        rows.loc[file.index, file.columns], file, check_names=False, check_dtype=False
    )


def test_the_bank_s_customers_are_numbered_and_read_whole(bank: Imported) -> None:
    (table,) = bank[1]["files"][0]["tables"].values()
    rows, file = stored(bank).drop(columns="gender"), written(BANK, sep=";")
    rows = rows.loc[[f"bank-{n}" for n in range(1, len(file) + 1)]].reset_index(drop=True)

    assert (table["rows"], table["rejected"], table["findings"]) == (45_211, 0, {})
    assert (rows["poutcome"] == "unknown").sum() == 36_959
    pd.testing.assert_frame_equal(rows[file.columns], file, check_dtype=False)
