"""Figures of campaigns from sums: rates with intervals, and what money came back how."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.stats import Floats, wilson_interval

DAYS_A_MONTH = 30.4375
# Rate: its parts. Opens are inflated by mail programs that open messages themselves.
RATES: dict[str, tuple[str, str]] = {
    "delivery_rate": ("reached", "sent"),
    "response_rate": ("responded", "reached"),
    "conversion_rate": ("converted", "reached"),
    "unsubscribe_rate": ("unsubscribed", "reached"),
    "complaint_rate": ("complained", "reached"),
    "open_rate": ("opened", "reached"),
}


def with_rates(sums: pd.DataFrame) -> pd.DataFrame:
    """Return sums with each of ``RATES`` and its Wilson interval; NaN where nobody could."""
    found: dict[str, Floats] = {}
    for name, (part, whole) in RATES.items():
        if part in sums and whole in sums:
            n = _numbers(sums, whole)
            x = np.minimum(_numbers(sums, part), n)
            low, high = wilson_interval(x, n)
            found |= {name: _ratio(x, n), f"{name}_low": low, f"{name}_high": high}
    return sums.assign(**found)


def with_returns(sums: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Return sums with ``roi``, ``roas``, ``cac``, ``cost_per_lead``, ``payback``, ``ltv_to_cac``.

    Parameters
    ----------
    sums : DataFrame
        ``cost``, ``margin``, ``uncosted_orders`` (whose margin nobody knows), ``net_amount``,
        ``leads`` and ``new_customers`` by group.
    new : DataFrame
        Of the same rows: ``customers`` whom the campaigns brought, their ``new_margin`` so far,
        ``days`` since they came, how many are ``valued`` and their ``expected_value``.

    Notes
    -----
    ``roi`` is on attributed margin after returns. ``payback`` is in months: CAC over the margin of
    a customer and month so far. A ratio over nothing is NaN, and so is ``roi`` where
    no order has a cost; with some, those without are left out.
    """
    cost = _numbers(sums, "cost")
    margin = np.where(margin_is_known(sums), _numbers(sums, "margin"), np.nan)
    told = of_new_customers(sums, new)
    cac, a_month, lifetime = told["cac"], told["margin_a_month"], told["lifetime_value"]
    return sums.assign(
        roi=_ratio(margin - cost, cost),
        roas=_ratio(_numbers(sums, "net_amount"), cost),
        cac=cac,
        cost_per_lead=_ratio(cost, _numbers(sums, "leads")),
        payback=_ratio(cac, a_month),
        ltv_to_cac=_ratio(lifetime, cac),
    )


def of_new_customers(sums: pd.DataFrame, new: pd.DataFrame) -> dict[str, Floats]:
    """Return ``cac``, ``margin_a_month`` and ``lifetime_value`` of a new customer, by row.

    Arguments as of ``with_returns``: what was spent, and on whom the campaigns brought.
    """
    return {
        "cac": _ratio(_numbers(sums, "cost"), _numbers(sums, "new_customers")),
        "margin_a_month": _ratio(_numbers(new, "new_margin"), _numbers(new, "days") / DAYS_A_MONTH),
        "lifetime_value": _ratio(_numbers(new, "expected_value"), _numbers(new, "valued")),
    }


def margin_is_known(sums: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return whether ``margin`` says anything: not where orders came and none has a cost."""
    has_none = (_numbers(sums, "margin") == 0) & (_numbers(sums, "uncosted_orders") > 0)
    return np.asarray(~has_none)


def _numbers(frame: pd.DataFrame, name: str) -> Floats:
    return frame[name].to_numpy(dtype="float64", na_value=np.nan)


def _ratio(top: Floats, bottom: Floats) -> Floats:
    return np.asarray(np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 0))
