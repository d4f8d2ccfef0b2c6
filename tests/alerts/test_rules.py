"""Rules of alerts on histories whose answer is known, and stores of rules and alarms."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.alert_rules import Condition, Kind, counted, judged, replayed, running_since
from analytics.rate_band import rate_band
from crm_data.alert_store import Alert, AlertRule, RuleDraft, RuleState, after_quiet
from crm_data.app_db import dispose
from crm_data.commands import alerts as store
from crm_data.errors import UsageError
from crm_data.settings import Settings

NOW, LATER = datetime(2026, 3, 2, 8), datetime(2026, 4, 2, 8)


def history(values: list[float], totals: list[float] | None = None) -> pd.DataFrame:
    days = pd.date_range("2023-01-01", periods=len(values), freq="MS").astype("datetime64[us]")
    frame = pd.DataFrame({"period_on": days, "value": values})
    if totals is None:
        return frame.assign(numerator=np.nan, denominator=np.nan)
    return frame.assign(numerator=frame["value"] * totals, denominator=totals)


@pytest.mark.parametrize(
    ("kind", "threshold", "values", "verdict"),
    [
        ("above", 10, [1, 11], "above"), ("above", 10, [1, 10], "quiet"),
        ("below", 10, [1, 9], "below"), ("below", 10, [1, 10], "quiet"),
        ("rises", 0.5, [10, 15], "above"), ("rises", 0.5, [10, 14.9], "quiet"),
        ("falls", 0.5, [10, 5], "below"), ("falls", 0.5, [10, 5.1], "quiet"),
        ("rises", 0.5, [15], "cannot_tell"), ("falls", 0.5, [0, 5], "cannot_tell"),
        ("band", 0, [1, 2, 3], "cannot_tell"), ("above", 1, [], "cannot_tell"),
    ],
)  # fmt: skip
def test_conditions_at_their_border(
    kind: Kind, threshold: float, values: list[float], verdict: str
) -> None:
    assert judged(history(values), Condition(kind, threshold)).verdict == verdict


def test_a_share_of_counts_has_the_band_of_its_counts() -> None:
    values, totals = [0.1] * 14 + [0.5], [100.0] * 15
    found = judged(history(values, totals), Condition("band"))

    band = rate_band(np.full(13, 10.0), np.full(13, 100.0), 100)
    assert band is not None
    assert (found.low, found.high) == pytest.approx((band.low / 100, band.high / 100))
    assert found.verdict == "above"
    few = history([0.01] * 13 + [0.5], [10.0] * 14)
    assert judged(few, Condition("band")).verdict == "cannot_tell"  # 1.2 counted before


def test_other_values_have_the_band_of_what_predictions_missed() -> None:
    rng = np.random.default_rng(1)
    calm = list(100 * np.exp(rng.normal(0, 0.05, 24)))

    assert judged(history([*calm, 100.0]), Condition("band")).verdict == "quiet"
    assert judged(history([*calm, 160.0]), Condition("band")).verdict == "above"
    assert judged(history([*calm, 60.0]), Condition("band")).verdict == "below"
    grows = [100 * 1.05**month for month in range(24)]
    found = judged(history([*grows, 100 * 1.05**24]), Condition("band"))
    assert found.verdict == "quiet"  # growth as before is no news


def test_a_season_that_repeats_is_no_alarm() -> None:
    rng = np.random.default_rng(2)
    year = [100.0] * 10 + [220.0, 100.0]
    values = [v * float(np.exp(rng.normal(0, 0.03))) for v in year * 4]

    told = replayed(history(values), Condition("band"))

    assert counted(told.iloc[36:]).alarms == 0


def test_the_band_of_a_period_does_not_know_what_came_in_it() -> None:
    calm = [100.0, 104.0, 98.0, 101.0, 97.0, 103.0, 99.0, 102.0, 96.0, 100.0, 105.0, 98.0]
    for kept in (None, [100.0] * 26):
        values = calm if kept is None else [v / 200 for v in calm * 2]
        one, other = (
            judged(history([*values, last], kept and kept[: len(values) + 1]), Condition("band"))
            for last in (0.9 if kept else 120.0, 0.5 if kept else 900.0)
        )
        assert (one.low, one.high) == (other.low, other.high)


def test_a_season_that_grows_as_before_has_a_narrow_band() -> None:
    year = [100.0] * 10 + [220.0, 100.0]
    values = [v * 1.03**month for month, v in enumerate(year * 3)]

    found = judged(history(values), Condition("band"))

    assert found.verdict == "quiet"
    assert found.high / found.low < 1.001


def test_few_false_alarms_where_nothing_changes() -> None:
    rng = np.random.default_rng(3)
    total, alarms = 0, 0
    for _ in range(60):
        found = counted(replayed(history(list(rng.normal(50, 5, 36))), Condition("band")))
        total, alarms = total + found.periods, alarms + found.alarms
    assert alarms / total < 0.03
    for _ in range(60):
        of = np.full(36, 200.0)
        told = replayed(history(list(rng.binomial(200, 0.1, 36) / 200), list(of)),
                        Condition("band"))  # fmt: skip
        total, alarms = total + counted(told).periods, alarms + counted(told).alarms
    assert alarms / total < 0.03


def test_a_run_on_one_side_is_one_alarm() -> None:
    told = replayed(history([1, 11, 1, 11, 12]), Condition("above", 10))

    assert running_since(told) == pd.Timestamp("2023-04-01")
    assert running_since(told.iloc[:3]) is None


@given(st.lists(st.floats(1, 1e6), min_size=1, max_size=30), st.integers(0, 29))
def test_the_past_is_told_from_the_past_only(values: list[float], cut: int) -> None:
    whole = replayed(history(values), Condition("band"))
    part = replayed(history(values[: cut + 1]), Condition("band"))

    assert part["verdict"].tolist() == whole["verdict"].tolist()[: len(part)]


@pytest.mark.parametrize(
    ("now", "quiet", "expected"),
    [
        (datetime(2026, 3, 2, 8), None, datetime(2026, 3, 2, 8)),
        (datetime(2026, 3, 2, 8), (0, 7 * 60), datetime(2026, 3, 2, 8)),  # 16:00 in Shanghai
        (datetime(2026, 3, 2, 15), (22 * 60, 7 * 60), datetime(2026, 3, 2, 23)),  # 23:00
        (datetime(2026, 3, 2, 18), (22 * 60, 7 * 60), datetime(2026, 3, 2, 23)),  # 2:00 next day
        (datetime(2026, 3, 2, 23), (22 * 60, 7 * 60), datetime(2026, 3, 2, 23)),  # 7:00: over
        (datetime(2026, 3, 2, 8), (15 * 60, 24 * 60), datetime(2026, 3, 2, 16)),
    ],
)
def test_quiet_hours_are_of_the_companys_day(
    now: datetime, quiet: tuple[int, int] | None, expected: datetime
) -> None:
    assert after_quiet(now, quiet, "Asia/Shanghai") == expected


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    made = Settings.from_environment({"CRM_HOME": str(tmp_path)})
    yield made
    dispose(made)


def state(rule: AlertRule, verdict: str, month: int, value: float = 5.0) -> RuleState:
    return RuleState(rule.rule_id, "v1", NOW, date(2026, month, 1), verdict, value, None, 1.0, 2.0,
                     0, 9)  # fmt: skip


def only(settings: Settings) -> Alert:
    (found,) = store.alarms(settings)
    return found


def test_an_alarm_is_raised_once_and_ends(settings: Settings) -> None:
    (rule,) = store.add_rules(settings, [RuleDraft("orders", "band", note="x\0y")],
                              now=NOW, actor="me")  # fmt: skip
    assert rule.note == "xy"
    check = store.record_check

    assert check(settings, rule, state(rule, "above", 2), date(2026, 1, 1), NOW)
    assert not check(settings, rule, state(rule, "above", 3, 6.0), date(2026, 1, 1), LATER)
    assert (only(settings).since_on, only(settings).period_on, only(settings).value) == (
        date(2026, 1, 1), date(2026, 3, 1), 6.0,
    )  # fmt: skip
    assert not check(settings, rule, state(rule, "cannot_tell", 4), None, LATER)
    assert only(settings).side == "above"
    assert check(settings, rule, state(rule, "below", 4), date(2026, 4, 1), LATER)
    assert only(settings).side == "below"
    check(settings, rule, state(rule, "quiet", 5), None, LATER)
    assert store.alarms(settings) == []
    assert len(store.alarms(settings, is_running=False)) == 2
    assert store.rule_states(settings)[rule.rule_id].verdict == "quiet"


def test_an_alarm_is_put_aside_while_it_runs(settings: Settings) -> None:
    quiet = (0, 24 * 60)
    first, held = store.add_rules(
        settings, [RuleDraft("orders", "band"), RuleDraft("units", "band", quiet=quiet)],
        now=NOW, actor="me",
    )  # fmt: skip
    for rule in (first, held):
        store.record_check(settings, rule, state(rule, "above", 2), None, NOW)
    alarms = {one.rule_id: one for one in store.alarms(settings)}
    today = date(2026, 3, 2)
    assert alarms[first.rule_id].is_due(NOW, today)
    assert not alarms[held.rule_id].is_due(NOW, today)  # quiet all day
    assert alarms[held.rule_id].is_due(LATER, today)

    store.snooze(settings, alarms[first.rule_id].alert_id, date(2026, 3, 9), now=NOW, actor="me")
    again = next(one for one in store.alarms(settings) if one.rule_id == first.rule_id)
    assert not again.is_due(NOW, today)
    assert again.is_due(NOW, date(2026, 3, 9))
    store.acknowledge(settings, again.alert_id, now=NOW, actor="me")
    store.record_check(settings, first, state(first, "above", 3), None, LATER)
    known = next(one for one in store.alarms(settings) if one.rule_id == first.rule_id)
    assert (known.acknowledged_by, known.is_due(LATER, date(2026, 5, 1))) == ("me", False)

    store.remove_rule(settings, first.rule_id, now=NOW, actor="me")
    assert [one.rule_id for one in store.alarms(settings)] == [held.rule_id]
    with pytest.raises(UsageError, match="no alert rule"):
        store.remove_rule(settings, first.rule_id, now=NOW, actor="me")
    with pytest.raises(UsageError, match="is over"):
        store.acknowledge(settings, "none", now=NOW, actor="me")
