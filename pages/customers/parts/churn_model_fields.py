"""What the prediction is made of: fields left out and why, those without a date, models tried."""

import streamlit as st

from pages.customers.parts.table_export import table_export
from ui import churn_model_frames as frames
from ui import rows
from ui.churn_model_view import Card, is_judged, is_outcome
from ui.context import PageContext
from ui.formats import is_missing, plain
from ui.translations import value_name


def part(ctx: PageContext, card: Card) -> None:
    """Draw fields and candidates."""
    t = ctx.t
    st.subheader(t("churn_card.fields"), anchor=False, help=t("churn_card.fields_help"))
    lines = [_leak(ctx, leak, card) for leak in card["leaks"]] or [t("churn_card.no_leaks")]
    if card.get("like_ids"):
        lines.append(t("churn_card.like_ids", fields=_listed(ctx, card["like_ids"])))
    undated = [one["field"] for one in card["fields"] if not one["is_dated"]]
    out = {*card["left_out"], *card.get("unused", ())}
    used = [field for field in undated if field not in out]
    if used:
        key = "used_of_outcome" if is_outcome(card) else "undated"
        lines.append(t(f"churn_card.{key}", fields=_listed(ctx, used)))
    if card.get("unused"):
        lines.append(t("churn_card.unused", fields=_listed(ctx, card["unused"])))
    st.markdown("\n".join(f"- {line}" for line in lines))
    if not is_judged(card):
        return
    frame = frames.candidates(card)
    st.markdown(
        f"**{t('churn_card.candidates')}** "
        + t(
            "churn_card.says_chosen",
            name=value_name(t, "model_candidate", card["chosen"]),
            calibration=value_name(t, "churn_calibration", card["calibration"]),
        ),
        help=t(f"churn_card.candidates_help{'_outcome' if is_outcome(card) else ''}"),
    )
    rows.table(ctx, frame, key="churn_model_candidates", digits=4, named=("model_candidate",))
    st.caption(t("churn_card.candidates_note"))
    table_export(
        ctx, frame, name="churn_model_candidates", subject=t("churn_card.candidates"),
        filters=t(f"churn.by_{card['kind']}"),
    )  # fmt: skip


def _leak(ctx: PageContext, leak: Card, card: Card) -> str:
    """Say of a field that it is left out, or used although it is very good, and how good it is."""
    kind = leak["reason"]
    if leak["is_used"]:
        kind = "trusted" if is_outcome(card) else "named"
    said = ctx.t(f"churn_model.leak_{kind}", field=_listed(ctx, [leak["field"]]))
    if is_missing(leak["alone"]):
        return said
    return said + " " + ctx.t("churn_card.alone", auc=ctx.formats.number(leak["alone"]))


def _listed(ctx: PageContext, fields: list[str]) -> str:
    names = [plain(frames.feature_name(ctx, field)) for field in fields]
    return ctx.t("filter.separator").join(names)
