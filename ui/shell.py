"""What surrounds every page: language, menu, sidebar notes, and the context that pages get."""

import gc
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import streamlit as st

from crm_data.errors import CrmError
from crm_data.scope import EVERYTHING, AccessScope
from crm_data.settings import Settings
from ui import loaders, navigation, urls
from ui.context import PageContext
from ui.errors import boundary, sentence
from ui.formats import Formats
from ui.translations import LANGUAGES, catalogue, language_from

_ASSETS = Path(__file__).parent / "assets"
_LOGO = str(_ASSETS / "logo.svg")
_ICON = str(_ASSETS / "icon.png")  # a named symbol would be fetched from fonts.gstatic.com
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_LANGUAGE_WIDGET, _LANGUAGE_KEPT = "language_choice", "_language"


@dataclass(frozen=True)
class Viewer:
    """Who is looking. ``is_local``: no sign-in is configured, so there is one administrator."""

    name: str
    scope: AccessScope
    is_local: bool


LOCAL_ADMINISTRATOR = Viewer("local", EVERYTHING, is_local=True)


def run(settings: Settings, *, viewer: Viewer, now: datetime) -> None:
    """Draw the page that the address names."""
    _settle()
    language = _language(settings)
    t = catalogue(language)
    st.set_page_config(
        page_title=t("app.name"), page_icon=_ICON, layout="wide", initial_sidebar_state="auto"
    )
    st.logo(_LOGO, size="large")
    with boundary(t):
        ctx = PageContext(
            settings=settings,
            version=loaders.warehouse(settings).current() or "",
            scope=viewer.scope,
            viewer=viewer.name,
            language=language,
            today=now.astimezone(ZoneInfo(settings.timezone)).date(),
            now=now,
            t=t,
            formats=Formats(language, settings.currency, settings.timezone),
            theme=_theme(),
        )
        page = navigation.menu(ctx)
        _sidebar(ctx, viewer)
        page.run()


@st.cache_resource(show_spinner=False)
def _settle() -> bool:
    """Once, when the libraries are imported: take them out of the garbage collection for ever.

    Streamlit collects after every run, which costs 100 ms over the objects of pandas, plotly and
    SQLAlchemy (measured), five times as much as the Overview page itself; and nothing without.
    Collecting before would cost the first viewer as much, for the little that importing drops.
    """
    gc.freeze()
    return True


def refuse(error: CrmError) -> None:
    """Show why the app cannot start at all (settings), in English, the language before settings."""
    t = catalogue(language_from(st.query_params.get(urls.LANGUAGE)))
    st.error(sentence(t, error), icon=":material/error:")


def _language(settings: Settings) -> str:
    """Return the language of the address, else of the session, else of the settings."""
    asked = st.query_params.get(urls.LANGUAGE)
    language = language_from(asked, st.session_state.get(_LANGUAGE_KEPT), settings.language)
    st.session_state[_LANGUAGE_KEPT] = language
    return language


def _theme() -> Literal["light", "dark"]:
    return "dark" if st.context.theme.type == "dark" else "light"


def _sidebar(ctx: PageContext, viewer: Viewer) -> None:
    with st.sidebar:
        navigation.links(ctx)
        st.session_state[_LANGUAGE_WIDGET] = ctx.language
        st.segmented_control(
            ctx.t("shell.language"),
            list(LANGUAGES),
            format_func=LANGUAGES.__getitem__,
            key=_LANGUAGE_WIDGET,
            required=True,
            on_change=_switch_language,
        )
        if viewer.is_local:
            exposed = (st.get_option("server.address") or "") not in _LOOPBACK
            key = "shell.local_exposed" if exposed else "shell.local"
            (st.warning if exposed else st.caption)(ctx.t(key))
        if ctx.version:
            st.caption(ctx.t("shell.version", version=ctx.version))


def _switch_language() -> None:
    language = language_from(st.session_state[_LANGUAGE_WIDGET])
    st.session_state[_LANGUAGE_KEPT] = language
    urls.write({urls.LANGUAGE: [language]})
