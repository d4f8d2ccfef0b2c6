"""Attribution in the plainest words: loops, one removal after another, every set of channels."""

from collections import Counter, defaultdict
from itertools import combinations, pairwise
from math import factorial

import numpy as np

Rows = list[tuple[str, float, float]]


def _paths(rows: Rows) -> Rows:
    return [(path, made, null) for path, made, null in rows if made + null > 0]


def _channels(rows: Rows) -> list[str]:
    return sorted({name for path, _, _ in _paths(rows) for name in path.split(" > ")})


def by_loop(rows: Rows, model: str) -> dict[str, float]:
    found = dict.fromkeys(_channels(rows), 0.0)
    for path, made, _ in _paths(rows):
        touches = path.split(" > ")
        if model == "first":
            found[touches[0]] += made
        elif model == "last":
            found[touches[-1]] += made
        else:
            for touch in touches:
                found[touch] += made / len(touches)
    return found


def by_removal(rows: Rows) -> dict[str, float]:
    """Send who would meet the channel to the end without conversion; solve the chain again."""
    steps: dict[str, Counter[str]] = defaultdict(Counter)
    for path, made, null in _paths(rows):
        states = ["(start)", *path.split(" > ")]
        for source, target in pairwise(states):
            steps[source][target] += made + null
        steps[states[-1]]["(conversion)"] += made
        steps[states[-1]]["(null)"] += null
    whole = _converts(steps, "")
    effects = {name: 1 - _converts(steps, name) / whole for name in _channels(rows)}
    total = sum(made for _, made, _ in rows)
    return {name: total * effect / sum(effects.values()) for name, effect in effects.items()}


def _converts(steps: dict[str, Counter[str]], removed: str) -> float:
    states = [name for name in steps if name != removed]
    matrix, goal = np.eye(len(states)), np.zeros(len(states))
    for row, source in enumerate(states):
        total = sum(steps[source].values())
        goal[row] = steps[source]["(conversion)"] / total
        for column, target in enumerate(states):
            matrix[row, column] -= steps[source][target] / total
    return float(np.linalg.solve(matrix, goal)[states.index("(start)")])


def by_subsets(rows: Rows) -> dict[str, float]:
    """Shapley's formula over every set of the other channels."""
    channels = _channels(rows)
    made_by: Counter[int] = Counter()
    bit = {name: 1 << place for place, name in enumerate(channels)}
    for path, made, _ in _paths(rows):
        made_by[sum(bit[name] for name in set(path.split(" > ")))] += made
    worth = np.zeros(1 << len(channels))
    for members in range(len(worth)):
        worth[members] = sum(made for one, made in made_by.items() if one & ~members == 0)
    k = len(channels)
    found = {}
    for name in channels:
        others = [bit[other] for other in channels if other != name]
        found[name] = sum(
            factorial(size) * factorial(k - size - 1) / factorial(k)
            * (worth[sum(chosen) | bit[name]] - worth[sum(chosen)])
            for size in range(k)
            for chosen in combinations(others, size)
        )  # fmt: skip
    return found
