"""Segments and stages against each other: the RFM map, moves, and how both views agree.

Each is cells in words for a person, and the group of customers behind each of them.
"""

from dataclasses import dataclass
from datetime import date

import pandas as pd
import streamlit as st

from analytics.lifecycle_rules import LETTERS as STAGE_LETTERS
from analytics.lifecycle_rules import STAGES
from analytics.rfm_rules import LETTERS as RFM_LETTERS
from analytics.rfm_rules import NO_LETTER, SEGMENTS, RfmRules
from charts import segments as charts
from ui import figures
from ui.context import PageContext
from ui.scored_drawer import SCORED, request_of
from ui.segment_figures import NEW, STAGE_WORDS
from ui.segment_map_loaders import Group, Is
from ui.translations import value_name

MEASURES = ("customers", "net_amount", "revenue_per_customer")
_SCORES = ("1", "2", "3", "4", "5")
Cell = tuple[str, str, float, str, str]  # row, column, value, text, hover


@dataclass(frozen=True)
class Matrix:
    """A table of two groupings.

    Attributes
    ----------
    cells : DataFrame
        ``row``, ``column``, ``value``, ``text``, ``hover``, see `charts.segments.matrix`.
    groups : list
        Of each cell, its customers and what a person calls them.
    rows, columns : tuple of str
        Names in order.
    """

    cells: pd.DataFrame
    groups: list[tuple[Group, str]]
    rows: tuple[str, ...]
    columns: tuple[str, ...]


def draw(
    ctx: PageContext,
    matrix: Matrix,
    *,
    key: str,
    titles: tuple[str, str],
    alt: str,
    among: str,
    row_height: int = 34,
) -> None:
    """Draw a matrix whose cells open their customers; ``titles`` are of rows and columns."""

    def on_click() -> None:
        place = figures.clicked_row(key)
        if place is not None and matrix.cells["text"].iloc[place]:
            group, subject = matrix.groups[place]
            SCORED.ask(request_of(ctx, group, among, subject))

    figure = charts.matrix(
        matrix.cells,
        matrix.rows,
        matrix.columns,
        row_title=titles[0],
        column_title=titles[1],
        row_height=row_height,
        mode=ctx.theme,
    )
    figures.draw(figures.spec_of(figure), alt=alt, key=key, on_click=on_click)
    st.caption(ctx.t("segments.cell_hint"))


def rfm_map(ctx: PageContext, cells: pd.DataFrame, rules: RfmRules, measure: str) -> Matrix:
    """Return the map of one of MEASURES."""
    f, total = ctx.formats, cells[["customers", "net_amount"]].sum()
    known = cells.set_index(["fm", "r"])
    found: list[Cell] = []
    groups: list[tuple[Group, str]] = []
    for fm in range(5, 0, -1):
        for r in range(1, 6):
            name = value_name(ctx.t, "rfm_segment", rules.grid[fm - 1][r - 1])
            groups.append(((Is("fm", fm), Is("r", r)), f"{name} · R {r} · FM {fm}"))
            value, number, hover = float("nan"), ctx.t("rfm.nobody"), ctx.t("rfm.nobody")
            if (fm, r) in known.index:
                n, money = (known[each].get((fm, r), 0.0) for each in ("customers", "net_amount"))
                values = {"customers": n, "net_amount": money, "revenue_per_customer": money / n}
                value = float(values[measure])
                write = f.count_compact if measure == "customers" else f.money_compact
                number = write(value)
                hover = ctx.t(
                    "rfm.cell",
                    n=f.count(int(n)),
                    share=f.share(n / total["customers"]),
                    money=f.money_compact(money),
                    money_share=(
                        f.share(money / total["net_amount"]) if total["net_amount"] > 0 else "–"
                    ),
                    each=f.money_compact(money / n),
                )
            text = f"<b>{number}</b><br>{name}"
            found.append((str(fm), str(r), value, text, f"{groups[-1][1]}<br>{hover}"))
    return Matrix(_frame(found), groups, _SCORES[::-1], _SCORES)


