"""Series that tests know the answers of."""

import numpy as np
import pandas as pd


def months(values: "np.ndarray | list[float]", start: str = "2015-01-01") -> "pd.Series[float]":
    """Values by month."""
    dates = pd.date_range(start, periods=len(values), freq="MS")
    return pd.Series(np.asarray(values, dtype="float64"), dates)


def seasonal(n: int, seed: int = 0, noise: float = 3.0, level: float = 100.0) -> np.ndarray:
    """A level with a yearly wave, growth and noise."""
    t = np.arange(n)
    wave = 1 + 0.3 * np.sin(2 * np.pi * t / 12)
    return (level + 0.5 * t) * wave + np.random.default_rng(seed).normal(0, noise, n)


PLAIN = ("mean", "theta", "ets", "seasonal_drift", "seasonal_naive", "drift", "last_value")
