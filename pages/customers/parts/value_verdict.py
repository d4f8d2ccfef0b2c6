"""What the test showed, in sentences."""

from typing import Any

from ui.context import PageContext
from ui.formats import plain

COLLAPSES = ("no_dropout", "no_heterogeneity")


def sentences(ctx: PageContext, proof: dict[str, Any]) -> list[str]:
    """Return the findings: total, who was nearest, collapse, ranking, interval, the unknown."""
    found = [
        _total(ctx, proof),
        _baseline(ctx, proof),
        _boosting(ctx, proof),
        *_collapsed(ctx, proof),
        _ranking(ctx, proof),
        _coverage(ctx, proof),
        _unknown(ctx, proof),
    ]
    return [line for line in found if line]


def _named(ctx: PageContext, name: str) -> str:
    return ctx.t(f"code.value_kind.{name}")


def _of(proof: dict[str, Any], name: str | None) -> dict[str, Any] | None:
    return next((one for one in proof["candidates"] if one["name"] == name), None)


def _total(ctx: PageContext, proof: dict[str, Any]) -> str:
    """Say what the chosen one predicted, and what came."""
    f, one = ctx.formats, _of(proof, proof["chosen"])
    if one is None:
        found, needed = proof.get("later_buyers"), proof.get("later_buyers_needed")
        if found is None or needed is None or found >= needed:
            return ctx.t("value.says_nothing_came")
        return ctx.t("value.says_too_few", found=f.count(found), needed=f.count(needed))
    value, purchases = one["value"], one["purchases"]
    return plain(
        ctx.t(
            "value.says_total",
            name=_named(ctx, one["name"]),
            predicted=f.count(purchases["predicted"]),
            actual=f.count(purchases["actual"]),
            money=f.money_compact(value["predicted"]),
            came=f.money_compact(value["actual"]),
            error=f.change(value["error"]),
        )
    )


def _baseline(ctx: PageContext, proof: dict[str, Any]) -> str:
    if proof["chosen"] is None:
        return ""
    if proof["chosen"] == "last_period":
        return ctx.t("value.says_baseline_won")
    other = _of(proof, "last_period")
    error = other["value"]["error"] if other and other["value"] else None
    return "" if error is None else ctx.t("value.says_baseline", error=ctx.formats.change(error))


def _boosting(ctx: PageContext, proof: dict[str, Any]) -> str:
    """Say where boosting, which cannot be chosen, came nearer to the total."""
    ours, other = (_of(proof, name) for name in (proof["chosen"], "boosting"))
    if not (ours and ours["value"] and other and other["value"]):
        return ""
    own, error = ours["value"]["error"], other["value"]["error"]
    if error is None or own is None or abs(error) >= abs(own):
        return ""
    f = ctx.formats
    return ctx.t(
        "value.says_boosting",
        error=f.change(error),
        theirs=f.money(other["value"]["mae"]),
        ours=f.money(ours["value"]["mae"]),
    )


def _collapsed(ctx: PageContext, proof: dict[str, Any]) -> list[str]:
    """Say of which models the fit says nothing about leaving."""
    said = []
    for reason in COLLAPSES:
        names = [_named(ctx, one["name"]) for one in proof["candidates"] if one["reason"] == reason]
        if names:
            joined = ctx.t("filter.separator").join(names)
            said.append(ctx.t(f"value.says_{reason}", names=joined))
    return said


def _ranking(ctx: PageContext, proof: dict[str, Any]) -> str:
    ours, past = _of(proof, proof["chosen"]), _of(proof, "past_revenue")
    shares = [one["value"]["top_share"] if one and one["value"] else None for one in (ours, past)]
    if ours is None or None in shares:
        return ""
    key = "value.says_ranked_by_past" if proof["is_ranked_by_past"] else "value.says_ranked"
    own, other = (ctx.formats.share(share) for share in shares)
    return ctx.t(key, name=_named(ctx, ours["name"]), own=own, past=other)


def _coverage(ctx: PageContext, proof: dict[str, Any]) -> str:
    spread = proof["spread"]
    if not spread or spread["coverage"] is None or spread["promised"] is None:
        return ""
    share = ctx.formats.share
    key = "value.says_recalibrated" if spread["is_recalibrated"] else "value.says_coverage"
    return ctx.t(
        key,
        held=share(spread["coverage"]),
        promised=share(spread["promised"]),
        before=share(spread["before"]),
        n=ctx.formats.count(spread["customers"]),
    )


def _unknown(ctx: PageContext, proof: dict[str, Any]) -> str:
    share = proof["unknown_share"]
    return "" if share is None else ctx.t("value.says_unknown", share=ctx.formats.share(share))
