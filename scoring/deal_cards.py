"""What the step ``deals`` says of itself. JSON values only.

The card ``deals`` always holds ``as_of``, ``horizon_days``, ``open``, ``days`` (``on``, ``deals``,
``won``, ``is_judged``), ``requirements``, ``is_enough``, ``verdict`` (``nobody`` is open;
``too_few_closed``; ``too_little_history``; ``cannot_predict``; ``no_better`` than stage averages;
``useful``), ``reason`` (the code of an error), ``method`` (``model`` or ``stage``), ``scored``,
``untold``, ``expected_won`` (deals) and ``stages`` (the averages). A judged model adds ``ways``
(see ``analytics.deal_proof.compared``), ``reliability`` by way, ``fields`` (``field``,
``is_dated``, ``is_used``, ``reason``), ``fields_used``, ``unused``, ``chosen``,
``calibration``, ``learnt`` and ``judged`` (rows, deals, won); one in use ``drift``.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from analytics.churn_features import Flags
from analytics.deal_model import MODEL, STAGE, DealProof
from analytics.value_rules import Requirement
from scoring.deals_data import DealSpan, PastDeals

LEAST_CLOSED = 200  # deals, in 24 months
_LEAST_DAYS = 2


def asked(span: DealSpan, past: PastDeals, now: pd.DataFrame) -> dict[str, Any]:
    """Return what is asked of how many deals, and whether there is enough to learn from."""
    needed = (
        Requirement("closed_deals", span.closed, LEAST_CLOSED),
        Requirement("past_days", len(past.days), _LEAST_DAYS),
    )
    each = pd.Series(past.won).groupby(past.rows["on"].dt.date.to_numpy()).agg(["size", "sum"])
    verdict = "too_little_history" if needed[0].is_met else "too_few_closed"
    return {
        "as_of": span.last_on,
        "horizon_days": span.horizon_days,
        "open": len(now),
        "days": [
            {"on": day, "deals": int(each["size"][day]), "won": int(each["sum"][day]),
             "is_judged": day in past.judged}
            for day in past.days
        ],
        "requirements": [{**asdict(one), "is_met": one.is_met} for one in needed],
        "is_enough": all(one.is_met for one in needed),
        "verdict": verdict if len(now) or past.days else "nobody",
        "reason": None,
    }  # fmt: skip


def proved(
    proof: DealProof, past: PastDeals, leaks: pd.DataFrame, undated: Sequence[str]
) -> dict[str, Any]:
    """Return how the model did, beside the simpler ways."""
    late = set(undated)
    fields = leaks[["field", "reason", "is_used"]].assign(
        is_dated=[name not in late for name in leaks["field"]]
    )
    return {
        "verdict": proof.verdict,
        "ways": plain(proof.ways),
        "reliability": {way: plain(bins) for way, bins in proof.reliability.items()},
        "fields": plain(fields),
        "fields_used": proof.fitted.encoder_.names,
        "unused": list(proof.fitted.encoder_.unused),
        "chosen": proof.fitted.chosen_.name,
        "calibration": proof.fitted.calibration_.method,
        "learnt": _counted(past, proof.train),
        "judged": _counted(past, proof.test),
    }


def outcome(scores: pd.DataFrame, averages: pd.DataFrame) -> dict[str, Any]:
    """Return what was scored, and how."""
    told = scores["win_probability"].notna()
    return {
        "method": MODEL if (scores["method"] == MODEL).any() else STAGE,
        "scored": int(told.sum()),
        "untold": int((~told).sum()),
        "expected_won": float(scores["win_probability"].sum()),
        "stages": plain(averages),
    }


def plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a frame as a list of rows; what is missing or infinite is None."""
    found = frame.astype(object).replace([np.inf, -np.inf], None)
    found = found.where(found.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in found.to_dict("records")]


def _counted(past: PastDeals, rows: Flags) -> dict[str, int]:
    own = past.rows.loc[rows, "opportunity_id"]
    return {"rows": len(own), "deals": own.nunique(), "won": int(past.won[rows].sum())}
