"""Chances of the viewer's open deals and what they add up to, over each engine."""

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest
import sqlalchemy as sa

from crm_data.errors import UsageError
from crm_data.queries.deal_scores import (
    DEAL_CHANCES,
    WEIGHTED_PIPELINE,
    deal_chances,
    weighted_pipeline,
)
from crm_data.queries.deals import DealCut
from crm_data.queries.model_cards import deal_terms
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from tests.actions.company import fill
from tests.two_engines import on_both_engines

# number, pipeline, owner, amount, outcome, probability (None: not scored or cannot be told)
DEALS = (
    (1, "P", "E1", "1000.50", None, 0.5), (2, "P", "E1", "100", None, 0.9),
    (3, "P", "E2", None, None, 0.4), (4, "P", "E2", "70", None, None),
    (5, "Q", "E2", "200", None, 0.25), (6, "Q", "E1", "5000", "won", None),
    (7, None, None, "30", None, 0.1),
)  # fmt: skip
UNTOLD = 4  # has a row that says so; others without a probability have none
CARD = '{"verdict": "no_better", "method": "stage", "horizon_days": 90, "open": 6}'


def fill_deals(conn: sa.Connection) -> None:
    facts = [
        {"opportunity_no": no, "opportunity_id": f"D{no}", "name": f"Deal {no}", "customer_id": "c",
         "pipeline": pipeline, "stage": "talk", "owner_id": owner, "outcome": outcome,
         "amount": None if amount is None else Decimal(amount), "probability": 0.7}
        for no, pipeline, owner, amount, outcome, _chance in DEALS
    ]  # fmt: skip
    scores = [
        {"opportunity_no": no, "opportunity_id": f"D{no}", "win_probability": chance, "low": 0.1,
         "high": 0.9, "known_deals": 40, "reasons": "[]",
         "method": "none" if chance is None else "stage"}
        for no, *_, chance in DEALS if chance is not None or no == UNTOLD
    ]  # fmt: skip
    fill(conn, {
        "deal_facts": facts, "deal_scores": scores,
        "customer_facts": [{"customer_no": 0, "customer_id": "c", "name": "Customer"}],
        "model_cards": [{"name": "deals", "card": CARD}],
    })  # fmt: skip


conn = on_both_engines(fill_deals)


def test_open_deals_come_by_what_they_are_worth_in_the_end(conn: sa.Connection) -> None:
    found = deal_chances(conn, DealCut(), scope=EVERYTHING, limit=9)
    DEAL_CHANCES.check(found)

    assert found["opportunity_no"].tolist() == [1, 2, 5, 7, 4, 3]
    worth = found["weighted_amount"].astype("float64").tolist()
    assert worth[:4] == pytest.approx([500.25, 90, 50, 3])
    assert pd.isna(worth[4:]).all()
    assert found["customer_name"].unique().tolist() == ["Customer"]
    assert found.set_index("opportunity_no")["method"][UNTOLD] == "none"
    second = deal_chances(conn, DealCut(), scope=EVERYTHING, limit=2, offset=1)
    assert second["opportunity_no"].tolist() == [2, 5]


def test_the_pipeline_is_weighted_and_what_has_no_value_is_counted(conn: sa.Connection) -> None:
    found = weighted_pipeline(conn, DealCut(), scope=EVERYTHING)
    WEIGHTED_PIPELINE.check(found)
    found = found.set_index(found["pipeline"].fillna("-"))

    p = found.loc["P"]
    assert p[["deals", "unvalued", "untold"]].tolist() == [4, 1, 1]
    assert float(p["amount"]) == pytest.approx(1170.5)
    assert float(p["untold_amount"]) == 70
    assert float(p["weighted_amount"]) == pytest.approx(590.25)
    assert p["expected_won"] == pytest.approx(1.8)
    assert float(found.loc["Q", "weighted_amount"]) == 50  # without the one that is won
    assert float(found.loc["-", "weighted_amount"]) == 3


def test_a_viewer_sees_their_own_deals(conn: sa.Connection) -> None:
    own = AccessScope(frozenset({"E2"}))
    assert deal_chances(conn, DealCut(), scope=own, limit=9)["opportunity_no"].tolist() == [5, 4, 3]
    assert weighted_pipeline(conn, DealCut(), scope=own)["deals"].tolist() == [2, 1]
    assert deal_chances(conn, DealCut(), scope=NOBODY, limit=9).empty
    assert weighted_pipeline(conn, DealCut(), scope=NOBODY).empty
    one = DealCut((("pipeline", ("Q",)),))
    assert deal_chances(conn, one, scope=EVERYTHING, limit=9)["opportunity_no"].tolist() == [5]


def test_a_past_day_has_no_chances(conn: sa.Connection) -> None:
    with pytest.raises(UsageError, match="as of 2026-01-01"):
        deal_chances(conn, DealCut(as_of=date(2026, 1, 1)), scope=EVERYTHING, limit=9)


def test_terms_are_for_whoever_sees_a_deal(conn: sa.Connection) -> None:
    found = deal_terms(conn, scope=AccessScope(frozenset({"E1"})))
    assert found is not None
    assert (found["verdict"], found["horizon_days"], found["ways"]) == ("no_better", 90, None)
    assert "open" not in found
    assert deal_terms(conn, scope=NOBODY) is None
