"""``analyze churn`` against the company that is counted by hand."""

from pathlib import Path

import pytest

from analytics.contract_lifetimes import contract_lifetimes
from cli.analyze_churn import _told
from crm_data.queries.churn_spells import spell_counts
from crm_data.scope import EVERYTHING
from crm_data.settings import Settings
from crm_data.versions import Warehouse
from tests.churn.shop import TABLES, random_tables
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
    assert document["expected"]["verdict"] == "cannot_tell"
    assert (document["expected"]["months"], document["expected"]["lost"]) == (0, 1)
    assert document["known_from"] == "2025-01-01"  # the first end of anybody


def test_silence_says_what_is_proposed_and_who_came_back(home: Path) -> None:
    document = cli_json(home, "analyze", "churn", "--by", "silence")

    assert document["proposed"]["quantile_days"] == 40  # 9 of 10 of four gaps: all of them
    assert document["silence_days"] == 45
    assert document["came_back"]["followed"] == 3
    assert document["came_back"]["back_share"] == 0.0
    assert "gross_revenue_retention" not in document["rates"]
    # b silent on 25 March; a and c on 16 April: of those there on 1 April, both
    assert (document["month"], document["rates"]["churn_rate"]["value"]) == ("2025-04-01", 1.0)


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("survival_cli")
    built(Settings.from_environment({"CRM_HOME": str(folder)}), random_tables())
    return folder


def test_how_long_contracts_last(lasting: Path, home: Path) -> None:
    document = cli_json(lasting, "analyze", "churn", "--view", "survival", "--split", "source")

    assert document["split"] == "source"
    assert [row["group"] for row in document["lifetimes"]] == ["ads", "store"]
    assert document["spells"] == sum(row["n"] for row in document["groups"])
    # The figures of the page: the same counts through the same estimates.
    warehouse = Warehouse(Settings.from_environment({"CRM_HOME": str(lasting)}))
    with warehouse.connect(warehouse.current() or "") as conn:
        counts = spell_counts(conn, scope=EVERYTHING, by="source")
    warehouse.close()
    found = contract_lifetimes(counts, counts["member"])
    assert [row["median"] for row in document["lifetimes"]] == found.summaries["median"].tolist()
    assert found.test is not None
    assert document["log_rank"]["p_value"] == pytest.approx(found.test.p_value)
    done = cli(lasting, "analyze", "churn", "--view", "survival")
    assert done.stdout.startswith("group\tn\tended\tmedian")
    assert "all\t" in done.stdout

    few = cli(home, "analyze", "churn", "--view", "survival")
    assert (few.returncode, "Cannot tell: 3 of 10" in few.stderr) == (1, True)
    for wrong in (("--view", "survival", "--by", "silence"), ("--split", "source")):
        assert cli(home, "analyze", "churn", *wrong).returncode == 2


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
        "cannot predict; AUC 0.510 (0.430 to 0.590) of 400 predictions, 60 left; 0 are scored"
    )


def test_the_registry_has_the_same_rate_and_the_rows_behind_it(home: Path) -> None:
    document = cli_json(home, "metric", "get", "churn_rate")
    rows = cli_json(home, "rows", "churn_rate")

    (row,) = document["rows"]
    assert (row["value"], row["numerator"], row["denominator"], row["n"]) == (0.2, 1, 5, 5)
    assert 0 < row["low"] < 0.2 < row["high"] < 1
    assert (document["start"], document["end"]) == ("2025-03-01", "2025-04-01")
    assert (rows["kind"], rows["total"]) == ("lost_customers", 1)
    assert [one["customer_id"] for one in rows["rows"]] == ["b"]
    done = cli(home, "metric", "get", "churn_rate", "--start", "2025-03-02")
    assert (done.returncode, "whole months" in done.stderr) == (2, True)
    done = cli(home, "export", "rows:churn_rate", "--to", home / "x.csv")
    assert (done.returncode, "`rows churn_rate` prints them" in done.stderr) == (2, True)
