"""Every query behind Churn, Churn model, Retention actions. ``python -m benchmarks.churn_pages``.

A million customers with orders, contracts and balances (``benchmarks.churn_company``), for who sees
everything, for a viewer of a tenth of the customers, and for a saved segment. Milliseconds of the
clock and of the processors, medians; ``times_reference`` is the clock against DuckDB's sum over all
order lines, timed before every run. The company follows its balances; amounts show what a decline
costs that the version was not built for.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa

from analytics.churn_choice import Terms, choose
from analytics.churn_decision import SaveRate
from analytics.contract_lifetimes import contract_lifetimes
from benchmarks.churn_company import NOW, OWNERS, RELIABILITY, scores, stored
from crm_data import warehouse
from crm_data.queries import churn_contracts as contracts
from crm_data.queries import churn_scores, model_cards
from crm_data.queries import churn_silence as silence
from crm_data.queries import retention_candidates as candidates
from crm_data.queries import retention_outcomes as outcomes
from crm_data.queries.churn_lost import LostCut, lost_customers, lost_customers_count
from crm_data.queries.churn_spells import ends_known_from, spell_counts
from crm_data.queries.decline import (
    AMOUNT,
    DeclineCut,
    decline_fields,
    decline_months,
    declined_customers,
)
from crm_data.queries.retention_addresses import reachable
from crm_data.rules import save_rules
from crm_data.scope import EVERYTHING, AccessScope
from crm_data.settings import Settings
from crm_data.versions import Warehouse

RESULTS = Path(__file__).with_name("results") / "churn_pages.json"
TENTH = AccessScope(frozenset(f"E{one}" for one in range(OWNERS // 10)))
SEGMENT = json.dumps({"field": "orders", "op": "ge", "values": [8]})
BALANCE = "interactions.attributes.balance"
DAYS, MONTH = 90, date(2025, 9, 1)
LIST_OF = 2_000
Ask = Callable[[], Any]


def seen_by(con: sa.Connection, scope: AccessScope, among: str) -> dict[str, Ask]:
    """Every query that depends on whose customers are looked at."""
    of: dict[str, Any] = {"scope": scope, "among": among}
    by_silence, by_contract = LostCut(MONTH, DAYS, among=among), LostCut(MONTH, among=among)
    balance = DeclineCut(BALANCE, "mean", 0.5, among=among)
    spent = DeclineCut(AMOUNT, "sum", 0.5, among=among)
    page: dict[str, Any] = {"scope": scope, "limit": 100}
    asks: dict[str, Ask] = {
        "gaps": lambda: silence.gap_counts(con, **of),
        "gaps by region": lambda: silence.gap_counts(con, by="region", **of),
        "gaps by first category": lambda: silence.gap_counts(con, by="first_category", **of),
        "ends of silence": lambda: silence.silence_ends(con, **of),
        "ends of silence by region": lambda: silence.silence_ends(con, by="region", **of),
        "silence by month": lambda: silence.silence_months(con, days=DAYS, **of),
        "contracts by month": lambda: contracts.contract_months(con, **of),
        "reasons by month": lambda: contracts.contract_reasons(con, **of),
        "cohorts of contracts": lambda: contracts.contract_cohorts(con, **of),
        "lost by silence": lambda: lost_customers(con, cut=by_silence, **page),
        "lost by silence, count": lambda: lost_customers_count(con, scope=scope, cut=by_silence),
        "lost by contract": lambda: lost_customers(con, cut=by_contract, **page),
        "lost by contract, count": lambda: lost_customers_count(con, scope=scope, cut=by_contract),
        "decline of balance": lambda: decline_months(con, scope=scope, cut=balance),
        "declined in balance": lambda: declined_customers(con, cut=balance, month_on=MONTH, **page),
        "decline of amounts": lambda: decline_months(con, scope=scope, cut=spent),
        "declined in amounts": lambda: declined_customers(con, cut=spent, month_on=MONTH, **page),
        "lifetimes": lambda: spell_counts(con, **of),
        "lifetimes by source": lambda: spell_counts(con, by="source", **of),
        "stakes": lambda: churn_scores.churn_stakes(con, kind="silence", **of),
    }
    if among:
        asks["candidates of a list"] = lambda: candidates.candidates(con, scope, among)
    else:
        asks["holders"] = lambda: contracts.holders(con, scope=scope)
    return asks | _computed(con, of)


def _computed(con: sa.Connection, of: dict[str, Any]) -> dict[str, Ask]:
    """What pages compute from a query before they draw."""
    counts = spell_counts(con, **of)
    stakes = churn_scores.churn_stakes(con, kind="silence", **of)
    terms, bins = Terms(10.0, 1.0, SaveRate(0.2)), pd.DataFrame(RELIABILITY)
    return {
        "computed: lifetimes": lambda: contract_lifetimes(counts),
        "computed: whom to keep": lambda: choose(stakes, terms, reliability=bins),
    }


def of_company(con: sa.Connection) -> dict[str, Ask]:
    """Queries about chosen customers, models and the whole company."""
    some = churn_scores.churn_stakes(con, scope=EVERYTHING, kind="silence")["customer_id"]
    listed = some.iloc[:: len(some) // LIST_OF].head(LIST_OF).tolist()
    span: dict[str, Any] = {"assigned_on": date(2025, 9, 1), "outcome_on": date(2025, 11, 30)}
    return {
        "ends known from": lambda: ends_known_from(con),
        "fields of decline": lambda: decline_fields(con),
        "terms": lambda: model_cards.churn_terms(con, "silence", scope=EVERYTHING),
        "card": lambda: model_cards.model_card(con, "churn_silence"),
        "scored, a page": lambda: churn_scores.churn_scored(
            con, scope=EVERYTHING, only=listed[:25]
        ),
        "listed: candidates": lambda: candidates.candidates_among(con, EVERYTHING, listed),
        "listed: owners": lambda: candidates.owners_of(con, EVERYTHING, listed),
        "listed: outcomes": lambda: outcomes.member_outcomes(con, EVERYTHING, listed, **span),
        "listed: reachable": lambda: reachable(con, EVERYTHING, listed, "phone"),
        "people": lambda: candidates.people(con, EVERYTHING),
        "known until": lambda: outcomes.known_until(con),
    }


def timed(ask: Ask, reference: Ask, runs: int) -> dict[str, float]:
    """Return medians of a query, the reference run before each."""
    ask()
    clock, processors, base = [], [], []
    for _ in range(runs):
        base.append(_spent(reference)[0])
        seconds, busy = _spent(ask)
        clock.append(seconds)
        processors.append(busy)
    median = {name: 1000 * statistics.median(found) for name, found in
              (("clock", clock), ("processors", processors), ("reference", base))}  # fmt: skip
    return {
        "milliseconds": round(median["clock"], 1),
        "processor_milliseconds": round(median["processors"], 1),
        "times_reference": round(median["clock"] / median["reference"], 2),
    }


def _spent(call: Ask) -> tuple[float, float]:
    started, busy = time.perf_counter(), time.process_time()
    call()
    return time.perf_counter() - started, time.process_time() - busy


def built(settings: Settings, customers: int) -> dict[str, Any]:
    """Make the company and its version; seconds of the build."""
    rows = stored(settings, customers)
    followed = {"field": BALANCE, "measure": "mean", "fall": 0.5}
    save_rules(settings, "decline", followed, now=NOW, actor="benchmark")
    return {"rows": rows, "build": rebuilt(settings)}


def rebuilt(settings: Settings) -> dict[str, float]:
    """Build the version again from its batches; seconds."""
    seconds, busy = _spent(lambda: warehouse.rebuild(settings, now=NOW, scorer=scores))
    return {"seconds": seconds, "processor_seconds": busy}


def main() -> None:
    """Build where nothing is built yet, time, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="empty, or of an earlier run")
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--rebuild", action="store_true", help="build again, and time it")
    parser.add_argument("--only", default="", help="queries whose names hold this; keeps nothing")
    asked = parser.parse_args()
    settings = Settings.from_environment({"CRM_HOME": str(asked.home)})
    store = Warehouse(settings)
    found: dict[str, Any] = {}
    if store.current() is None:
        found |= built(settings, asked.customers)
    elif asked.rebuild:
        found["build"] = rebuilt(settings)
    version = store.current() or ""
    with store.connect(version) as con:
        parts = {
            "everything": seen_by(con, EVERYTHING, ""),
            "a tenth": seen_by(con, TENTH, ""),
            "a segment": seen_by(con, EVERYTHING, SEGMENT),
            "company": of_company(con),
        }

        def reference() -> Any:
            return con.scalar(sa.text("SELECT sum(amount) FROM order_lines"))

        for part, asks in parts.items():
            found[part] = {
                name: _told(part, name, timed(ask, reference, asked.runs))
                for name, ask in asks.items()
                if asked.only in f"{part}: {name}"
            }
        found["reference_milliseconds"] = 1000 * _spent(reference)[0]
    store.close()
    if not asked.only:
        before = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
        RESULTS.write_text(json.dumps(before | found, indent=2) + "\n", encoding="utf-8")


def _told(part: str, name: str, found: dict[str, float]) -> dict[str, float]:
    sys.stdout.write(f"{part}: {name}: {json.dumps(found)}\n")
    sys.stdout.flush()
    return found


if __name__ == "__main__":
    main()
