"""The scored shop: c1 ordered on three days (4 orders), c2 and c9 once, c4 without a day."""

import pandas as pd
import pytest
import sqlalchemy as sa

from analytics.lifecycle_rules import LETTERS, STAGES
from crm_data.queries import few_rows
from crm_data.queries import segment_maps as q
from crm_data.queries.model_cards import model_card
from crm_data.queries.scored_customers import Is, scored_count, scored_list
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.tables import mart

E1 = AccessScope(frozenset({"E1"}))
STAGE_OF = dict(zip(LETTERS, STAGES, strict=True))
ANYBODY = '{"all":[]}'
ORDERED_TWICE = '{"field":"orders","op":"ge","values":[2]}'


def test_scores_of_the_shop(conn: sa.Connection) -> None:
    rows = conn.execute(sa.select(mart("customer_scores")).order_by(sa.text("customer_id")))
    found = {row.customer_id: row for row in rows}

    # Watermark 20 February (open orders do not count). Days since: c1 20, c2 49, c9 0.
    assert [(k, found[k].r, found[k].f, found[k].m) for k in ("c1", "c2", "c9")] == [
        ("c1", 3, 4, 5), ("c2", 1, 1, 3), ("c9", 5, 1, 1),
    ]  # fmt: skip
    assert [found[k].rfm_segment for k in ("c1", "c2", "c9")] == ["loyal", "lost", "new"]
    assert found["c4"].r is None  # an order without a day has no recency
    assert found["c1"].rfm_history[-2:] == "bb"
    # Own gaps 10 and 20, typical gap 15: (30 + 2 · 15) / 4.
    assert found["c1"].rhythm_days == 15
    assert (found["c1"].stage, found["c2"].stage, found["c9"].stage) == (
        "loyal", "at_risk", "active",
    )  # fmt: skip
    assert found["c3"].stage == "potential"
    assert found["c1"].stage_history == "-" * 22 + "pll"
    assert found["c9"].stage_history == "-" * 24 + "a"


def test_cells_segments_and_scope(conn: sa.Connection) -> None:
    cells = q.rfm_map(conn, scope=EVERYTHING)
    assert cells["customers"].sum() == 3
    assert cells["net_amount"].sum() == 240.0
    assert q.rfm_map(conn, scope=E1)["rfm_segment"].tolist() == ["loyal"]
    assert q.rfm_map(conn, scope=NOBODY).empty

    medians = q.rfm_segments(conn, scope=EVERYTHING).set_index("rfm_segment")["median_days"]
    assert medians.to_dict() == {"loyal": 20.0, "lost": 49.0, "new": 0.0}
    assert q.rfm_segments(conn, scope=NOBODY).empty


def test_moves_add_up(conn: sa.Connection) -> None:
    moves = q.rfm_moves(conn, scope=EVERYTHING, before=23, after=24)
    assert moves["customers"].sum() == 6
    assert set(q.rfm_moves(conn, scope=E1, before=23, after=24)["customers"]) == {1}
    assert q.rfm_moves(conn, scope=NOBODY, before=0, after=24).empty

    flows = q.stage_moves(conn, scope=EVERYTHING, stages=STAGE_OF)
    last = flows[flows["to_on"] == pd.Timestamp(2025, 2, 20)]
    assert last["customers"].sum() == 6
    into = last.groupby("to_stage")["customers"].sum().to_dict()
    now = q.stages_now(conn, scope=EVERYTHING).set_index("stage")["customers"].to_dict()
    assert into == now
    assert q.stage_moves(conn, scope=NOBODY, stages=STAGE_OF).empty
    assert q.stages_now(conn, scope=E1)["customers"].sum() == 2


@pytest.mark.parametrize("most", [10, 9], ids=["read", "asked_inside"])
def test_lists_of_a_group(conn: sa.Connection, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(few_rows, "MOST", most)
    found = scored_list(conn, scope=EVERYTHING, group=(Is("stage", "potential"),), limit=10)
    assert scored_count(conn, scope=EVERYTHING, group=(Is("stage", "potential"),)) == len(found)
    assert set(found["customer_id"]) == {"c3", "c4", "c40"}
    loyal = scored_list(conn, scope=E1, group=(Is("rfm_segment", "loyal"),), limit=10)
    assert loyal["customer_id"].tolist() == ["c1"]
    assert scored_count(conn, scope=NOBODY, group=(Is("stage", "potential"),)) == 0


@pytest.mark.parametrize("scope", [EVERYTHING, E1, NOBODY])
def test_a_segment_of_everybody_is_the_whole(conn: sa.Connection, scope: AccessScope) -> None:
    whole, part = (
        (
            q.rfm_map(conn, scope=scope, among=among),
            q.rfm_segments(conn, scope=scope, among=among).sort_values("rfm_segment"),
            q.rfm_moves(conn, scope=scope, before=22, after=24, among=among),
            q.stage_moves(conn, scope=scope, stages=STAGE_OF, among=among),
            q.stages_now(conn, scope=scope, among=among),
            q.rfm_by_stage(conn, scope=scope, among=among),
            scored_list(conn, scope=scope, group=(Is("stage", "potential"),), limit=9, among=among),
        )
        for among in ("", ANYBODY)
    )
    for expected, found in zip(whole, part, strict=True):
        pd.testing.assert_frame_equal(
            found.reset_index(drop=True), expected.reset_index(drop=True), check_dtype=False
        )


def test_a_segment_is_counted_from_its_customers(conn: sa.Connection) -> None:
    kept = {"scope": EVERYTHING, "among": ORDERED_TWICE}

    assert q.rfm_map(conn, **kept)[["r", "fm", "rfm_segment", "customers"]].to_numpy().tolist() == [
        [3, 5, "loyal", 1]
    ]
    assert q.rfm_segments(conn, **kept)["rfm_segment"].tolist() == ["loyal"]
    assert q.stages_now(conn, **kept)[["stage", "customers"]].to_numpy().tolist() == [["loyal", 1]]
    steps = q.stage_moves(conn, stages=STAGE_OF, **kept)
    assert steps[["from_stage", "to_stage", "customers"]].to_numpy().tolist() == [
        ["unknown", "potential", 1], ["potential", "loyal", 1], ["loyal", "loyal", 1],
    ]  # fmt: skip
    assert q.rfm_moves(conn, before=23, after=24, **kept)["customers"].tolist() == [1]
    assert scored_count(conn, group=(Is("stage", "loyal"),), **kept) == 1
    assert scored_count(conn, group=(Is("stage", "potential"),), **kept) == 0
    assert scored_list(conn, group=(Is("stage", "potential"),), limit=9, **kept).empty


def test_cards(conn: sa.Connection) -> None:
    assert (model_card(conn, "lifecycle") or {})["typical_gap_days"] == 15
    assert (model_card(conn, "lifecycle") or {})["proof"] is None  # two months of history
    assert (model_card(conn, "rfm") or {})["cut_points"]["orders"]["is_tied"] is True
