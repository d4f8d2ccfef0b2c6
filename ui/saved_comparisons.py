"""Saved comparisons of scenarios on a page: reads, writes, and which one is open."""

import streamlit as st

from crm_data.commands import forecast_scenarios as commands
from crm_data.commands.forecast_scenarios import MAX_NAME
from crm_data.commands.forecast_submissions import MAX_NOTE
from crm_data.saved_scenarios import ComparisonDraft, SavedComparison
from ui import forecast_loaders, urls
from ui import saved_comparison_answers as answers
from ui.context import PageContext
from ui.forecast_choices import known_days
from ui.forecast_loaders import Answer
from ui.forecast_view import ForecastView

__all__ = ["MAX_NAME", "MAX_NOTE", "ComparisonDraft", "SavedComparison"]

OPENED = "comparison"  # parameter of the address: the id of the open one
_DELETED = "_deleted_comparison"


def saved(ctx: PageContext) -> list[SavedComparison]:
    """Return the saved comparisons, the newest first, with what the viewer may see of each."""
    return commands.saved_comparisons(ctx.settings, ctx.scope)


def may_change(ctx: PageContext, one: SavedComparison) -> bool:
    """Return whether the viewer may change or delete it."""
    return commands.may_change(ctx.scope, ctx.viewer, one.owner)


def made_again(ctx: PageContext, one: SavedComparison) -> tuple[ForecastView, Answer] | None:
    """Return view and forecast of a comparison as known now; None where there is no such series.

    Under ``one.scope``, which is never wider than the viewer's.
    """
    days = known_days(ctx)[answers.days_of(one)]
    view = None if days is None else answers.view_of(one, *days)
    if view is None:
        return None
    key = (ctx.settings, ctx.version, one.scope)
    return view, forecast_loaders.answer(*key, view.series_cut(), view.horizon)


def save(
    ctx: PageContext, draft: ComparisonDraft, *, name: str, note: str, is_replacing: bool
) -> SavedComparison:
    """Save a comparison and open it; where ``is_replacing``, over the one of its name."""
    key = " ".join(name.split()).casefold()
    old = [one for one in saved(ctx) if one.name.casefold() == key] if is_replacing else []
    if not old:
        made = commands.save_comparison(
            ctx.settings, ctx.scope, draft, name=name, note=note, now=ctx.now, actor=ctx.viewer
        )
    else:
        made = commands.change_comparison(
            ctx.settings, ctx.scope, old[0].comparison_id, name=name, note=note or None,
            draft=draft, now=ctx.now, actor=ctx.viewer,
        )  # fmt: skip
    open_one(made.comparison_id)
    return made


def rename(ctx: PageContext, comparison_id: str, *, name: str, note: str) -> None:
    """Give a comparison another name and note."""
    commands.change_comparison(
        ctx.settings, ctx.scope, comparison_id, name=name, note=note, now=ctx.now,
        actor=ctx.viewer,
    )  # fmt: skip


def delete(ctx: PageContext, comparison_id: str) -> None:
    """Delete a comparison; ``undo_delete`` brings it back in this session."""
    commands.delete_comparison(
        ctx.settings, ctx.scope, comparison_id, now=ctx.now, actor=ctx.viewer
    )
    st.session_state[_DELETED] = comparison_id
    close()


def deleted() -> str:
    """Return the comparison that was deleted last in this session; empty without one."""
    return str(st.session_state.get(_DELETED, ""))


def undo_delete(ctx: PageContext) -> None:
    """Bring back the comparison that was deleted last, and open it."""
    key = st.session_state[_DELETED]
    commands.restore_comparison(ctx.settings, ctx.scope, key, now=ctx.now, actor=ctx.viewer)
    del st.session_state[_DELETED]
    open_one(key)


def asked() -> str:
    """Return the id of the open comparison; empty without one."""
    return st.query_params.get(OPENED, "")


def open_one(comparison_id: str) -> None:
    """Open a comparison below the list."""
    urls.write({OPENED: [comparison_id]})


def close() -> None:
    """Close the open comparison."""
    urls.write({}, clears=(OPENED,))


def show_above(ctx: PageContext, one: SavedComparison) -> None:
    """Write the question of a comparison into the address: the page shows it."""
    days = known_days(ctx)[answers.days_of(one)]
    day = one.as_of if days is None else days[1]
    urls.write(answers.address_of(one, day), clears=answers.PARAMETERS)
