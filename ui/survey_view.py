"""What the page Satisfaction is asked to show, read from the address, and what was found."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

import pandas as pd
import streamlit as st

from analytics.satisfaction_scales import KINDS, Kind, Tally, tally
from crm_data.errors import BadInputError
from ui import survey_loaders as load
from ui import urls
from ui.attribute_filters import attribute_filters, described
from ui.context import PageContext
from ui.defined_tile import Behind
from ui.errors import sentence
from ui.filters import MISSING
from ui.sales_periods import LEAD_PERIODS, lead_period
from ui.segment_filter import segment_picker
from ui.survey_drawer import ANSWERS

FILTERS = ("region", "channel", "step", "team", "agent_id", "ticket_category")
GROUPS = (
    "step", "agent_id", "team", "ticket_category", "channel", "region", "value_band", "tenure_band",
)  # fmt: skip


@dataclass(frozen=True)
class Counted:
    """One score of a cut: the answers, or why they have no score."""

    kind: Kind
    held: Tally | None
    refused: str = ""


@dataclass(frozen=True)
class SurveyView:
    """The choices of the page.

    Attributes
    ----------
    cut : AnswerCut
        Answers given in the period, with the filters; of all kinds.
    first, last : date
        Days with news of any answer.
    kinds : tuple of str
        Scores that the data has.
    kind : str
        The one that the views are about.
    by : str
        One of ``GROUPS``.
    """

    cut: load.AnswerCut
    start: date
    end: date
    first: date
    last: date
    kinds: tuple[Kind, ...]
    kind: Kind
    by: str

    def of(self, kind: Kind) -> load.AnswerCut:
        """Return the answers of one kind."""
        return replace(self.cut, where=(*self.cut.where, ("kind", (kind,))))

    @property
    def before(self) -> load.AnswerCut:
        """Return the answers of as many days before the period."""
        return replace(self.of(self.kind), start=self.start - (self.end - self.start),
                       end=self.start)  # fmt: skip

    @property
    def of_all_times(self) -> load.AnswerCut:
        """Return the answers chosen, whenever they came."""
        return replace(self.of(self.kind), start=None, end=None)


def survey_view(ctx: PageContext, options: pd.DataFrame) -> SurveyView:
    """Draw the choices above the page and return what is chosen; there is an answer."""
    first, last = load.known_days(ctx.settings, ctx.version)
    last = last or ctx.today
    first = first or last
    offered = _offered(options)
    if ctx.scope.owner_ids is not None and "agent_id" in offered:  # colleagues are not named
        own = [v for v in offered.pop("agent_id") if v in ctx.scope.owner_ids]
        offered |= {"agent_id": own} if len(own) > 1 else {}
    query = urls.query()
    where = tuple(
        (name, tuple(None if v == MISSING else v for v in kept))
        for name, found in offered.items()
        if (kept := [v for v in found if v in set(query.get(name, ()))])
    )
    there = set(options.loc[options["field"] == "kind", "value"])
    kinds: tuple[Kind, ...] = tuple(kind for kind in KINDS if kind in there)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        period = _select(ctx, "period", LEAD_PERIODS, "filter.period", "period.{}")
        kind = _select(ctx, "kind", kinds, "survey.kind", "code.survey_kind.{}")
        if offered:
            attribute_filters(ctx, where, offered, names=FILTERS)
        among = segment_picker(ctx)
    start, end = lead_period(period, first, last + timedelta(days=1))
    end = max(start, end)
    cut = load.AnswerCut(start, end, where, among)
    chosen = next(one for one in kinds if one == kind)
    return SurveyView(cut, start, end, first, last, kinds, chosen, urls.choice("by", GROUPS))


def behind(ctx: PageContext, view: SurveyView) -> Behind:
    """Return what every figure rests on."""
    period = ctx.formats.period(view.start, view.end) if view.end > view.start else ""
    words = described(ctx, view.cut.where, view.cut.among)
    return Behind(period, words, view.last, view.last, ANSWERS, "survey.show")


def counted(ctx: PageContext, kind: Kind, cut: load.AnswerCut) -> Counted:
    """Return the answers of one kind; on more than one scale they are refused."""
    found = load.counts(ctx.settings, ctx.version, ctx.scope, cut, None, "")
    mine = found[found["kind"] == kind]
    try:
        scale = mine["scale"].astype("int64") if len(mine) else None
        return Counted(kind, tally(kind, mine["score"], scale, counts=mine["answers"]))
    except BadInputError as error:
        return Counted(kind, None, sentence(ctx.t, error))


def _offered(options: pd.DataFrame) -> dict[str, list[str]]:
    values = {
        str(field): [MISSING if v is None or v != v else str(v) for v in part["value"]]
        for field, part in options.groupby("field")
    }
    return {
        name: sorted(v for v in values[name] if v != MISSING)
        + [MISSING] * (MISSING in values[name])
        for name in FILTERS
        if len(values.get(name, ())) > 1
    }


def _select(
    ctx: PageContext, name: str, options: tuple[str, ...], label: str, names: str
) -> str:  # fmt: skip
    chosen = urls.choice(name, options)
    st.selectbox(
        ctx.t(label), options, format_func=partial(_named, ctx, names), key=name,
        on_change=urls.write_choice, args=(name,), width=270, filter_mode=None,
    )  # fmt: skip
    return chosen


def _named(ctx: PageContext, names: str, option: str) -> str:
    return ctx.t(names.format(option))
