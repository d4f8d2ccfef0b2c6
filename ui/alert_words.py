"""Rules and alarms in words, and where a metric is looked at."""

from analytics.metric_kinds import Unit
from analytics.metric_registry import metric
from crm_data.alert_store import Alert, AlertRule, RuleState
from ui.alert_checks import of_segment
from ui.context import PageContext
from ui.formats import NOT_DEFINED, plain
from ui.lead_frames import hours_text
from ui.segment_filter import segments_by_id

# Measured by benchmarks/alerts.py over the months of sample companies in which nothing was planted.
CALM_ALARMS, CALM_PERIODS = 3, 185
_PAGES = {
    "sales": "overview", "churn": "churn", "cohorts": "retention", "value": "value",
    "deals": "pipeline",
    "leads": "leads", "tickets": "tickets", "surveys": "satisfaction",
    "invitations": "satisfaction", "campaigns": "campaigns",
}  # fmt: skip


def page_of(rule: AlertRule) -> str:
    """Return the address of the page on which the metric of a rule is looked at."""
    return _PAGES.get(metric(rule.metric).source, "glossary")


def rule_words(ctx: PageContext, rule: AlertRule) -> str:
    """Return what a rule watches, as a sentence."""
    t, f, unit = ctx.t, ctx.formats, metric(rule.metric).unit
    limit = rule.threshold or 0.0
    told = f.share(limit) if rule.kind in ("rises", "falls") else _value(ctx, limit, unit)
    words = t(f"alerts.rule_{rule.kind}", name=t(f"metric.{rule.metric}.name"), value=told,
              unit=t(f"alerts.unit_{rule.unit}"))  # fmt: skip
    if not rule.filters:
        return words
    return f"{words} · {filter_words(ctx, rule)}"


def filter_words(ctx: PageContext, rule: AlertRule) -> str:
    """Return what a rule is of: fields and their values, and the segment by its name."""
    fields, segment = of_segment(rule.filters)
    known = segments_by_id(ctx) if segment else {}
    gone = ctx.t("alerts.segment_gone")
    name = ctx.t("segments.described", name=known[segment].name) if segment in known else gone
    return plain(ctx.t("filter.joiner").join([*([name] if segment else []), *fields]))


def reason(ctx: PageContext, rule: AlertRule, alert: Alert) -> str:
    """Return why an alarm was raised, as a sentence with its numbers."""
    t, f, unit = ctx.t, ctx.formats, metric(rule.metric).unit
    words = t(
        f"alerts.reason_{rule.kind}_{alert.side}" if rule.kind == "band"
        else f"alerts.reason_{rule.kind}",
        name=t(f"metric.{rule.metric}.name"), period=f.bucket(alert.period_on, rule.unit),
        value=_value(ctx, alert.value, unit), base=_value(ctx, alert.base, unit),
        low=_value(ctx, alert.low, unit), high=_value(ctx, alert.high, unit),
        limit=_value(ctx, rule.threshold, unit),
    )  # fmt: skip
    if alert.since_on < alert.period_on:
        words += " " + t("alerts.since", period=f.bucket(alert.since_on, rule.unit))
    if rule.filters:
        words += f" ({filter_words(ctx, rule)})"
    return words


def state_words(ctx: PageContext, rule: AlertRule, state: RuleState | None) -> str:
    """Return what the last check said of a rule."""
    t, f, unit = ctx.t, ctx.formats, metric(rule.metric).unit
    if state is None:
        return t("alerts.not_checked")
    if state.period_on is None:
        return t("alerts.nothing_known")
    if state.value is None:
        return t("alerts.nothing_in", period=f.bucket(state.period_on, rule.unit))
    told = {"period": f.bucket(state.period_on, rule.unit), "value": _value(ctx, state.value, unit)}
    if state.verdict == "cannot_tell":
        return t("alerts.cannot_tell", **told)
    words = t("alerts.state", **told)
    if state.low is not None:
        band = t("sales.between", value=told["value"], low=_value(ctx, state.low, unit),
                 high=_value(ctx, state.high, unit))  # fmt: skip
        words = t("alerts.state", period=told["period"], value=band)
    return words


def past_words(ctx: PageContext, state: RuleState | None) -> str:
    """Return how often a rule would have raised an alarm in the past."""
    if state is None or not state.periods:
        return NOT_DEFINED
    f = ctx.formats
    return ctx.t("alerts.past", alarms=f.count(state.alarms), periods=f.count(state.periods))


def quiet_words(ctx: PageContext, rule: AlertRule) -> str:
    """Return the quiet hours of a rule; empty without any."""
    if rule.quiet is None:
        return ""
    begins, ends = (f"{one // 60:02d}:{one % 60:02d}" for one in rule.quiet)
    return ctx.t("alerts.quiet", begins=begins, ends=ends)


def _value(ctx: PageContext, value: float | None, unit: Unit) -> str:
    """Return a value in the unit of its metric, money in short."""
    if unit in ("hours", "days") and value is not None:
        return hours_text(ctx, value * (24 if unit == "days" else 1))
    return ctx.formats.value_short(value, unit)
