"""Rows of deals in order of several keys."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crm_data import warehouse
from crm_data.marts import deal_history
from crm_data.marts.deal_order import in_order
from tests.conftest import NOW
from tests.warehouse.stage import selected, stored

# Moments close together and far apart: with the deal and the row they do not fit into one number.
moments = st.one_of(
    st.integers(0, 3),
    st.integers(1_700_000_000_000_000, 1_700_000_000_000_003),
    st.integers(-(1 << 58), 1 << 58),
)


@example([(0, 3), (0, 1), (2, 1 << 58), (1, -(1 << 58))])  # alike but for their last bits
@given(st.lists(st.tuples(st.integers(0, 2), moments), max_size=40))
def test_rows_come_in_order_of_keys_of_any_width_and_equal_ones_stay(rows):
    deal = np.array([row[0] for row in rows], dtype=np.int32)
    at = np.array([row[1] for row in rows], dtype=np.int64)
    expected = sorted(range(len(rows)), key=lambda row: (deal[row], at[row]))
    assert in_order(deal, at).tolist() == expected


def test_what_goes_wrong_beside_the_build_ends_it_and_the_version_stays(settings, monkeypatch):
    stored(settings, "opportunities", [{"opportunity_id": "a", "created_at": NOW}])
    first = warehouse.build(settings, now=NOW)

    def told(_history):
        raise MemoryError

    monkeypatch.setattr(deal_history, "told_of_deals", told)
    with pytest.raises(MemoryError):
        warehouse.rebuild(settings, now=NOW)
    assert warehouse.current_version(settings) == first


def test_a_word_may_be_a_stage_an_owner_and_a_category_and_hold_a_quote(settings):
    word = "it's"
    stored(settings, "opportunities", [
        {"opportunity_id": "a", "created_at": NOW, "pipeline": "P", "stage": "b", "owner_id": "b"},
    ])  # fmt: skip
    stored(settings, "opportunity_events", [
        {"opportunity_id": "a", "changed_at": NOW, "field": field, "old_value": word,
         "new_value": "b"} for field in ("stage", "owner_id")
    ])  # fmt: skip
    version = warehouse.build(settings, now=NOW)
    found = "SELECT stage, owner_id FROM opportunity_snapshots"
    assert selected(settings, version, found) == [("b", "b")]
    first = "SELECT first_owner_id FROM deal_facts"
    assert selected(settings, version, first) == [("b",)]
    stays = selected(settings, version, "SELECT stage FROM stage_spells ORDER BY spell_no")
    assert {stage for (stage,) in stays} >= {"b"}


def test_a_day_that_has_not_come_is_not_the_last_day_of_deals(settings):
    then = NOW - timedelta(days=5)
    stored(settings, "opportunities", [
        {"opportunity_id": "a", "created_at": then, "pipeline": "P", "stage": "offer"},
        {"opportunity_id": "b", "created_at": then, "pipeline": "P", "stage": "won",
         "outcome": "won", "closed_at": NOW + timedelta(days=10)},
    ])  # fmt: skip
    stored(settings, "opportunity_events", [
        {"opportunity_id": "a", "changed_at": then, "field": "stage", "old_value": None,
         "new_value": "talk"},
    ])  # fmt: skip
    version = warehouse.build(settings, now=NOW)
    own = "SELECT valid_from FROM opportunity_snapshots WHERE stage = 'offer'"
    assert selected(settings, version, own) == [(then.date(),)]
