"""What is said of open deals from counted frames, by hand; reasons and their tasks in words."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from crm_data.frames import FrameSpec
from crm_data.queries.deals import OPEN_DEALS
from crm_data.queries.sales_team import QUOTAS, RESULTS, SELLERS
from ui.deal_answers import attained, covered, kept, quarter_of, weighted
from ui.deal_words import CODES

EVIDENCE = pd.DataFrame(
    {
        "pipeline": ["P", "P"], "stage_no": pd.array([0, 1], dtype="Int64"),
        "limit_days": [10.0, 20.0], "winners": [25, 3], "won": [30, 5], "closed": [60, 10],
    }
)  # fmt: skip


def given(spec: FrameSpec, **columns: object) -> pd.DataFrame:
    n = max(len(values) for values in columns.values())  # type: ignore[arg-type]  # lists
    frame = pd.DataFrame({name: columns.get(name, [None] * n) for name in spec.column_names})
    return spec.conform(frame)


def test_open_value_is_weighed_by_what_closed_deals_say() -> None:
    opened = given(
        OPEN_DEALS, opportunity_no=[1, 2, 3], pipeline=["P"] * 3, stage_no=[0, 1, 0],
        amount=[100.0, 50.0, np.nan],
    )  # fmt: skip
    found = weighted(opened, EVIDENCE)

    assert found.value == 50.0  # half of those in stage 0; of stage 1, ten closed say too little
    assert found.low < 50.0 < found.high
    assert (found.deals, found.unvalued, found.untold) == (3, 1, 1)
    assert (found.told, found.open_value, found.untold_value) == (1, 150.0, 50.0)
    nothing_told = weighted(opened[1:], EVIDENCE)  # one too little, one without an amount
    assert np.isnan([nothing_told.value, nothing_told.low, nothing_told.high]).all()
    assert weighted(opened[:0], EVIDENCE).value == 0


def test_coverage_in_both_denominators() -> None:
    period = quarter_of(date(2026, 2, 10))
    assert period == (date(2026, 1, 1), date(2026, 4, 1))
    quotas = given(
        QUOTAS, owner_id=["e1", None], team=["red", "red"], amount=[400.0, 999.0],
        period_start=[date(2026, 1, 1)] * 2, period_end=[date(2026, 4, 1)] * 2,
    )  # fmt: skip
    sellers = given(SELLERS, owner_id=["e1", "e2"])
    won = given(RESULTS, owner_id=["e1", "e2"], won=[1, 1], won_amount=[100.0, 70.0])
    days = [date(2026, 3, 1), date(2026, 4, 1), None]
    opened = given(OPEN_DEALS, opportunity_no=[1, 2, 3], amount=[150.0, 800.0, 900.0],
                   expected_close_on=days)  # fmt: skip
    until = date(2026, 2, 11)
    found = covered(attained(quotas, sellers, won, period, until), opened, period)

    assert found is not None
    assert (found.quota, found.won, found.left, found.open_value) == (400, 100, 300, 150)
    assert (found.of_quota, found.of_left) == (pytest.approx(0.375), pytest.approx(0.5))
    assert (found.people, found.blank) == (2, 1)
    assert attained(quotas[1:], sellers, won, period, until) is None
    assert covered(None, opened, period) is None


def test_people_are_kept_as_queries_keep_them() -> None:
    people = pd.DataFrame({"owner_id": ["e1", "e2", "e3"], "team": ["red", None, "blue"]})

    def owners(*where: tuple[str, tuple[str | None, ...]]) -> list[str]:
        return kept(people, where)["owner_id"].tolist()

    assert owners() == ["e1", "e2", "e3"]
    assert owners(("team", ("red", None))) == ["e1", "e2"]
    assert owners(("team!", ("red",))) == ["e2", "e3"]
    assert owners(("team!", ("red", None)), ("owner_id", ("e1", "e3"))) == ["e3"]


def test_every_reason_has_a_task() -> None:
    from analytics.deal_attention import REASONS
    from crm_data.task_codes import CODES as KNOWN

    assert set(CODES) == set(REASONS)
    assert set(CODES.values()) <= set(KNOWN)
