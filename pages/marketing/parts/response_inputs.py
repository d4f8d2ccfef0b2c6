"""What the choice of whom to contact rests on: each input writes itself into the address."""

import streamlit as st

from ui import response_view as view
from ui import urls
from ui.context import PageContext
from ui.response_answers import Choice


def part(ctx: PageContext, seen: view.Response, found: Choice) -> None:
    """Draw cost, worth, limits, and how many to contact."""
    t, currency = ctx.t, ctx.formats.currency
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _number(view.COST, t("response.cost", currency=currency), seen.terms.cost,
                view.MOST_COST, t("response.cost_help"))  # fmt: skip
        _number(view.VALUE, t("response.worth", currency=currency), seen.terms.value,
                view.MOST_COST, t(f"response.worth_help_{seen.outcome}"))  # fmt: skip
        _number(view.OFTEN, t("response.often"), float(seen.ask.most_contacts or 0),
                float(view.MOST_OFTEN), t("response.often_help"))  # fmt: skip
        st.session_state[view.CONSENT] = seen.ask.with_consent
        st.toggle(t("response.consent"), key=view.CONSENT, help=t("response.consent_help"),
                  on_change=_write_consent)  # fmt: skip
    listed = found.left_out["listed"]
    if listed > 1:
        st.session_state[view.NUMBER] = min(max(found.contacted, 0), listed)
        st.slider(
            t("response.number"), 0, listed, key=view.NUMBER, help=t("response.number_help"),
            on_change=_write, args=(view.NUMBER,),
        )  # fmt: skip


def _number(name: str, label: str, value: float, most: float, help_: str) -> None:
    st.session_state[name] = float(value)
    st.number_input(
        label, 0.0, most, key=name, help=help_, on_change=_write, args=(name,), width=190,
        format="%.10g", step=1.0,
    )  # fmt: skip


def _write(name: str) -> None:
    value = st.session_state[name]
    urls.write({name: [f"{value:.12g}"]}, clears=(name,))


def _write_consent() -> None:
    urls.write({view.CONSENT: ["yes" if st.session_state[view.CONSENT] else "no"]})
