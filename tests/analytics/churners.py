"""Customers whose chance of leaving is known, for the churn tests."""

import numpy as np
import pandas as pd
from scipy.special import expit


def churners(n: int = 1500, seed: int = 3) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Fields, whether they left, and the chance that it was drawn with."""
    rng = np.random.default_rng(seed)
    silent = rng.exponential(60, n)
    plan = rng.choice(["monthly", "yearly", "free"], n, p=[0.5, 0.3, 0.2])
    frame = pd.DataFrame(
        {
            "days_silent": silent,
            "plan": plan,
            "complained": rng.random(n) < 0.2,
            "nps": np.where(rng.random(n) < 0.4, np.nan, rng.integers(0, 11, n)),
            "noise": rng.normal(size=n),
        }
    )
    frame.loc[rng.random(n) < 0.1, "plan"] = None
    log_odds = -2.2 + 0.015 * np.minimum(silent, 200) + 1.2 * (frame["plan"] == "monthly")
    chance = expit(log_odds + 1.0 * frame["complained"]).to_numpy()
    return frame, rng.random(n) < chance, chance
