"""What pages ask of alerts, and what may be done about them. For who sees every customer."""

from dataclasses import dataclass
from datetime import timedelta

from crm_data.alert_store import Alert, AlertRule, RuleDraft, RuleState
from crm_data.app_db import naive_utc
from crm_data.commands import alerts as store
from crm_data.errors import NotPermittedError, StorageError
from ui.alert_checks import check_alerts
from ui.context import PageContext

__all__ = ["AlertRule"]
SNOOZE_DAYS = 7


@dataclass(frozen=True)
class Alerts:
    """Rules with what was last said of each, and running alarms that are due."""

    rules: list[AlertRule]
    states: dict[str, RuleState]
    due: list[tuple[AlertRule, Alert]]
    quiet: list[tuple[AlertRule, Alert]]

    def is_checked(self, version: str) -> bool:
        """Whether every rule was checked against a version."""
        states = [self.states.get(rule.rule_id) for rule in self.rules]
        return bool(self.rules) and all(s is not None and s.version == version for s in states)

    def watches_churn(self, version: str) -> bool:
        """Whether a rule that is checked says of a version whether churn is in its band."""
        return any(
            (rule.metric, rule.kind, rule.unit, rule.filters) == ("churn_rate", "band", "month", ())
            and (state := self.states.get(rule.rule_id)) is not None
            and state.version == version
            for rule in self.rules
        )


_NONE = Alerts([], {}, [], [])


def alerts(ctx: PageContext) -> Alerts:
    """Return rules and alarms; none for who sees a part only, or without a database.

    Values are of the whole company. Numbers come from the warehouse: a page shows them without
    alerts, too.
    """
    if not ctx.scope.is_everything:
        return _NONE
    try:
        rules = store.alert_rules(ctx.settings)
        states, running = store.rule_states(ctx.settings), store.alarms(ctx.settings)
    except StorageError:
        return _NONE
    by_id = {rule.rule_id: rule for rule in rules}
    pairs = [(by_id[one.rule_id], one) for one in running if one.rule_id in by_id]
    now = naive_utc(ctx.now)
    due = [pair for pair in pairs if pair[1].is_due(now, ctx.today)]
    return Alerts(rules, states, due, [pair for pair in pairs if pair not in due])


def check_now(ctx: PageContext) -> None:
    """Check every rule against the version on the page."""
    _of_the_company(ctx)
    check_alerts(ctx.settings, ctx.version, naive_utc(ctx.now))


def add(ctx: PageContext, draft: RuleDraft) -> None:
    """Make a rule and check it; others were checked when the version was published."""
    _of_the_company(ctx)
    now = naive_utc(ctx.now)
    made = store.add_rules(ctx.settings, [draft], now=now, actor=ctx.viewer)
    check_alerts(ctx.settings, ctx.version, now, {rule.rule_id for rule in made})


def remove(ctx: PageContext, rule_id: str) -> None:
    """Take a rule off the list."""
    _of_the_company(ctx)
    store.remove_rule(ctx.settings, rule_id, now=naive_utc(ctx.now), actor=ctx.viewer)


def acknowledge(ctx: PageContext, alert_id: str) -> None:
    """Say that an alarm is known."""
    _of_the_company(ctx)
    store.acknowledge(ctx.settings, alert_id, now=naive_utc(ctx.now), actor=ctx.viewer)


def snooze(ctx: PageContext, alert_id: str) -> None:
    """Show an alarm again in a week."""
    _of_the_company(ctx)
    until = ctx.today + timedelta(days=SNOOZE_DAYS)
    store.snooze(ctx.settings, alert_id, until, now=naive_utc(ctx.now), actor=ctx.viewer)


def _of_the_company(ctx: PageContext) -> None:
    if not ctx.scope.is_everything:
        raise NotPermittedError(
            "alerts_not_yours",
            "Alerts are of the whole company: only who sees every customer may see or change "
            "them. Ask an administrator.",
        )
