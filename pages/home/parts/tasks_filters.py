"""Which tasks: whose, due when, of which owner, kind and page; all of it in the address."""

from functools import partial

import pandas as pd
import streamlit as st

from pages.customers.parts.paging import PAGE
from ui import task_loaders as load
from ui import task_words, urls
from ui.context import PageContext
from ui.task_view import FIELDS, NOBODY, WHEN, Chosen, TaskView, keys_of, week_end

_WHOSE, _WHEN = "whose", "when"


def whose(ctx: PageContext) -> tuple[str, ...]:
    """Return whose tasks can be chosen, what is shown at first in front."""
    return ("all", "mine") if load.starts_with_all(ctx) else ("mine", "all")


def part(ctx: PageContext, view: TaskView) -> Chosen:
    """Draw the filters and return the tasks that they keep. Open ones are counted, not read."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _choice(ctx, _WHOSE, whose(ctx), {one: ctx.t(f"tasks.whose_{one}") for one in whose(ctx)})
        opened = _of(ctx, load.open_counts(ctx, week_end(ctx.today)))
        is_open = view.state == "open"
        shown = opened if is_open else _of(ctx, load.listed(ctx, view.state))
        _selects(ctx, view, shown)
    kept = view.kept(opened)
    counts = kept.groupby("due")["tasks"].sum().to_dict() | {"open": int(kept["tasks"].sum())}
    labels = {
        name: ctx.t(f"tasks.when_{name}")
        + (f" · {ctx.formats.count(counts[name])}" if counts.get(name) else "")
        for name in WHEN
    }
    _choice(ctx, _WHEN, WHEN, labels)
    if not is_open:
        found = view.kept(shown)
        return Chosen(len(found), lambda at, size: found.iloc[at : at + size], lambda: found)
    asked = view.part(ctx.today, None if _is_all() else load.mine(ctx))
    return Chosen(
        int(counts.get(view.when, 0)),
        partial(load.open_page, ctx, asked),
        lambda: asked.kept(load.listed(ctx, "open")).reset_index(drop=True),
    )


def described(ctx: PageContext, view: TaskView) -> str:
    """Return the filters in words, for exports."""
    chosen = urls.query().get(_WHOSE, [""])[-1]
    first = chosen if chosen in whose(ctx) else whose(ctx)[0]
    parts = [ctx.t(f"tasks.whose_{first}"), ctx.t(f"tasks.when_{view.when}")]
    parts += [
        f"{ctx.t(f'tasks.{name}')} = {_name(ctx, name, getattr(view, name))}"
        for name in FIELDS
        if getattr(view, name)
    ]
    return ctx.t("filter.separator").join(parts)


def _is_all() -> bool:
    return bool(st.session_state[_WHOSE] == "all")


def _of(ctx: PageContext, found: pd.DataFrame) -> pd.DataFrame:
    if _is_all():
        return found
    return found[load.is_mine(ctx, found)].reset_index(drop=True)


def _choice(ctx: PageContext, name: str, options: tuple[str, ...], labels: dict[str, str]) -> None:
    urls.choice(name, options)
    st.segmented_control(
        ctx.t(f"tasks.{name}"),
        options,
        format_func=labels.__getitem__,
        key=name,
        required=True,
        on_change=_write,
        args=(name,),
        help=ctx.t(f"tasks.{name}_help"),
    )


def _selects(ctx: PageContext, view: TaskView, shown: pd.DataFrame) -> None:
    """Draw a choice of each field that has something to choose from."""
    keys = keys_of(shown)
    for name in FIELDS:
        asked = getattr(view, name)
        values = sorted({*keys[name], *([asked] if asked else [])})
        if len(values) < 2 and not asked:
            continue
        key = f"tasks_{name}"
        st.session_state[key] = asked
        st.selectbox(
            ctx.t(f"tasks.{name}"), ["", *values], format_func=partial(_name, ctx, name), key=key,
            on_change=_filter, args=(name,), width=160,
        )  # fmt: skip


def _name(ctx: PageContext, field: str, value: str) -> str:
    if not value:
        return ctx.t("tasks.any")
    if field == "owner":
        return task_words.owner(ctx, "" if value == NOBODY else value)
    named = task_words.kind_name if field == "kind" else task_words.page_name
    return named(ctx, value)


def _write(name: str) -> None:
    urls.write({name: [str(st.session_state[name])]}, clears=(PAGE,))


def _filter(name: str) -> None:
    value = str(st.session_state[f"tasks_{name}"] or "")
    urls.write({name: [value]} if value else {}, clears=(name, PAGE))
