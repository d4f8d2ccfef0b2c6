"""Online Retail: cohorts from the imported file against the raw file read with pandas."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.cli.run import cli_json
from tests.real_data import RETAIL, online_retail, real_file

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def retail(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return online_retail(tmp_path_factory)[0]


@pytest.fixture(scope="module")
def raw() -> pd.DataFrame:
    """A row per customer and month with an invoice; a cancellation (C…) is no purchase."""
    lines = pd.read_csv(real_file(RETAIL), dtype=str, encoding_errors="replace")
    known = lines[~lines["InvoiceNo"].str.startswith("C")].dropna(subset="CustomerID")
    month = pd.to_datetime(known["InvoiceDate"]).dt.to_period("M")
    months = pd.DataFrame({"who": known["CustomerID"], "month": month})
    months = months.drop_duplicates()
    return months.assign(cohort=months.groupby("who")["month"].transform("min"))


def test_classic_by_month(retail: Path, raw: pd.DataFrame) -> None:
    document = cli_json(retail, "analyze", "retention")

    assert document["last_complete_month"] == "2011-11-01"
    table = raw.groupby(["cohort", "month"])["who"].nunique()
    assert sum(c["customers"] for c in document["cohorts"]) == (
        table[table.index.get_level_values(0) == table.index.get_level_values(1)].iloc[:-1].sum()
    )
    for found in document["cohorts"]:
        cohort = pd.Period(found["cohort_on"], "M")
        months = pd.period_range(cohort, "2011-11", freq="M")
        counts = np.array([table.get((cohort, month), 0) for month in months])
        assert found["customers"] == counts[0]
        assert found["rates"] == pytest.approx((counts / counts[0]).tolist())
        running = table.get((cohort, pd.Period("2011-12", "M")), 0)
        assert found["running"] == pytest.approx(running / counts[0])


def test_rolling_by_quarter(retail: Path, raw: pd.DataFrame) -> None:
    document: Any = cli_json(retail, "analyze", "retention", "--by", "quarter", "--rolling")

    quarters = raw.assign(cohort=raw["cohort"].dt.asfreq("Q"), quarter=raw["month"].dt.asfreq("Q"))
    last = quarters.groupby(["who", "cohort"])["quarter"].max().reset_index()
    assert len(document["cohorts"]) == 4  # 2010 Q4 to 2011 Q3
    for found in document["cohorts"]:
        own = last[last["cohort"] == pd.Period(found["cohort_on"], "Q")]
        shares = [
            (own["quarter"] >= own["cohort"] + age).mean() for age in range(len(found["rates"]))
        ]
        assert found["customers"] == len(own)
        assert found["rates"] == pytest.approx(shares)
