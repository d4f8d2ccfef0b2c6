"""Customers under contract: how long contracts last, and what they are counted with."""

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from ui import rows
from ui.context import PageContext
from ui.formats import NOT_DEFINED

_MONTHS = (1, 3, 6, 12, 24, 36)
_MONTH_DAYS = 365.25 / 12


def part(ctx: PageContext, card: dict[str, Any]) -> None:
    """Say how contracts are valued, and show the survival curve as a table."""
    found = card["contracts"]
    if not found["contracts"]:
        return
    t, f = ctx.t, ctx.formats
    st.subheader(t("value.contracts"), anchor=False, help=t("value.contracts_help"))
    counts = {name: f.count(found[name]) for name in ("contracts", "running", "ended", "valued")}
    if not found["is_enough"]:
        st.info(t("value.contracts_too_few", **counts), icon=":material/hourglass_empty:")
        return
    st.markdown(t("value.contracts_text", **counts))
    seen = {"orders": f.count(found["orders"]), "bills": f.count(found["bills"])}
    st.caption(t(f"value.contracts_{found['counted']}") + " " + t("value.contracts_bills", **seen))
    if found["margin_rate"] is not None:
        st.caption(t("value.contracts_margin", rate=f.share(found["margin_rate"])))
    _test(ctx, found.get("test"))
    rows.table(ctx, _shown(pd.DataFrame(found["curve"])), key="value_contracts", digits=1)


def _test(ctx: PageContext, test: dict[str, Any] | None) -> None:
    """Say how contracts did after a past day that the curve had not seen past."""
    t, f = ctx.t, ctx.formats
    if test is None:
        st.caption(t("value.contracts_not_tested"))
        return
    ends = {name: f.number(test[name], 0) for name in ("expected_ended", "ended_low", "ended_high")}
    amounts = {
        name: f.money_compact(test[name])
        for name in ("expected_amount", "amount", "amount_low", "amount_high")
    }
    error = NOT_DEFINED if test["error"] is None else f.change(test["error"])
    counts = {name: f.count(test[name]) for name in ("contracts", "ended", "days")}
    known_on = f.day(date.fromisoformat(str(test["known_on"])))
    st.markdown(
        t(
            "value.contracts_test",
            known_on=known_on,
            error=error,
            inside=f.share(test["inside"]),
            **counts,
            **ends,
            **amounts,
        )
    )


def _shown(curve: pd.DataFrame) -> pd.DataFrame:
    """Return the curve at some months, up to the longest that was seen; shares in percent."""
    taken = []
    for month in _MONTHS:
        before = curve[curve["duration"] <= month * _MONTH_DAYS]
        if len(before) and month * _MONTH_DAYS <= curve["duration"].max():
            last = before.iloc[-1]
            shares = {name: last[name] * 100 for name in ("survival", "low", "high")}
            taken.append({"months": month, "at_risk": int(last["at_risk"])} | shares)
    columns = ["months", "at_risk", "survival", "low", "high"]
    return pd.DataFrame(taken, columns=columns).rename(
        columns={"low": "survival_low", "high": "survival_high"}
    )
