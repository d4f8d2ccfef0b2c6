"""Whether it can be told who leaves, in words."""

from datetime import date

import streamlit as st

from pages.customers.parts import churn_model_outcome as own
from ui.churn_model_view import Card, is_judged, is_outcome
from ui.context import PageContext
from ui.translations import value_name

_BASELINES = ("rate", "recency", "nps")
_LOOKS = {
    "useful": (st.success, ":material/check_circle:"),
    "no_better_than_baseline": (st.warning, ":material/balance:"),
    "cannot_predict": (st.warning, ":material/shuffle:"),
    "too_little_data": (st.info, ":material/hourglass_empty:"),
    "nobody": (st.info, ":material/inbox:"),
}


def part(ctx: PageContext, card: Card) -> None:
    """Draw the verdict, what is asked of whom, and what was found or is missing."""
    verdict = card["verdict"]
    look, icon = _LOOKS[verdict]
    said = ctx.t(f"churn_model.verdict_{verdict}")
    if card["reason"] is not None:
        key = f"churn_card.no_model_{card['reason']}"
        asked = own.named(ctx, card) if is_outcome(card) else {}
        said = ctx.t(key if key in ctx.t else "churn_card.no_model", **asked)
    lines = _missing(ctx, card) if verdict == "too_little_data" else []
    look("\n\n".join([said, "\n".join(f"- {line}" for line in lines)]).strip(), icon=icon)
    asks, judges, ends = _question, _judged, _today
    if is_outcome(card):
        asks, judges, ends = own.question, own.judged, own.today
    found = [asks(ctx, card)]
    if is_judged(card):
        found += [judges(ctx, card), _order(ctx, card), _beside(ctx, card)]
    found.append(ends(ctx, card))
    st.markdown("\n".join(f"- {line}" for line in found))


def _missing(ctx: PageContext, card: Card) -> list[str]:
    count = ctx.formats.count
    return [
        ctx.t(
            f"churn_model.need_{one['name']}",
            found=count(one["found"]),
            needed=count(one["needed"]),
        )
        for one in card["requirements"]
        if not one["is_met"]
    ]


def _question(ctx: PageContext, card: Card) -> str:
    count = ctx.formats.count
    key = f"churn_card.asks_{card['kind']}"
    said = ctx.t(key, days=count(card["horizon_days"]), silence=count(card["silence_days"]))
    if card["kind"] == "silence":
        with_holders = "with" if card["with_holders"] else "without"
        said += " " + ctx.t(f"churn_card.asks_{with_holders}_holders")
    return said


def _judged(ctx: PageContext, card: Card) -> str:
    f = ctx.formats
    on = [f.day(date.fromisoformat(one["on"])) for one in card["dates"] if one["is_judged"]]
    return ctx.t(
        "churn_card.says_judged",
        days=ctx.t("filter.separator").join(on),
        n=f.count(card["n"]),
        left=f.count(card["churned"]),
        rate=f.share(card["rate"]),
        rows=f.count(card["learnt"]["rows"]),
        learnt=f.count(card["learnt"]["left"]),
    )


def _order(ctx: PageContext, card: Card) -> str:
    f = ctx.formats
    return ctx.t(
        "churn_card.says_order",
        auc=f.share(card["auc"], 0),
        low=f.share(card["auc_low"], 0),
        high=f.share(card["auc_high"], 0),
    )


def _beside(ctx: PageContext, card: Card) -> str:
    """Name the baselines that are beaten, those that are not, and those without their field."""
    t, said = ctx.t, []
    for is_beaten, key in ((True, "beats"), (False, "does_not_beat")):
        names = [
            value_name(t, "baseline", one["baseline"])
            for one in card["baselines"]
            if one["is_beaten"] == is_beaten
        ]
        if names:
            said.append(t(f"churn_card.{key}", names=t("filter.separator").join(names)))
    there = {one["baseline"] for one in card["baselines"]}
    absent = [value_name(t, "baseline", name) for name in _BASELINES if name not in there]
    if absent and not is_outcome(
        card
    ):  # there is no last order or answer before an undated outcome
        said.append(t("churn_card.not_compared", names=t("filter.separator").join(absent)))
    return " ".join(said)


def _today(ctx: PageContext, card: Card) -> str:
    f = ctx.formats
    if not card["scored"]:
        return ctx.t("churn_card.says_none_scored", n=f.count(card["members"]))
    return ctx.t(
        "churn_card.says_today",
        n=f.count(card["scored"]),
        left=f.count(card["expected_left"]),
        days=f.count(card["horizon_days"]),
        day=f.day(date.fromisoformat(card["as_of"])),
    )
