"""What is said of a response model or an uplift, in words."""

from collections.abc import Mapping
from typing import Any

from ui.churn_reason_words import churn_field
from ui.context import PageContext
from ui.response_view import Response, channel_name
from ui.translations import Translator

_ICONS = {
    "useful": ("success", ":material/check_circle:"),
    "differs": ("success", ":material/check_circle:"),
    "no_better_than_baseline": ("warning", ":material/balance:"),
    "no_differences": ("info", ":material/balance:"),
}


def response_field(t: Translator, field: str) -> str:
    """Return the name of a field."""
    key = f"response.field_{field}"
    return t(key) if key in t else churn_field(t, field)


def icon(verdict: str) -> tuple[str, str]:
    """Return the kind of box that a verdict is shown in, and its icon."""
    return _ICONS.get(verdict, ("info", ":material/help:"))


def verdict(ctx: PageContext, seen: Response) -> str:
    """Return whether it can be told who does, and how well."""
    said, t, f = seen.said, ctx.t, ctx.formats
    words: dict[str, str] = {"channel": channel_name(ctx, seen.channel)}
    for name in ("auc", "auc_low", "auc_high"):
        if said.get(name) is not None:
            words[name] = f.number(said[name])
    if "area" in said:
        words |= {
            "name": str(said["name"]), "arm": str(said["arm"]),
            "effect": f.points(said["effect"]), **_area(ctx, said),
        }  # fmt: skip
    elif seen.outcome == "caused":
        words |= {"name": str(said["name"]), "arm": str(said["arm"])}
    of = "caused_" if seen.outcome == "caused" else ""
    if said["verdict"] in ("differs", "no_differences") and "area" not in said:
        of += "part_"  # for who sees a part: no effect is told
    return t(f"response.verdict_{of}{said['verdict']}", **words)


def how_proved(ctx: PageContext, said: Mapping[str, Any]) -> str:
    """Return what the model was judged on."""
    f = ctx.formats
    if "n" not in said:
        return ""
    return ctx.t(
        f"response.proved_by_{said['by']}",
        n=f.count(said["n"]),
        responded=f.count(said["churned"]),
        learnt=f.count(said["learnt"]["rows"]),
    )


def needed(ctx: PageContext, said: Mapping[str, Any]) -> list[str]:
    """Return what the data holds of what it takes."""
    f = ctx.formats
    return [
        ctx.t(
            "response.requirement", what=ctx.t(f"response.needs_{one['name']}"),
            found=f.count(one["found"]), needed=f.count(one["needed"]),
        )
        for one in said.get("requirements", ())
        if not one["is_met"]
    ]  # fmt: skip


def refusals(ctx: PageContext, said: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each field that was refused."""
    found = []
    for one in said.get("refused", ()):
        if one["is_used"]:
            continue
        name = response_field(ctx.t, one["field"])
        alone = one.get("alone")
        said_alone = (
            ctx.t("response.alone", auc=ctx.formats.number(alone)) if alone is not None else ""
        )
        found.append(ctx.t(f"response.refused_{one['reason']}", field=name) + said_alone)
    return found


def leave_out(ctx: PageContext, said: Mapping[str, Any]) -> str:
    """Return whom contact drives away, where there is evidence; else that there is none."""
    if "parts" not in said:
        return ""
    parts = said["leave_out"]
    if not parts:
        return ctx.t("response.no_sleeping_dogs")
    return ctx.t("response.sleeping_dogs", parts=ctx.t("filter.joiner").join(map(str, parts)))


def _area(ctx: PageContext, said: Mapping[str, Any]) -> dict[str, str]:
    f = ctx.formats
    return {name: f.points(said[name]) for name in ("area", "low", "high")}
