"""Real snapshots, a row per customer and an outcome, through the command line."""

import json
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from sksurv.nonparametric import kaplan_meier_estimator

from tests.cli.run import ROOT, cli_json
from tests.real_data import real_file

pytestmark = [pytest.mark.real_data, pytest.mark.long]
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


CHURN = ("analyze", "churn", "--outcome", "attributes.Churn=Yes")
BOUGHT = ("analyze", "churn", "--outcome", "attributes.y=yes")


@pytest.mark.slow
def test_telco_s_churn_is_foretold_out_of_fold(telco: Imported) -> None:
    document = cli_json(telco[0], *CHURN)
    card = document["card"]

    assert round(card["rate"], 4) == 0.2654
    assert (card["left"], card["known"], card["members"]) == (1869, 7043, 0)
    assert card["low"] < 0.2554 < card["rate"] < 0.2754 < card["high"]  # half width 1.03 points
    assert card["auc"] >= 0.842
    assert np.mean(card["aucs"]) >= 0.842
    assert card["brier"] <= 0.137
    assert card["ece"] <= 0.02
    assert card["verdict"] == "useful"
    assert (card["leaks"], card["left_out"], card["like_ids"]) == ([], [], [])
    assert {one["field"] for one in card["importance"][:2]} == {
        "attributes.Contract", "attributes.tenure",
    }  # fmt: skip
    assert len(card["fields"]) == 19
    assert {row["segment"] for row in card["segments"]["attributes.Contract"]} == {
        "Month-to-month", "One year", "Two year",
    }  # fmt: skip


def test_telco_by_contract_stays_as_scikit_survival_says(telco: Imported) -> None:
    words = ("--duration", "attributes.tenure", "--by", "attributes.Contract")
    found = cli_json(telco[0], *CHURN, *words)["survival"]
    file = written(TELCO)

    assert (found["n"], found["left"], found["without"]) == (7043, 1869, 0)
    assert [one["group"] for one in found["groups"]] == ["Month-to-month", "Two year", "One year"]
    assert found["log_rank"]["verdict"] == "differ"
    for group, curve in found["curves"].items():
        rows = file[file["Contract"] == group]
        _, survival, (low, high) = kaplan_meier_estimator(
            (rows["Churn"] == "Yes").to_numpy(), rows["tenure"].astype(float), conf_type="log-log"
        )
        ours = {name: np.array(curve[name], dtype=float) for name in ("survival", "low", "high")}
        known = ~np.isnan(ours["low"])
        assert known.sum() > 40
        np.testing.assert_allclose(ours["survival"], survival, rtol=0, atol=1e-9)
        np.testing.assert_allclose(ours["low"][known], low[known], rtol=0, atol=1e-9)
        np.testing.assert_allclose(ours["high"][known], high[known], rtol=0, atol=1e-9)


@pytest.mark.slow
def test_the_length_of_the_call_is_left_out_with_a_warning(
    bank: Imported, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.analyze_outcome.MOST_JUDGED", 20_000)  # the AUC is of fewer, not other
    card = cli_json(bank[0], *BOUGHT)["card"]

    assert card["left_out"] == ["attributes.duration"]
    (leak,) = card["leaks"]
    assert leak["reason"] == "suspected"
    assert leak["all"] > 0.92 > 0.80 > leak["others"]
    assert card["auc"] == pytest.approx(0.80, abs=0.015)
    assert "attributes.duration" not in [one["field"] for one in card["importance"]]
