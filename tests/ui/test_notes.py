"""What is worth a sentence, decided by hand-made numbers."""

from datetime import date

import pandas as pd
import pytest

from analytics.churn_band import ChurnBand
from ui.filters import Horizon
from ui.notes import attention, changed, is_notable
from ui.overview import TILES, Measured, Overview

HORIZON = Horizon(date(2025, 1, 1), date(2026, 3, 14))
NO_FINDINGS = pd.DataFrame({"rule": [], "table_name": [], "field": [], "rows": []})


def one(name: str, value: float, base: float, *, low: float | None = None,
        high: float | None = None) -> Measured:  # fmt: skip
    relative = (value - base) / base if base > 0 else None
    return Measured(name, value, None, None, 500, low, high, True, base, value - base, relative)


def seen(moves: pd.DataFrame | None = None, **measured: Measured) -> Overview:
    calm = {name: one(name, 100.0, 100.0) for name in TILES}
    return Overview(
        date(2026, 2, 1),
        date(2026, 3, 1),
        (date(2026, 1, 1), date(2026, 2, 1)),
        calm | measured,
        "day",
        pd.DataFrame(),
        {} if moves is None else {"region": moves},
    )


def test_a_quiet_period_is_called_quiet() -> None:
    notes = changed(seen())

    assert [note.key for note in notes] == ["revenue_same"]


def test_growth_from_nothing_has_no_percentage() -> None:
    notes = changed(seen(net_revenue=one("net_revenue", 50.0, 0.0)))

    assert notes[0].key == "revenue_from_nothing"


def test_a_count_that_moves_no_more_than_chance_is_not_news() -> None:
    # 12 to 16 orders is +33 %, but the difference of two such counts varies by about 5.
    assert not is_notable(one("orders", 16, 12))
    assert is_notable(one("orders", 1_600, 1_200))


def test_a_share_is_news_only_beyond_the_interval_of_a_difference() -> None:
    # Half-width 0.02; of a difference 0.028.
    assert not is_notable(one("return_rate", 0.12, 0.10, low=0.10, high=0.14))
    assert is_notable(one("return_rate", 0.14, 0.10, low=0.12, high=0.16))


def test_the_member_that_moves_most_is_named_but_not_one_that_is_nearly_everything() -> None:
    moves = pd.DataFrame(
        {
            "member": pd.Series(["China", "Overseas", None], dtype=object),
            "now": [900.0, 150.0, 50.0],
            "before": [800.0, 100.0, 100.0],
            "change": [100.0, 50.0, -50.0],
            "relative": [0.125, 0.5, -0.5],
        }
    )
    notes = changed(seen(moves, net_revenue=one("net_revenue", 1_100.0, 1_000.0)))

    assert [note.words.get("member", "") for note in notes] == ["", "Overseas", None]


def test_old_data_unfinished_periods_and_findings_need_attention() -> None:
    findings = pd.DataFrame(
        {
            "rule": ["orders_without_customer", "orphans"],
            "table_name": ["orders", "orders"],
            "field": ["customer_id", "owner_id"],
            "rows": [100, 1],
        }
    )
    notes = attention(
        seen(return_rate=one("return_rate", 0.14, 0.10, low=0.12, high=0.16)),
        horizon=HORIZON,
        today=date(2026, 3, 20),
        findings=findings,
        table_rows={"orders": 10_000},
    )

    assert [note.key for note in notes] == ["return_rate", "stale", "finding"]
    assert notes[1].words["days"] == 6
    assert notes[2].words["rows"] == 100


def churn(verdict: str) -> ChurnBand:
    return ChurnBand(date(2026, 2, 1), 0.08, 80, 1000, 0.04, 0.02, 0.06, 18, 700, 1.5, verdict)  # type: ignore[arg-type]  # one of the verdicts


@pytest.mark.parametrize("verdict", ["above", "below", "within", "cannot_tell"])
def test_churn_is_a_note_where_it_left_its_band(verdict: str) -> None:
    notes = attention(
        seen(),
        horizon=HORIZON,
        today=date(2026, 3, 15),
        findings=NO_FINDINGS,
        table_rows={},
        churn=churn(verdict),
    )

    if verdict in ("within", "cannot_tell"):
        assert notes == []
        return
    (note,) = notes
    assert note.key == f"churn_{verdict}"
    assert note.is_good == (verdict == "below")
    assert note.numbers == {"now": 0.08, "low": 0.02, "high": 0.06}
    assert note.words == {"month": date(2026, 2, 1), "months": 18}


def test_nothing_needs_attention_when_nothing_does() -> None:
    calm = attention(
        seen(), horizon=HORIZON, today=date(2026, 3, 15), findings=NO_FINDINGS, table_rows={}
    )
    assert calm == []
