"""What the page Satisfaction is asked to show, read from the address, and what was found."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from analytics.satisfaction_scales import KINDS, Kind, Tally, tally
from crm_data.errors import BadInputError
from ui import survey_loaders as load
from ui import urls
from ui.attribute_filters import (
    attribute_filters,
    described,
    values_offered,
    where_asked,
)
from ui.choices import named_select
from ui.context import PageContext
from ui.defined_tile import Behind
from ui.errors import sentence
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
    offered = values_offered(options, FILTERS)
    if ctx.scope.owner_ids is not None and "agent_id" in offered:  # colleagues are not named
        own = [v for v in offered.pop("agent_id") if v in ctx.scope.owner_ids]
        offered |= {"agent_id": own} if len(own) > 1 else {}
    where = where_asked(offered)
    answers = options[options["field"] == "kind"].set_index("value")["answers"]
    there = set(answers.index)
    kinds: tuple[Kind, ...] = tuple(kind for kind in KINDS if kind in there)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        period = named_select(ctx, "period", LEAD_PERIODS, "filter.period", "period.{}")
        # Opened on the score that most can be said of.
        most = max(kinds, key=lambda one: int(answers[one]), default="")
        kind = named_select(
            ctx, "kind", kinds, "survey.kind", "code.survey_kind.{}", default=most
        )  # fmt: skip
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
