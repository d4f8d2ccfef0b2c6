"""The menu. A page is one line here; ``tests/pages/test_contract.py`` checks the rest."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from ui import styles, task_loaders, urls
from ui.context import PageContext
from ui.errors import boundary

_AT_ROOT = "_at_root"
TASKS = "tasks"  # its name carries how many are due
_NAME = re.compile(r"[A-Za-z0-9_.~-]{1,80}")
AREAS: tuple[str, ...] = ("home", "customers", "sales", "marketing", "service", "data")


@dataclass(frozen=True)
class PageSpec:
    """One page: its address, its module with ``render(ctx)``, and its place in the menu.

    Labels: ``page.<url_path>`` is the name, ``page.<url_path>.help`` the question it answers.
    """

    url_path: str
    module: str
    area: str
    icon: str
    in_menu: bool = True
    needs_data: bool = True

    @property
    def label(self) -> str:
        """Label key of the page's name."""
        return f"page.{self.url_path}"


PAGES: tuple[PageSpec, ...] = (
    PageSpec("overview", "pages.home.overview", "home", ":material/monitoring:"),
    PageSpec(TASKS, "pages.home.tasks", "home", ":material/task_alt:"),
    PageSpec("alerts", "pages.home.alerts", "home", ":material/notifications:"),
    PageSpec("scorecard", "pages.home.scorecard", "home", ":material/scoreboard:"),
    PageSpec("customers", "pages.customers.lookup", "customers", ":material/search:"),
    PageSpec(
        "customer", "pages.customers.profile", "customers", ":material/person:", in_menu=False
    ),
    PageSpec("segments", "pages.customers.segments", "customers", ":material/groups:"),
    PageSpec("value", "pages.customers.value", "customers", ":material/savings:"),
    PageSpec("retention", "pages.customers.retention", "customers", ":material/repeat:"),
    PageSpec("churn", "pages.customers.churn", "customers", ":material/logout:"),
    PageSpec("churn_model", "pages.customers.churn_model", "customers", ":material/rule:"),
    PageSpec("key_customers", "pages.customers.key_customers", "customers", ":material/star:"),
    PageSpec("offers", "pages.customers.offers", "customers", ":material/redeem:"),
    PageSpec(
        "retention_actions",
        "pages.customers.retention_actions",
        "customers",
        ":material/checklist:",
    ),
    PageSpec("pipeline", "pages.sales.pipeline", "sales", ":material/view_kanban:"),
    PageSpec("movement", "pages.sales.movement", "sales", ":material/waterfall_chart:"),
    PageSpec("forecast", "pages.sales.forecast", "sales", ":material/timeline:"),
    PageSpec("leads", "pages.sales.leads", "sales", ":material/person_add:"),
    PageSpec("team", "pages.sales.team", "sales", ":material/leaderboard:"),
    PageSpec("campaigns", "pages.marketing.campaigns", "marketing", ":material/campaign:"),
    PageSpec("experiments", "pages.marketing.experiments", "marketing", ":material/science:"),
    PageSpec("response", "pages.marketing.response", "marketing", ":material/contact_mail:"),
    PageSpec("budget", "pages.marketing.budget", "marketing", ":material/tune:"),
    PageSpec("attribution", "pages.marketing.attribution", "marketing", ":material/share:"),
    PageSpec("post_mortems", "pages.marketing.post_mortems", "marketing", ":material/fact_check:"),
    PageSpec("tickets", "pages.service.tickets", "service", ":material/support_agent:"),
    PageSpec("satisfaction", "pages.service.satisfaction", "service", ":material/mood:"),
    PageSpec("comments", "pages.service.comments", "service", ":material/forum:"),
    PageSpec("imports", "pages.data.imports", "data", ":material/upload_file:", needs_data=False),
    PageSpec("quality", "pages.data.quality", "data", ":material/fact_check:"),
    PageSpec("duplicates", "pages.data.duplicates", "data", ":material/join_inner:"),
    PageSpec("glossary", "pages.data.glossary", "data", ":material/menu_book:", needs_data=False),
)


def menu(ctx: PageContext) -> Any:
    """Register the pages and return the one that is asked for."""
    by_area: dict[str, list[Any]] = {ctx.t(f"area.{area}"): [] for area in AREAS}
    for spec in PAGES:
        page = st.Page(
            partial(_render, spec, ctx),
            title=_title(ctx, spec),
            help=ctx.t(f"{spec.label}.help"),
            icon="",  # as a browser-tab icon it would be fetched from the network
            url_path="" if spec is PAGES[0] else spec.url_path,
            default=spec is PAGES[0],
            visibility="visible" if spec.in_menu and not _hides(spec) else "hidden",
        )
        by_area[ctx.t(f"area.{spec.area}")].append(page)
    by_area[ctx.t(f"area.{PAGES[0].area}")].insert(0, _start_by_name(ctx))
    by_area[ctx.t(f"area.{PAGES[0].area}")] += _elsewhere(ctx)
    chosen = st.navigation(by_area, position="sidebar" if _is_phone() else "hidden", expanded=True)
    st.session_state[_AT_ROOT] = not chosen.url_path
    urls.follow(chosen.url_path or PAGES[0].url_path)
    return chosen


