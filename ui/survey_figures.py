"""Scores of surveys in words, with all that is behind each."""

from analytics.satisfaction import change_between, response_rate, score_of
from analytics.satisfaction_scales import Kind
from analytics.satisfaction_weights import weighted_score
from ui import survey_loaders as load
from ui.context import PageContext
from ui.defined_tile import DefinedFigure
from ui.formats import NOT_DEFINED, is_missing
from ui.survey_view import Counted, SurveyView, counted

WEIGHTED_BY = ("region", "value_band", "tenure_band")


def written(ctx: PageContext, kind: Kind, value: float) -> str:
    """Return a score as shown: NPS in points, CSAT in percent, CES as a mean."""
    if kind == "csat":
        return ctx.formats.share(value)
    return ctx.formats.number(value, 1 if kind == "nps" else 2)


def difference(ctx: PageContext, kind: Kind, value: float) -> str:
    """Return a difference of two scores, signed."""
    if is_missing(value):
        return NOT_DEFINED
    if kind == "csat":
        return ctx.formats.points(value)
    text = ctx.formats.number(value, 1 if kind == "nps" else 2)
    return f"+{text}" if value > 0 else text


def named(ctx: PageContext, kind: Kind) -> str:
    """Return what a score is called."""
    return ctx.t(f"code.survey_kind.{kind}")


def figures(ctx: PageContext, view: SurveyView) -> list[DefinedFigure]:
    """Return every score with its response rate, then of the chosen one change and weighting."""
    found = {kind: counted(ctx, kind, view.of(kind)) for kind in view.kinds}
    scores = [_score(ctx, view, one) for one in found.values()]
    mine = found[view.kind]
    return [*scores, _change(ctx, view, mine), _weighted(ctx, view, mine), _rate(ctx, view)]


def rate_of(ctx: PageContext, view: SurveyView, kind: Kind) -> dict[str, float]:
    """Return who answered of those that the question reached."""
    found = load.asked(ctx.settings, ctx.version, ctx.scope, view.of(kind))
    return response_rate(int(found["answered"].sum()), int(found["delivered"].sum()))


def _score(ctx: PageContext, view: SurveyView, found: Counted) -> DefinedFigure:
    t, f = ctx.t, ctx.formats
    key, pick = f"survey.{found.kind}", view.of(found.kind)
    if found.held is None:
        return DefinedFigure(key, NOT_DEFINED, t("survey.refused"), pick=pick)
    score = score_of(found.held)
    n = f.count(score.n)
    notes = []
    if not is_missing(score.low):
        low, high = (written(ctx, found.kind, edge) for edge in (score.low, score.high))
        notes.append(t("tile.interval", low=low, high=high, n=n))
    else:
        notes.append(t("survey.n_answers", n=n))
    rate = rate_of(ctx, view, found.kind)["rate"]
    notes.append(t("survey.no_rate") if is_missing(rate) else t("survey.rate", rate=f.share(rate)))
    left = score.impossible + score.missing
    notes += [t("survey.left_out", n=f.count(left))] if left else []
    parts = [f"{t(f'survey.part_{name}')} {f.count(part)}" for name, part in score.parts.items()]
    return DefinedFigure(
        key, written(ctx, found.kind, score.value), " · ".join(notes),
        numerator=t("filter.joiner").join(parts), denominator=n, n=n,
        interval=notes[0] if not is_missing(score.low) else "", pick=pick,
    )  # fmt: skip


def _change(ctx: PageContext, view: SurveyView, found: Counted) -> DefinedFigure:
    t, f = ctx.t, ctx.formats
    before = counted(ctx, view.kind, view.before)
    is_known = view.before.start is not None and view.before.start >= view.first
    if found.held is None or before.held is None or not is_known:
        return DefinedFigure("survey.change", NOT_DEFINED, t("survey.change_none"))
    if found.held.scale != before.held.scale:
        return DefinedFigure("survey.change", NOT_DEFINED, t("survey.refused"))
    gap = change_between(found.held, before.held)
    note = f"{named(ctx, view.kind)} · {t(f'survey.verdict_{gap.verdict}')}"
    sides = {}
    if not is_missing(gap.low):
        sides = {
            "low": difference(ctx, view.kind, gap.low),
            "high": difference(ctx, view.kind, gap.high),
        }
        note = f"{note} · {t('tile.interval_only', **sides)}"
    return DefinedFigure(
        "survey.change", difference(ctx, view.kind, gap.value), note,
        n=f"{f.count(found.held.n)} / {f.count(before.held.n)}",
        interval=t("tile.interval_only", **sides) if sides else "", pick=view.of(view.kind),
    )  # fmt: skip


def _weighted(ctx: PageContext, view: SurveyView, found: Counted) -> DefinedFigure:
    t, f = ctx.t, ctx.formats
    key = "survey.weighted"
    margins = load.margins(ctx.settings, ctx.version, ctx.scope, view.of(view.kind))
    if found.held is None or margins.empty:
        return DefinedFigure(key, NOT_DEFINED, t("survey.no_weights"))
    base = load.base(ctx.settings, ctx.version, ctx.scope)
    score = weighted_score(margins, base, WEIGHTED_BY, view.kind, found.held.scale)
    raw = f"{named(ctx, view.kind)} · " + t("survey.raw", value=written(ctx, view.kind, score.raw))
    sides = {
        "low": written(ctx, view.kind, score.low),
        "high": written(ctx, view.kind, score.high),
    }
    worth = t("survey.effective", n=f.count(score.effective_n))
    worth += "" if score.is_close else f" · {t('survey.not_close')}"
    return DefinedFigure(
        key, written(ctx, view.kind, score.value), f"{raw} · {worth}", n=f.count(score.n),
        interval="" if is_missing(score.low) else t("tile.interval_only", **sides),
        pick=view.of(view.kind),
    )  # fmt: skip


def _rate(ctx: PageContext, view: SurveyView) -> DefinedFigure:
    t, f = ctx.t, ctx.formats
    rate = rate_of(ctx, view, view.kind)
    if is_missing(rate["rate"]):
        return DefinedFigure("survey.response", NOT_DEFINED, t("survey.rate_unknown"))
    delivered = f.count(rate["delivered"])
    sides = {"low": f.share(rate["low"]), "high": f.share(rate["high"])}
    return DefinedFigure(
        "survey.response",
        f.share(rate["rate"]),
        f"{named(ctx, view.kind)} · {t('tile.interval', **sides, n=delivered)}",
        numerator=f.count(rate["answers"]), denominator=delivered, n=delivered,
        interval=t("tile.interval_only", **sides),
    )  # fmt: skip
