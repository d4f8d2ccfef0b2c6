"""What the form of a new retention list holds at first, by where its customers come from."""

from dataclasses import dataclass
from typing import Any

from ui.action_lists import Kept


@dataclass(frozen=True)
class Suggested:
    """What the form holds at first; ``key`` keeps apart what was typed for each origin."""

    key: str = ""
    cost: float = 0.0
    guess: int = 20
    kept: Kept = "either"
    days: int = 90


def suggested(definition: dict[str, Any]) -> Suggested:
    """Return the terms that customers were chosen on by expected gain; else those of any list.

    Who leaves a contract is kept by a contract, who falls silent by an order, within the days that
    the probability is of: what is measured is then what was predicted.
    """
    if definition.get("source") != "gain":
        return Suggested()
    guess, days = round(definition["save_rate"] * 100), definition["days"]
    return Suggested(
        f"_gain_{definition['kind']}",
        float(definition["offer_cost"]),
        min(max(guess, 1), 100),
        definition["kept"],
        min(max(days, 7), 730),
    )
