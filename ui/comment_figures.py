"""Comments in figures: how many, how they are judged, what the judge is worth, who was called."""

from typing import Any

from analytics.callbacks import called_back
from analytics.comment_measures import sentiments
from ui import comment_loaders as load
from ui import urls
from ui.comment_view import CommentView
from ui.context import PageContext
from ui.defined_tile import DefinedFigure
from ui.formats import NOT_DEFINED, is_missing

WITHIN = ("3", "1", "2", "5", "7")  # days to call back, the first by default
_USEFUL = "useful"


def figures(ctx: PageContext, view: CommentView) -> list[DefinedFigure]:
    """Return the figures of the page."""
    t, f = ctx.t, ctx.formats
    counts = load.counts(ctx.settings, ctx.version, ctx.scope, view.cut, None)
    of = sentiments(counts)
    negative = NOT_DEFINED
    notes, interval = [t("comments.not_judged")], ""
    if of.judged:
        negative = f.share(of.share)
        interval = t("tile.interval_only", low=f.share(of.low), high=f.share(of.high))
        notes = [interval, t("comments.of_judged", n=f.count(of.judged))]
    declined = of.declined / of.n if of.n else float("nan")
    return [
        DefinedFigure(
            "comments.written", f.count(of.n),
            t("comments.parts", positive=f.count(of.positive), negative=f.count(of.negative)),
            n=f.count(of.n), pick=view.cut,
        ),
        DefinedFigure(
            "comments.negative", negative, " · ".join(notes), numerator=f.count(of.negative),
            denominator=f.count(of.judged), n=f.count(of.judged), interval=interval, pick=view.cut,
        ),
        DefinedFigure(
            "comments.declined", NOT_DEFINED if is_missing(declined) else f.share(declined),
            t("comments.declined_note"), numerator=f.count(of.declined), denominator=f.count(of.n),
            n=f.count(of.n), pick=view.cut,
        ),
        _judge(ctx),
        _called(ctx, view),
    ]  # fmt: skip


def languages(ctx: PageContext) -> dict[str, dict[str, Any]]:
    """Return what the judges of the languages are worth; empty before anything was judged."""
    terms = load.terms(ctx.settings, ctx.version, ctx.scope)
    return {} if terms is None else dict(terms["languages"])


def within_days() -> int:
    """Return in how many days detractors are to be called."""
    asked = (urls.query().get("within") or [""])[-1]
    return int(asked if asked in WITHIN else WITHIN[0])


def _judge(ctx: PageContext) -> DefinedFigure:
    t, f = ctx.t, ctx.formats
    found = languages(ctx)
    held = {name: one for name, one in found.items() if one["verdict"] == _USEFUL}
    if not held:
        return DefinedFigure("comments.judge", NOT_DEFINED, t("comments.no_judge"))
    main = max(held, key=lambda name: held[name]["comments"])
    one = held[main]
    notes = [
        t("comments.judge_of", language=t(f"code.language.{name}"), share=f.share(of["accuracy"]),
          low=f.share(of["low"]), high=f.share(of["high"]))
        for name, of in held.items()
    ]  # fmt: skip
    notes.append(t("comments.guess", share=f.share(one["majority"])))
    notes += [
        t("comments.unjudged", language=t(f"code.language.{name}"))
        for name in found if name not in held
    ]  # fmt: skip
    return DefinedFigure(
        "comments.judge", f.share(one["accuracy"]), " · ".join(notes),
        n=f.count(one["learned"]), period=t("period.all_time"),
        interval=t("tile.interval_only", low=f.share(one["low"]), high=f.share(one["high"])),
    )  # fmt: skip


def _called(ctx: PageContext, view: CommentView) -> DefinedFigure:
    t, f = ctx.t, ctx.formats
    key = (ctx.settings, ctx.version, ctx.scope, view.answers)
    calls = load.callbacks(*key)
    of = called_back(load.detractor_days(*key), calls, within=within_days(), today=ctx.today)
    pick = load.ToCall(view.answers)
    if calls.empty:
        note = t("comments.never_called", n=f.count(of.due + of.running))
        return DefinedFigure("comments.called", NOT_DEFINED, note, pick=pick)
    days = f.count(within_days())
    running = t("comments.running", n=f.count(of.running))
    if is_missing(of.share):
        return DefinedFigure("comments.called", NOT_DEFINED, running, pick=pick)
    interval = t("tile.interval_only", low=f.share(of.low), high=f.share(of.high))
    note = t("comments.within", days=days, in_time=f.count(of.in_time), due=f.count(of.due))
    return DefinedFigure(
        "comments.called", f.share(of.share), " · ".join([note, interval, running]),
        numerator=f.count(of.in_time), denominator=f.count(of.due), n=f.count(of.due),
        interval=interval, pick=pick,
    )  # fmt: skip