def rfm_moves(ctx: PageContext, moves: pd.DataFrame, before: int, after: int) -> Matrix:
    """Return moves (`RFM_MOVES`) between two places of the histories, 0 is the oldest."""
    letters = dict(zip(SEGMENTS, RFM_LETTERS, strict=True)) | {"none": NO_LETTER}
    counts = moves.set_index(["from_letter", "to_letter"])["customers"]
    sides = [
        [(_name(ctx, "rfm_segment", code), Is("rfm_history", letter, place + 1))
         for code, letter in letters.items()]
        for place in (before, after)
    ]  # fmt: skip
    return _moves(ctx, counts, sides[0], sides[1])


def stage_moves(ctx: PageContext, moves: pd.DataFrame, to_on: date) -> Matrix:
    """Return the moves (`STAGE_MOVES`) of the step that ends on a day."""
    step = moves[moves["to_on"] == pd.Timestamp(to_on)]
    letters = dict(zip(STAGES, STAGE_LETTERS, strict=True)) | {NEW: NO_LETTER}
    from_end = -1 - int(moves.loc[moves["to_on"] > pd.Timestamp(to_on), "to_on"].nunique())
    counts = step.assign(
        before=step["from_stage"].map(letters), after=step["to_stage"].map(letters)
    ).set_index(["before", "after"])["customers"]
    sides = [
        [(_name(ctx, STAGE_WORDS, code), Is("stage_history", letter, place))
         for code, letter in letters.items()]
        for place in (from_end - 1, from_end)
    ]  # fmt: skip
    return _moves(ctx, counts, sides[0], sides[1][:-1])


def rfm_by_stage(ctx: PageContext, counts: pd.DataFrame) -> Matrix:
    """Return RFM segments against stages."""
    known = counts.set_index(["rfm_segment", "stage"])["customers"]
    segments = [name for name in SEGMENTS if name in set(counts["rfm_segment"])]
    stages = [name for name in STAGES if name in set(counts["stage"])]
    found: list[Cell] = []
    groups: list[tuple[Group, str]] = []
    for segment in segments:
        of_segment = int(known[segment].sum())
        for stage in stages:
            n = int(known.get((segment, stage), 0))
            names = (_name(ctx, "rfm_segment", segment), _name(ctx, STAGE_WORDS, stage))
            groups.append(((Is("rfm_segment", segment), Is("stage", stage)), " · ".join(names)))
            share = ctx.formats.share(n / of_segment)
            hover = ctx.t("rfm.crossed", segment=names[0], stage=names[1], share=share,
                          n=ctx.formats.count(n))  # fmt: skip
            written = ctx.formats.count_compact(n) if n else ""
            shade = n / of_segment if n else float("nan")
            found.append((*names, shade, written, hover))
    named = [_name(ctx, "rfm_segment", one) for one in segments]
    return Matrix(
        _frame(found), groups, tuple(named), tuple(_name(ctx, STAGE_WORDS, one) for one in stages)
    )


def _moves(
    ctx: PageContext,
    counts: pd.Series,
    before: list[tuple[str, Is]],
    after: list[tuple[str, Is]],
) -> Matrix:
    """Return counts by letters before and after; who stayed is written, but not shaded."""
    found: list[Cell] = []
    groups: list[tuple[Group, str]] = []
    for was, was_so in before:
        for now, now_so in after:
            n = int(counts.get((was_so.value, now_so.value), 0))
            if was_so.value == now_so.value == NO_LETTER:
                n = 0  # had not ordered on either day: nobody moved
            shade = float("nan") if not n else 0.0 if was == now else float(n)
            written = ctx.formats.count_compact(n) if n else ""
            hover = ctx.t("rfm.moved", before=was, after=now, n=ctx.formats.count(n))
            found.append((was, now, shade, written, hover))
            groups.append(((was_so, now_so), f"{was} → {now}"))
    return Matrix(
        _frame(found), groups, tuple(name for name, _ in before), tuple(name for name, _ in after)
    )


def _frame(found: list[Cell]) -> pd.DataFrame:
    return pd.DataFrame(found, columns=["row", "column", "value", "text", "hover"])


def _name(ctx: PageContext, field: str, code: str) -> str:
    return value_name(ctx.t, field, code)
