"""What tasks say: their sentence from code and figures, what they are about, when they are due."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd

from crm_data.task_codes import CODES, RETENTION_CALL, RETENTION_FIGURES, FigureKind
from ui import people
from ui import task_loaders as load
from ui.context import PageContext
from ui.formats import NOT_DEFINED, is_missing, plain
from ui.frames import records
from ui.translations import value_name

OWN_WORDS = "own"  # the kind of a task that a person wrote
_FIGURES = {**CODES, RETENTION_CALL: RETENTION_FIGURES}
_IDS = ("response_id", "opportunity_id", "lead_id", "ticket_id", "customer_id")


def kind_of(row: dict[str, Any]) -> str:
    """Return the code of a task, or ``OWN_WORDS``."""
    return OWN_WORDS if is_missing(row["code"]) else str(row["code"])


def kind_name(ctx: PageContext, kind: str) -> str:
    """Return what a kind of tasks is called; the code itself where this release has no name."""
    key = f"task.kind_{kind}"
    return ctx.t(key) if key in ctx.t else kind


def sentence(ctx: PageContext, row: dict[str, Any]) -> str:
    """Return what is to be done, in the viewer's language; as plain text."""
    code = kind_of(row)
    kinds = _FIGURES.get(code)
    if kinds is None:
        return code if is_missing(row["title"]) else str(row["title"]) or code
    given = json.loads(str(row["figures"]))
    write = _writers(ctx)
    return ctx.t(
        f"task.{code}",
        **{name: write[kind](name, given.get(name)) for name, kind in kinds.items()},
    )


def due(ctx: PageContext, row: dict[str, Any]) -> str:
    """Return when a task is due, marked where it is time; for where Markdown is read."""
    t, f = ctx.t, ctx.formats
    day = pd.Timestamp(row["due_on"]).date()
    late = (ctx.today - day).days
    if row["status"] == "done":
        return t("tasks.was_done", when=plain(f.instant(row["done_at"])))
    words = plain(f.day(day))
    if late > 0:
        words = f":red[**{t('tasks.due_late', day=words, n=f.count(late))}**]"
    elif late == 0:
        words = f":orange[**{t('tasks.due_today')}**]"
    else:
        words = t("tasks.due_on", day=words)
    until = row["snoozed_until"]
    if not is_missing(until) and pd.Timestamp(until).date() > ctx.today:
        words += " · " + t("tasks.until", day=plain(f.day(until)))
    return words


def with_names(ctx: PageContext, frame: pd.DataFrame) -> pd.DataFrame:
    """Return ``TASKS`` with ``about`` and ``is_customer_visible``.

    Of subjects that the viewer may not see, or that the data lacks, only the number is told.
    """
    asked = sorted(
        {
            (name.removesuffix("_id"), str(one))
            for name in _IDS
            for one in frame[name].dropna().unique()
        }
    )
    found = load.subjects(ctx.settings, ctx.version, ctx.scope, tuple(asked))
    names = {(row["kind"], row["subject_id"]): row for row in records(found)}
    rows = records(frame)
    return frame.assign(
        about=[_about(ctx, row, names) for row in rows],
        is_customer_visible=[("customer", row["customer_id"]) in names for row in rows],
    )


def owner(ctx: PageContext, owner_id: object) -> str:
    """Return whose task it is."""
    if is_missing(owner_id) or not owner_id:
        return ctx.t("tasks.nobody")
    return ctx.t("tasks.me") if owner_id == ctx.viewer else people.person(ctx, str(owner_id))


def page_name(ctx: PageContext, origin: str) -> str:
    """Return the name of the page that raised a task."""
    key = f"page.{origin}"
    return ctx.t(key) if key in ctx.t else origin


def worded(ctx: PageContext, frame: pd.DataFrame) -> pd.DataFrame:
    """Return ``TASKS`` as an export says them."""
    named = with_names(ctx, frame)
    rows = records(named)
    return pd.DataFrame(
        {
            "task": [sentence(ctx, row) for row in rows],
            "task_kind": [kind_name(ctx, kind_of(row)) for row in rows],
            "task_about": named["about"],
            "task_due_on": named["due_on"],
            "task_owner": [owner(ctx, row["owner_id"]) for row in rows],
            "task_status": [ctx.t(f"tasks.status_{row['status']}") for row in rows],
            "task_snoozed_on": named["snoozed_until"],
            "task_done_at": named["done_at"],
            "task_outcome": [
                None if is_missing(one) else value_name(ctx.t, "task_outcome", one)
                for one in named["outcome"]
            ],
            "task_note": named["note"],
            "task_origin": [page_name(ctx, str(row["origin"])) for row in rows],
            "task_origin_query": named["origin_query"],
            "task_made_by": named["created_by"],
            "task_made_at": named["created_at"],
            **{name: named[name] for name in _IDS[::-1]},
        }
    )


def _about(ctx: PageContext, row: dict[str, Any], names: dict[Any, dict[str, Any]]) -> str:
    parts: list[str] = []
    for name in _IDS:
        one, kind = row[name], name.removesuffix("_id")
        if is_missing(one):
            continue
        found = names.get((kind, one))
        called = None if found is None else found["name"]
        if kind == "ticket" and not is_missing(called):
            called = f"{value_name(ctx.t, 'category', called)} {one}"
        if kind == "response" and not is_missing(called):
            called = f"{value_name(ctx.t, 'survey_kind', called)} {one}"
        shown = str(one if is_missing(called) else called)
        if kind == "customer" and any(shown in part for part in parts):
            continue  # deals are often called after their customer
        parts.append(shown if kind == "customer" else ctx.t(f"tasks.about_{kind}", name=shown))
    return " · ".join(parts)


def _writers(ctx: PageContext) -> dict[FigureKind, Callable[[str, Any], str]]:
    f = ctx.formats

    def text(name: str, value: Any) -> str:
        return NOT_DEFINED if value is None else value_name(ctx.t, name, value)

    def day(_name: str, value: Any) -> str:
        return f.day(None if value is None else date.fromisoformat(value))

    return {
        "text": text,
        "day": day,
        "money": lambda _name, value: f.money_compact(value),
        "count": lambda _name, value: f.count(value),
        "number": lambda _name, value: f.number(value, 1),
        "share": lambda _name, value: f.share(value, 0),
    }
