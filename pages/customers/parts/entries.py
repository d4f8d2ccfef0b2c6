"""One entry of the timeline. What a source wrote is shown as plain text, never as Markdown."""

from typing import Any

import streamlit as st

from pages.customers.parts.identity import word
from pages.customers.parts.paging import one
from ui import customer_loaders as load
from ui import rows, urls
from ui.context import PageContext
from ui.formats import NOT_DEFINED, plain

ICONS = {
    "order": ":material/shopping_bag:",
    "interaction": ":material/forum:",
    "campaign": ":material/campaign:",
    "ticket": ":material/support_agent:",
    "survey": ":material/rate_review:",
    "deal": ":material/handshake:",
    "subscription": ":material/autorenew:",
}
_ORDER = "order"
_MAX_BODY = 2_000
_TITLES = {"ticket": "ticket_category"}
_REASONS = {"deal": "loss_reason", "subscription": "end_reason"}
_STEPS = ("created", "won", "lost", "closed", "started", "ended")


def entry(ctx: PageContext, customer_id: str, row: dict[str, Any], number: int) -> None:
    """Draw an entry: kind and time, amount, what it is, what was said; an order opens its lines."""
    kind, amount = row["kind"], row["amount"]
    step = f"_{row['step']}" if row["step"] in _STEPS else ""
    with st.container(gap=None, key=f"entry_{number}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            head = f"{ICONS[kind]} **{ctx.t(f'timeline.{kind}{step}')}** · {time_of(ctx, row)}"
            st.markdown(head, width="stretch")
            is_open = one(_ORDER) == row["item_id"] and kind == "order"
            if kind == "order" and row["lines"]:
                _lines_button(ctx, row["item_id"], number, is_open=is_open)
            if amount is not None and (amount or kind != "campaign"):
                st.markdown(f"**{plain(ctx.formats.money(amount))}**", width="content")
        st.text(" · ".join(facts(ctx, row)) or NOT_DEFINED)
        for written in (row["title"] if kind == "interaction" else None, _body(ctx, row)):
            if written:
                st.text(written[:_MAX_BODY] + "…" * (len(written) > _MAX_BODY))
        if is_open:
            key = (ctx.settings, ctx.version, ctx.scope, customer_id, row["item_id"])
            lines = load.lines_of_order(*key)
            rows.table(ctx, lines, key=f"lines_table_{number}")


def time_of(ctx: PageContext, row: dict[str, Any]) -> str:
    """Return when it happened: an instant, a day, or that it is not recorded."""
    if row["happened_at"] is None:
        return ctx.t("timeline.no_time")
    written = ctx.formats.instant if row["has_time"] else ctx.formats.day
    return written(row["happened_at"])


def facts(ctx: PageContext, row: dict[str, Any]) -> list[str]:
    """Return what an entry is, in words, most telling first."""
    known = _subject(ctx, row)
    if row["channel"]:
        known.append(word(ctx, "channel", row["channel"]))
    if row["detail"] and row["kind"] != "survey":
        codes = [code for code in row["detail"].split(",") if code != "converted"]
        known += [word(ctx, row["kind"], code) for code in codes]
    if row["person"]:
        known.append(str(row["person"]))
    if row["until_at"] is not None:
        when = ctx.formats.instant(row["until_at"])
        known.append(ctx.t(f"timeline.{row['kind']}_until", when=when))
    return known


def _subject(ctx: PageContext, row: dict[str, Any]) -> list[str]:
    """Return name and state of what an entry is about."""
    kind, title, status = row["kind"], row["title"], row["status"]
    if kind == "order":
        lines = [ctx.t("timeline.lines", n=ctx.formats.count(row["lines"]))] if row["lines"] else []
        return [str(row["item_id"]), word(ctx, "status", status), *lines]
    if kind == "survey":
        return [word(ctx, "survey", row["detail"] or "survey"), _score(ctx, row)]
    named = [word(ctx, _TITLES.get(kind, ""), title)] if title and kind != "interaction" else []
    if not status:
        return named
    if kind == "campaign":
        return [*named, ctx.t("timeline.arm", arm=word(ctx, "arm", status))]
    return [*named, word(ctx, "stage" if kind == "deal" else "status", status)]


def _body(ctx: PageContext, row: dict[str, Any]) -> str | None:
    """Return what was said; a reason is a word of the data model, the rest is what people wrote."""
    body: str | None = row["body"]
    if body is None or row["kind"] not in _REASONS:
        return body
    return word(ctx, _REASONS[row["kind"]], body)


def _score(ctx: PageContext, row: dict[str, Any]) -> str:
    score = ctx.formats.number(row["score"], 1)
    if row["scale_max"] is None:
        return score
    return ctx.t("timeline.score", score=score, best=ctx.formats.number(row["scale_max"], 0))


def _lines_button(ctx: PageContext, order_id: str, number: int, *, is_open: bool) -> None:
    """Draw the button that writes into the address whose lines are shown."""
    st.button(
        ctx.t("timeline.hide_lines" if is_open else "timeline.show_lines"),
        key=f"lines_{number}",
        type="tertiary",
        icon=":material/expand_less:" if is_open else ":material/expand_more:",
        on_click=urls.write,
        args=({} if is_open else {_ORDER: [order_id]},),
        kwargs={"clears": (_ORDER,)},
    )
