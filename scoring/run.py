"""Scoring, from the first step to the last. A new step is one line of ``STEPS``."""

import pandas as pd

from crm_data.marts.score_inputs import (
    SCORED_CUSTOMERS,
    SCORED_CUSTOMERS_SQL,
    WATERMARK,
    WATERMARK_SQL,
)
from crm_data.score_store import ScoreStore
from scoring import (
    budget,
    churn,
    clusters,
    comments,
    deals,
    forecast,
    gaps,
    identity,
    matched,
    offers,
    pipeline,
    response,
)
from scoring.lifecycle import lifecycle
from scoring.rfm import rfm
from scoring.step import Step
from scoring.value import value_step

STEPS: tuple[tuple[str, Step], ...] = (
    ("rfm", rfm),
    ("lifecycle", lifecycle),
    ("value", value_step),
    ("clusters", clusters.step),
    ("offers", offers.step),
    ("gaps", gaps.step),
    ("churn", churn.step),
    ("response", response.step),
    ("campaigns", matched.step),
    ("deals", deals.step),
    ("budget", budget.step),
    ("forecast", forecast.step),
    ("pipeline", pipeline.step),
    ("comments", comments.step),
    ("identity", identity.step),
)
# They read no customers: deals, or comments, can be all that there is.
_WITHOUT_CUSTOMERS = {"budget", "comments", "deals", "forecast", "identity", "pipeline"}
_KEYS = ("customer_no", "customer_id", "owner_id")


def score_version(store: ScoreStore) -> None:
    """Score every customer and every open deal, and write scores and model cards."""
    as_of = store.frame(WATERMARK_SQL, WATERMARK)["as_of"].iloc[0].date()
    customers = store.frame(SCORED_CUSTOMERS_SQL, SCORED_CUSTOMERS)
    scored = [customers[list(_KEYS)]]
    for position, (name, step) in enumerate(STEPS):
        if customers.empty and name not in _WITHOUT_CUSTOMERS:
            continue
        store.progress(f"score {name}", position / len(STEPS))
        found = step(store, customers, as_of)
        scored.append(found.columns)
        for table, rows in found.tables.items():
            store.write(table, rows)
        for model, card in found.cards.items():
            store.write_card(model, card)
    store.write("customer_scores", pd.concat(scored, axis=1))
    day = None if customers.empty else as_of
    store.write_card("scoring", {"as_of": day, "customers": len(customers)})
