"""What is asked and how it was judged, where customers carry their outcome and nothing is dated."""

from ui import churn_model_frames as frames
from ui.churn_model_view import Card
from ui.context import PageContext
from ui.formats import plain
from ui.translations import value_name


def named(ctx: PageContext, card: Card) -> dict[str, str]:
    """Return the field and the value that were asked, as they are called on the page."""
    asked = card["outcome"]
    value = value_name(ctx.t, asked["field"], asked["value"])
    return {
        "field": plain(frames.feature_name(ctx, asked["field"])),
        "value": plain(value),
    }


def question(ctx: PageContext, card: Card) -> str:
    """Say what is asked, and how many left."""
    f, said = ctx.formats, ctx.t("churn_card.asks_outcome", **named(ctx, card))
    if not card["known"]:
        return said
    return f"{said} " + ctx.t(
        "churn_card.outcome_rate",
        known=f.count(card["known"]),
        left=f.count(card["left"]),
        rate=f.share(card["rate"], 2),
        low=f.share(card["low"], 2),
        high=f.share(card["high"], 2),
    )


def judged(ctx: PageContext, card: Card) -> str:
    """Say that everybody was predicted by a model that had not learnt from them."""
    f = ctx.formats
    return ctx.t(
        "churn_card.says_out_of_fold",
        parts=f.count(len(card["aucs"])),
        n=f.count(card["n"]),
        left=f.count(card["churned"]),
        lowest=f.number(min(card["aucs"]), 3),
        highest=f.number(max(card["aucs"]), 3),
    )


def today(ctx: PageContext, card: Card) -> str:
    """Say how many have no outcome yet, and what is expected of them."""
    f = ctx.formats
    if not card["members"]:
        return ctx.t("churn_card.says_all_known")
    if not card["scored"]:
        return ctx.t("churn_card.says_open_none", n=f.count(card["members"]))
    return ctx.t(
        "churn_card.says_open", n=f.count(card["scored"]), left=f.count(card["expected_left"])
    )
