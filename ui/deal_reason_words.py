"""Reasons of a deal's chance in words; codes are those of ``analytics.deal_reasons``."""

import json
import math
from typing import Any

from ui.context import PageContext
from ui.formats import is_missing
from ui.translations import value_name

_RATIOS = ("amount_ratio", "amount_growth")  # logarithms of how many times
_SHARES = ("owner_win_rate", "source_win_rate", "probability")


def deal_field(ctx: PageContext, field: str) -> str:
    """Return the name of a feature of deals; an unknown one as it is."""
    key = f"deal_model.field_{field}"
    return ctx.t(key) if key in ctx.t else field


def deal_reasons(ctx: PageContext, written: object) -> list[tuple[str, bool]]:
    """Return the reasons of a deal in words, and whether each speaks for winning."""
    if is_missing(written) or not written:
        return []
    return [(_told(ctx, one), one["effect"] > 0) for one in json.loads(str(written))]


def _told(ctx: PageContext, reason: dict[str, Any]) -> str:
    code = str(reason["code"])
    field, found, value = code.partition("=")
    if found:
        named = value_name(ctx.t, field, value)
        return ctx.t("deal_model.reason_value", field=deal_field(ctx, field), value=named)
    field, _, level = code.rpartition(":")
    name = deal_field(ctx, field)
    if "value" not in reason:
        return ctx.t(f"deal_model.reason_{level}", field=name)
    number, usual = (_written(ctx, field, reason[part]) for part in ("value", "usual"))
    return ctx.t("deal_model.reason_number", field=name, value=number, usual=usual)


def _written(ctx: PageContext, field: str, value: float) -> str:
    f = ctx.formats
    if field in _RATIOS:
        return ctx.t("deal_model.times", number=f.number(math.exp(value), 2))
    return f.share(value, 0) if field in _SHARES else f.number(value, 1)
