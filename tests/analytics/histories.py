"""Customers simulated purchase by purchase, straight from the stories the models tell."""

import numpy as np


def simulate(kind: str, params: dict[str, float], n: int, seed: int = 1, longest: float = 78.0):
    """Frequency, recency and T of customers who begin at random in the first half."""
    random = np.random.default_rng(seed)
    age = random.uniform(longest / 2, longest, n)
    rate = random.gamma(params["r"], 1 / params["alpha"], n)
    rows = [_one(kind, params, rate[i], age[i], random) for i in range(n)]
    frequency, recency = np.array(rows).T
    return frequency, recency, age


def _one(kind, params, rate, age, random):
    if kind == "pareto":
        stay = random.exponential(1 / random.gamma(params["s"], 1 / params["beta"]))
        leaves = 0.0
    else:
        stay, leaves = np.inf, random.beta(params["a"], params["b"])
        if kind == "mbg" and random.random() < leaves:
            return 0, 0.0
    count, last, now = 0, 0.0, 0.0
    while True:
        now += random.exponential(1 / rate) if rate > 0 else np.inf
        if now > min(stay, age):
            return count, last
        count, last = count + 1, now
        if random.random() < leaves:
            return count, last
