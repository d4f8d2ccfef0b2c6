"""Accepting and undoing repairs from a page: stored at once, built in a job. Cached reads."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from crm_data.commands.repairs import Suggestion, accept_repairs, suggestions, undo_repairs
from crm_data.queries.repairs import repair_candidates
from crm_data.repairs import Repair, repairs
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui import actions, loaders
from ui.context import PageContext
from ui.jobs import Job, Report, jobs_of

ACCEPT, UNDO = "repairs_accept", "repairs_undo"


@dataclass(frozen=True)
class Repaired:
    """What was accepted or undone, and the version that counts so."""

    repairs: tuple[Repair, ...]
    version: str


@st.cache_data(ttl=loaders.TTL, max_entries=20, show_spinner=False)
def _candidates(settings: Settings, scope: AccessScope, version: str) -> pd.DataFrame:
    with loaders.reading(settings, version) as conn:
        return repair_candidates(conn, scope=scope)


def suggested(ctx: PageContext) -> list[Suggestion]:
    """Return what the published version suggests and nobody has accepted, most rows first."""
    if not ctx.version:
        return []
    return suggestions(_candidates(ctx.settings, ctx.scope, ctx.version), repairs(ctx.settings))


def stored(ctx: PageContext) -> list[Repair]:
    """Return every repair, undone ones included, newest first."""
    return repairs(ctx.settings, with_undone=True)[::-1]


def accept(ctx: PageContext, chosen: Sequence[Suggestion]) -> Job:
    """Store repairs and begin the build that makes them."""
    actions.refuse_part(ctx)

    def work(report: Report) -> Repaired:
        made = accept_repairs(ctx.settings, chosen, now=ctx.now, actor=ctx.viewer)
        return Repaired(tuple(made), actions.rebuilt(ctx, report))

    return jobs_of(ctx.settings).start(ACCEPT, work, by=ctx.viewer, at=ctx.now)


def undo(ctx: PageContext, repair: Repair) -> Job:
    """Take a repair back and begin the build without it."""
    actions.refuse_part(ctx)

    def work(report: Report) -> Repaired:
        gone = undo_repairs(ctx.settings, [repair.repair_id], now=ctx.now, actor=ctx.viewer)
        return Repaired(tuple(gone), actions.rebuilt(ctx, report))

    return jobs_of(ctx.settings).start(UNDO, work, by=ctx.viewer, at=ctx.now)
