"""Published durations, and a second way to count who was at risk."""

import io

import numpy as np
import pandas as pd

from tests.real_data import real_file

# Weeks in remission of 21 children with leukaemia under 6-MP; + was still in remission; and of 21
# with a placebo, all of whom relapsed (Freireich et al. 1963; Gehan 1965).
WEEKS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
ENDED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
PLACEBO_WEEKS = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
BOTH_WEEKS = [*WEEKS, *PLACEBO_WEEKS]
BOTH_ENDED = [*ENDED, *[1] * 21]
ARM = [*["6-MP"] * 21, *["placebo"] * 21]

Row = tuple[float, int, float]  # duration, cause (0 still running), entered


def at_risk(rows: list[Row], age: float) -> list[Row]:
    """The rows at risk at an age, one by one."""
    return [row for row in rows if row[0] >= age and (row[2] < age or row[2] == 0)]


def simulated(
    n: int, causes: int = 1, *, seed: int = 0, whole: bool = True
) -> tuple[np.ndarray, np.ndarray]:
    """Durations and causes (0 still running), with many ties where durations are whole."""
    random = np.random.default_rng(seed)
    durations = random.exponential(30.0, n)
    cause = random.integers(0, causes + 1, n)
    return (np.ceil(durations) if whole else durations), cause


def telco() -> pd.DataFrame:
    """Tenure in whole months, contract, and whether each left."""
    frame = pd.read_csv(
        io.BytesIO(real_file("telco_churn/WA_Fn-UseC_-Telco-Customer-Churn.csv.gz").read_bytes()),
        compression="gzip",
    )
    return frame.assign(left=frame["Churn"] == "Yes")
