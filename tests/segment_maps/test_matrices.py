"""Every cell of a matrix says how many customers open behind it: counted again, one by one."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from analytics.lifecycle_rules import LETTERS, STAGES
from analytics.month_ends import month_ends
from analytics.rfm_rules import RfmRules
from charts.segments import matrix
from crm_data.queries import segment_maps as q
from crm_data.queries.scored_customers import Is, scored_count, scored_list
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.settings import Settings
from crm_data.tables import mart
from tests.conftest import NOW
from tests.segment_maps.conftest import conn as conn  # both engines
from ui import segment_matrices as matrices
from ui.context import PageContext
from ui.formats import Formats
from ui.segment_figures import named_steps
from ui.translations import catalogue

DAY = date(2025, 2, 20)  # the shop's last paid order
STAGE_OF = dict(zip(LETTERS, STAGES, strict=True))


@pytest.fixture(params=["en", "zh_CN"])
def ctx(request: pytest.FixtureRequest, settings: Settings) -> PageContext:
    """A page in each language; its data is not read."""
    t, formats = catalogue(request.param), Formats(request.param, "CNY", "Asia/Shanghai")
    return PageContext(settings, "", EVERYTHING, "ada", request.param, DAY, NOW, t, formats)


def counted(conn: sa.Connection, made: matrices.Matrix) -> list[int]:
    """Return the customers behind each cell, by the query of the drawer."""
    return [scored_count(conn, scope=EVERYTHING, group=group) for group, _ in made.groups]


def test_map(conn: sa.Connection, ctx: PageContext) -> None:
    cells = q.rfm_map(conn, scope=EVERYTHING)
    made = matrices.rfm_map(ctx, cells, RfmRules(), "customers")
    shown = made.cells["value"].fillna(0).astype(int).tolist()

    assert sum(shown) == 3
    assert shown == counted(conn, made)
    best = made.cells.iloc[0]  # top left: R 1, FM 5
    assert (best["row"], best["column"]) == ("5", "1")
    # c1 is R 3, FM 5: 150 of 240 in all (see the shop).
    assert "62.5%" in made.cells["hover"][2]
    assert np.isclose(matrices.rfm_map(ctx, cells, RfmRules(), "net_amount").cells["value"][2], 150)


def test_segments_against_stages(conn: sa.Connection, ctx: PageContext) -> None:
    counts = q.rfm_by_stage(conn, scope=EVERYTHING)
    assert counts.to_numpy().tolist() == [
        ["lost", "at_risk", 1], ["loyal", "loyal", 1], ["new", "active", 1],
    ]  # fmt: skip
    made = matrices.rfm_by_stage(ctx, counts)
    assert (len(made.rows), len(made.columns)) == (3, 3)
    assert made.cells["value"].tolist().count(1.0) == 3  # each segment is of one stage
    assert sorted(counted(conn, made)) == [0] * 6 + [1] * 3
    assert [bool(text) for text in made.cells["text"]] == [n > 0 for n in counted(conn, made)]
    assert q.rfm_by_stage(conn, scope=NOBODY).empty
    assert q.rfm_by_stage(conn, scope=AccessScope(frozenset({"E1"})))["customers"].sum() == 1


@pytest.mark.parametrize(("before", "after"), [(22, 24), (23, 24), (0, 23)])
def test_rfm_moves(conn: sa.Connection, ctx: PageContext, before: int, after: int) -> None:
    moves = q.rfm_moves(conn, scope=EVERYTHING, before=before, after=after)
    made = matrices.rfm_moves(ctx, moves, before, after)
    nothing = moves[(moves["from_letter"] == "-") & (moves["to_letter"] == "-")]
    behind = counted(conn, made)

    assert behind[-1] == nothing["customers"].sum()  # ordered on neither day: nobody moved
    assert sum(behind) == moves["customers"].sum()
    written = [int(text or 0) for text in made.cells["text"]]
    assert written == [*behind[:-1], 0]


@pytest.mark.parametrize("back", [0, 1, 2])
def test_stage_moves(conn: sa.Connection, ctx: PageContext, back: int) -> None:
    moves = q.stage_moves(conn, scope=EVERYTHING, stages=STAGE_OF)
    made = matrices.stage_moves(ctx, moves, month_ends(DAY)[-1 - back])
    written = [int(text or 0) for text in made.cells["text"]]

    assert sum(written) > 0
    assert written == counted(conn, made)
    stayed = made.cells[made.cells["row"] == made.cells["column"]]
    assert set(stayed["value"].dropna()) <= {0.0}


def test_steps_say_who_moved_first(conn: sa.Connection, ctx: PageContext) -> None:
    named = named_steps(ctx, q.stage_moves(conn, scope=EVERYTHING, stages=STAGE_OF))
    newest = named[named["to_on"] == named["to_on"].max()]
    stays = (newest["from_stage"] == newest["to_stage"]).tolist()

    assert named["to_on"].is_monotonic_decreasing
    assert stays == sorted(stays)
    assert any(stays)


def test_a_group_is_all_its_tests(conn: sa.Connection) -> None:
    own = mart("customer_scores")
    rows = conn.execute(sa.select(own.c.customer_id, own.c.stage_history)).all()
    was_loyal = {row.customer_id for row in rows if row.stage_history[-2] == "l"}
    group = (Is("stage_history", "l", -2),)
    found = scored_list(conn, scope=EVERYTHING, group=group, limit=99)

    assert set(found["customer_id"]) == was_loyal == {"c1"}
    assert scored_count(conn, scope=NOBODY, group=()) == 0
    assert scored_count(conn, scope=EVERYTHING, group=(*group, Is("stage", "lost"))) == 0
    amounts = scored_list(conn, scope=EVERYTHING, group=(), limit=99)["net_amount"].dropna()
    assert amounts.is_monotonic_decreasing


def test_matrix_is_drawn_as_given() -> None:
    cells = pd.DataFrame(
        [("a", "x", 1.0, "1", "a x"), ("b", "y", float("nan"), "", "b y")],
        columns=["row", "column", "value", "text", "hover"],
    )
    heat, pointed = matrix(cells, ["a", "b"], ["x", "y"], row_title="r", column_title="c").data

    assert np.array_equal(heat.z, [[1.0, np.nan], [np.nan, np.nan]], equal_nan=True)
    assert [list(line) for line in heat.text] == [["1", ""], ["", ""]]
    assert [list(each) for each in pointed.customdata] == [["a x", 0], ["b y", 1]]