def _start_by_name(ctx: PageContext) -> Any:
    """Return the start page under its own name: Streamlit serves a default page at ``/`` only."""
    start = PAGES[0]
    return st.Page(
        partial(_render, start, ctx),
        title=ctx.t(start.label),
        icon="",
        url_path=start.url_path,
        visibility="visible" if _hides(start) else "hidden",
    )


def _elsewhere(ctx: PageContext) -> list[Any]:
    """Return a page for an address that is none: Streamlit would say so in English only."""
    name = urlsplit(st.context.url or "").path.rpartition("/")[2]
    if not _NAME.fullmatch(name) or any(name == spec.url_path for spec in PAGES):
        return []
    draw = partial(_nowhere, ctx)
    return [st.Page(draw, title=ctx.t("page.nowhere"), url_path=name, visibility="hidden")]


def _nowhere(ctx: PageContext) -> None:
    styles.put_on(ctx.language)
    with boundary(ctx.t):
        st.title(ctx.t("page.nowhere"), anchor=False)
        st.info(ctx.t("page.nowhere.help"), icon=":material/explore_off:")
        for spec in PAGES:
            if spec.in_menu:
                link(spec.url_path, ctx.t(spec.label), icon=spec.icon)


def _hides(spec: PageSpec) -> bool:
    """Whether the menu shows the start page by its name instead: only that would be marked."""
    path = urlsplit(st.context.url or "").path
    return spec is PAGES[0] and path.rstrip("/").endswith(f"/{spec.url_path}")


def links(ctx: PageContext) -> None:
    """Draw the menu: Streamlit's own loses filters and language on the way.

    On a telephone it is Streamlit's own, because only that closes behind a choice; ``follow`` puts
    back what it loses, at the price of one more step back in the browser's history.
    """
    if _is_phone():
        return
    query = urls.carried()
    for area in AREAS:
        with st.container(gap=6):
            st.caption(ctx.t(f"area.{area}"))
            for spec in PAGES:
                if spec.area == area and spec.in_menu:
                    st.page_link(
                        _start() if spec is PAGES[0] else _page(spec.url_path),
                        label=ctx.t(spec.label) + _badge(ctx, spec),
                        icon=spec.icon,
                        query_params=query,
                        width="stretch",
                    )


def _is_phone() -> bool:
    return "Mobi" in str(st.context.headers.get("User-Agent", ""))


def go_to(url_path: str, **query: str) -> None:
    """Open another page; filters and language go along."""
    st.switch_page(_page(url_path), query_params={**urls.carried(), **query})


def link(url_path: str, label: str, *, icon: str | None = None, **query: str) -> None:
    """Draw a link to a page; filters and language go along."""
    st.page_link(_page(url_path), label=label, icon=icon, query_params={**urls.carried(), **query})


def link_exactly(
    url_path: str,
    label: str,
    query: Mapping[str, Sequence[str]],
    *,
    icon: str | None = None,
    help: str | None = None,  # noqa: A002 - Streamlit's word
) -> None:
    """Draw a link to a view as it was: only the language goes along, no filter of this page."""
    language = {k: v for k, v in urls.carried().items() if k == urls.LANGUAGE}
    params = {**{name: list(values) for name, values in query.items()}, **language}
    st.page_link(_page(url_path), label=label, icon=icon, help=help, query_params=params)


def _title(ctx: PageContext, spec: PageSpec) -> str:
    """Return a page's name, with how many tasks are due where only the name is drawn."""
    due = task_loaders.due(ctx).total if spec.url_path == TASKS and _is_phone() else 0
    name = ctx.t(spec.label)
    return ctx.t("tasks.badge", page=name, n=ctx.formats.count(due)) if due else name


def _badge(ctx: PageContext, spec: PageSpec) -> str:
    """Return what follows a page's name in the menu: how many tasks are due.

    Without a tooltip: Streamlit draws a link that has one twice.
    """
    due = task_loaders.due(ctx).total if spec.url_path == TASKS else 0
    return f" :red-badge[{ctx.formats.count(due)}]" if due else ""


def _page(url_path: str) -> Any:
    """Return a reference to a page of the menu; Streamlit tells pages apart by address."""
    is_default = url_path == PAGES[0].url_path
    return st.Page(_nothing, title=url_path, url_path=url_path, default=is_default)


def _start() -> Any:
    """Return the start page under the address that it has now, so that the menu marks it."""
    if not st.session_state.get(_AT_ROOT):
        return _page(PAGES[0].url_path)
    return st.Page(_nothing, title=PAGES[0].url_path, url_path="", default=True)


def _nothing() -> None:
    """Stand for the page that ``menu`` has registered under the address."""


def _render(spec: PageSpec, ctx: PageContext) -> None:
    styles.put_on(ctx.language)
    with boundary(ctx.t):
        if spec.needs_data and not ctx.version:
            import_module("ui.first_run").render(ctx)
            return
        render: Callable[[PageContext], None] = import_module(spec.module).render
        render(ctx)
