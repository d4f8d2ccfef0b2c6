"""``analyze retention`` against the hand-counted shop of cohorts."""

from pathlib import Path

import pytest

from crm_data.settings import Settings
from tests.cli.run import cli, cli_json
from tests.cohorts.shop import TABLES
from tests.customers.shop import built


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("retention")
    built(Settings.from_environment({"CRM_HOME": str(folder)}), TABLES)
    return folder


def test_curves_and_cohorts_as_json(home: Path) -> None:
    document = cli_json(home, "analyze", "retention")

    assert document["last_complete_month"] == "2025-03-01"
    # a and b of January, c and x of February; d of April is not over
    assert [(c["cohort_on"], c["customers"], c["rates"]) for c in document["cohorts"]] == [
        ("2025-01-01", 2, [1.0, 0.5, 0.5]),
        ("2025-02-01", 2, [1.0, 0.0]),
    ]
    assert [line["active"] for line in document["curves"]] == [4, 1, 1]
    assert document["curves"][0]["low"] is None


def test_by_quarter_rolling_and_split(home: Path) -> None:
    document = cli_json(
        home, "analyze", "retention", "--by", "quarter", "--rolling", "--split", "source"
    )

    assert document["cohorts"][0]["customers"] == 4
    assert document["cohorts"][0]["running"] == 0.25  # a came in April
    sizes = {line["member"]: line["customers"] for line in document["curves"]}
    assert sizes == {"ads": 2, "store": 1, None: 1}


def test_as_a_table(home: Path) -> None:
    done = cli(home, "analyze", "retention")

    assert done.stdout.splitlines()[0].startswith("age\tretained_share\tlow\thigh")
    assert "orders until 2025-04-03" in done.stdout


def test_without_orders_it_says_so(tmp_path: Path) -> None:
    built(
        Settings.from_environment({"CRM_HOME": str(tmp_path)}), {"customers": TABLES["customers"]}
    )
    done = cli(tmp_path, "analyze", "retention")

    assert done.returncode == 1
    assert done.stderr == "No customer has an order with a date. Import orders, then build.\n"
