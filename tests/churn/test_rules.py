"""The definition in force, the proposal of days, and who came back."""

from datetime import date

import pandas as pd
import pytest

from analytics.churn_rules import ChurnRules
from analytics.silence import (
    DEFAULT_DAYS,
    back_of,
    gap_quantile,
    proposal,
    proposals,
    rounded_up,
    silence_observable_from,
)
from analytics.stats import wilson_interval


def gaps(**members: dict[int, int]) -> pd.DataFrame:
    rows = [(name, days, n) for name, own in members.items() for days, n in own.items()]
    return pd.DataFrame(rows, columns=["member", "gap_days", "gaps"])


def ends(**members: dict[int, tuple[int, int, int]]) -> pd.DataFrame:
    rows = [(name, days, *n) for name, own in members.items() for days, n in own.items()]
    return pd.DataFrame(
        rows, columns=["member", "silence_days", "silences", "followed", "came_back"]
    )


GAPS = gaps(tea={10: 460, 44: 460, 100: 80}, pot={50: 20, 200: 5})
ENDS = ends(tea={45: (200, 150, 60), 60: (150, 100, 20)}, pot={45: (40, 30, 3), 60: (30, 20, 1)})


def test_the_quantile_is_the_shortest_gap_that_enough_do_not_exceed() -> None:
    one = gaps(tea={10: 5, 30: 4, 80: 1})
    assert [gap_quantile(one, share) for share in (0.5, 0.51, 0.9, 0.91)] == [10, 30, 30, 80]
    assert gap_quantile(one.iloc[:0], 0.9) is None


@pytest.mark.parametrize(
    ("days", "expected"),
    [(None, DEFAULT_DAYS), (1, 31), (31, 31), (32, 45), (730, 730), (2000, 730)],
)
def test_a_proposal_is_rounded_up_to_days_that_are_counted(days: int | None, expected: int) -> None:
    assert rounded_up(days) == expected


def test_a_proposal_says_what_it_rests_on_and_who_came_back() -> None:
    one = proposal(GAPS, ENDS, 0.9)

    assert (one.quantile_days, one.days, one.gaps) == (50, 60, 1025)
    assert (one.silences, one.followed, one.came_back) == (180, 120, 21)
    low, high = wilson_interval(21, 120)
    assert (one.back_share, one.low, one.high) == (21 / 120, float(low), float(high))
    assert back_of(ENDS, 45).came_back == 63
    assert back_of(ENDS, 730).back_share is None


def test_a_group_with_few_gaps_takes_the_proposal_of_all() -> None:
    tea, pot = proposals(GAPS, ENDS, 0.9)

    assert (tea.member, tea.days, tea.is_own, tea.came_back) == ("tea", 45, True, 60)
    assert (pot.member, pot.days, pot.is_own, pot.quantile_days) == ("pot", 60, False, 200)


def test_a_group_without_a_name_is_a_group() -> None:
    unnamed = GAPS.assign(member=GAPS["member"].where(GAPS["member"] != "tea"))
    of_ends = ENDS.assign(member=ENDS["member"].where(ENDS["member"] != "tea"))

    assert [one.member for one in proposals(unnamed, of_ends, 0.9)] == [None, "pot"]


def test_nobody_can_fall_silent_before_so_many_days_of_history() -> None:
    # The last order on the first day, no order up to 1 February: 31 days, and not more.
    assert silence_observable_from(date(2025, 1, 1), 31) == date(2025, 2, 2)


def test_rules_survive_storing_and_refuse_what_cannot_be() -> None:
    rules = ChurnRules("silence", 90, 0.8)
    assert ChurnRules.from_stored(rules.as_stored() | {"later": 1}) == rules
    assert ChurnRules.from_stored(None) == ChurnRules()
    for wrong in ({"kind": "x"}, {"silence_days": 91}, {"gap_quantile": 0.3},
                  {"gap_quantile": True}):  # fmt: skip
        with pytest.raises(ValueError, match=next(iter(wrong))):
            ChurnRules.from_stored(wrong)


def test_the_definition_in_force() -> None:
    found = ChurnRules()
    assert found.definition(50, 100) == "contract"
    assert found.definition(49, 100) == "silence"
    assert found.definition(0, 0) == "silence"
    assert ChurnRules("contract").definition(0, 100) == "contract"
    assert found.days(120) == 120
    assert ChurnRules(silence_days=90).days(120) == 90
