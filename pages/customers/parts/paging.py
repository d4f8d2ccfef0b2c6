"""Pages of a list, with the number of the page in the address."""

import streamlit as st

from ui import urls
from ui.context import PageContext

PAGE = "page"


def page_of(asked: str, total: int, size: int) -> int:
    """Return the page that the address asks for, from 1, moved into what there is."""
    last = max(1, -(-total // size))
    if not (asked.isascii() and asked.isdecimal()):
        return 1
    return min(max(1, int(asked[:9])), last)


def one(name: str) -> str:
    """Return a parameter of the address; empty when it is not there."""
    values = urls.query().get(name) or [""]
    return values[-1]


def pager(ctx: PageContext, *, page: int, size: int, total: int, key: str) -> None:
    """Say which part of the list is shown, with buttons to the pages around it."""
    f = ctx.formats
    first, last = (page - 1) * size + 1, min(page * size, total)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(
            ctx.t("rows.count", n=f.count(total), first=f.count(first), last=f.count(last)),
            width="stretch",
        )
        if total <= size:
            return
        for label, icon, target in (
            ("rows.previous", ":material/chevron_left:", page - 1),
            ("rows.next", ":material/chevron_right:", page + 1),
        ):
            st.button(
                ctx.t(label),
                key=f"{key}_{label}",
                icon=icon,
                disabled=not 1 <= target <= -(-total // size),
                on_click=urls.write,
                args=({PAGE: [str(target)]},),
            )
