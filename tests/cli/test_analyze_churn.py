"""``analyze churn`` against the company that is counted by hand."""

from pathlib import Path

import pytest

from cli.analyze_churn import _told
from crm_data.settings import Settings
from tests.churn.shop import TABLES
from tests.cli.run import cli, cli_json
from tests.customers.shop import built


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("churn_cli")
    built(Settings.from_environment({"CRM_HOME": str(folder)}), TABLES)
    return folder


def test_contracts_as_json(home: Path) -> None:
    document = cli_json(home, "analyze", "churn")

    assert (document["definition"], document["month"]) == ("contract", "2025-03-01")
    churn = document["rates"]["churn_rate"]
    assert (churn["value"], churn["numerator"], churn["denominator"]) == (0.2, 1, 5)
    assert document["rates"]["gross_revenue_retention"]["value"] == pytest.approx(113 / 133)
    assert document["yearly"]["churn_rate"]["value"] == pytest.approx(1 - 0.8**12)
    assert document["last_day"] == "2025-04-15"


def test_silence_says_what_is_proposed_and_who_came_back(home: Path) -> None:
    document = cli_json(home, "analyze", "churn", "--by", "silence")

    assert document["proposed"]["quantile_days"] == 40  # 9 of 10 of four gaps: all of them
    assert document["silence_days"] == 45
    assert document["came_back"]["followed"] == 3
    assert document["came_back"]["back_share"] == 0.0
    assert "gross_revenue_retention" not in document["rates"]
    # b silent on 25 March; a and c on 16 April: of those there on 1 April, both
    assert (document["month"], document["rates"]["churn_rate"]["value"]) == ("2025-04-01", 1.0)


def test_as_a_table_and_without_data(home: Path, tmp_path: Path) -> None:
    done = cli(home, "analyze", "churn")
    assert done.stdout.startswith("rate\tvalue\tlow\thigh")
    assert "Lost by contract" in done.stdout

    assert "Prediction of" not in done.stdout  # built without scores
    assert cli_json(home, "analyze", "churn")["models"] == {"contract": None, "silence": None}

    built(
        Settings.from_environment({"CRM_HOME": str(tmp_path)}), {"customers": TABLES["customers"]}
    )
    nothing = cli(tmp_path, "analyze", "churn")
    assert nothing.returncode == 1
    assert "no contract and no order" in nothing.stderr


def test_a_card_in_a_line() -> None:
    gate = [
        {"name": "dates", "found": 1, "needed": 2, "is_met": False},
        {"name": "learnt_left", "found": 120, "needed": 100, "is_met": True},
    ]
    judged = {
        "verdict": "cannot_predict", "auc": 0.51, "auc_low": 0.43, "auc_high": 0.59, "n": 400,
        "churned": 60, "scored": 0,
    }  # fmt: skip

    assert _told({"verdict": "too_little_data", "requirements": gate}) == (
        "too little data; dates 1 of 2"
    )
    assert _told(judged) == (
        "cannot predict; AUC 0.510 (0.430 to 0.590) of 400 customers, 60 of whom left; 0 are scored"
    )
