"""What the page Whom to contact is asked, read from the address, and what was found."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from analytics.response_choice import Terms
from ui import response_answers as told
from ui import response_loaders as load
from ui import urls
from ui.context import PageContext
from ui.response_answers import Choice
from ui.segment_filter import segment_words
from ui.translations import value_name

# Names of the address.
CHANNEL, OUTCOME, COST, VALUE, NUMBER = "by", "outcome", "cost", "worth", "number"
OFTEN, CONSENT = "messages", "consent"
MOST_COST, MOST_NUMBER, MOST_OFTEN = 1e9, 10_000_000, 30
FIRST_COST, FIRST_VALUE = 1.0, 50.0
_NONE = "-"  # a channel that campaigns do not name


@dataclass(frozen=True)
class Response:
    """What is looked at: an outcome of a channel, what is said of it, and on what terms."""

    channel: str | None
    outcome: str
    said: Mapping[str, Any]
    ask: load.Outreach
    terms: Terms
    number: int | None
    filters: str

    @property
    def is_listed(self) -> bool:
        """Whether customers have a score."""
        return told.is_listed(self.said)


def channels(ctx: PageContext) -> dict[str | None, dict[str, dict[str, Any]]]:
    """Return what the version says by channel and outcome."""
    return told.answers(load.card(ctx.settings, ctx.version, ctx.scope))


def channel_name(ctx: PageContext, channel: str | None) -> str:
    """Return what a channel is called."""
    return (
        ctx.t("response.no_channel") if channel is None else value_name(ctx.t, "channel", channel)
    )


def chosen_channel(known: Mapping[str | None, Any]) -> str | None:
    """Return the channel of the address, the first where it is none of them."""
    names = [_NONE if name is None else name for name in known]
    chosen = urls.choice(CHANNEL, names)
    return None if chosen == _NONE and None in known else chosen


def options(known: Mapping[str | None, Any]) -> list[str]:
    """Return the channels as the address writes them."""
    return [_NONE if name is None else name for name in known]


def unwritten(name: str) -> str | None:
    """Return the channel of an option."""
    return None if name == _NONE else name


def response_view(
    ctx: PageContext, channel: str | None, said: Mapping[str, dict[str, Any]], among: str
) -> Response:
    """Read what else the address asks; what cannot be is at its default."""
    names = [name for name in told.OUTCOMES if name in said]
    listed = [name for name in names if told.is_listed(said[name])]
    outcome = urls.choice(OUTCOME, names, default=(listed or names)[0])
    often = _number(OFTEN, told.MOST_CONTACTS, 0, MOST_OFTEN)
    ask = load.Outreach(channel, outcome, int(often), with_consent=False, among=among)
    known = load.left_out(ctx.settings, ctx.version, ctx.scope, ask)["known_consent"]
    default = "yes" if told.asks_consent(channel, known) else "no"
    consent = urls.choice(CONSENT, ("yes", "no"), default=default) == "yes"
    number = _number(NUMBER, -1, 0, MOST_NUMBER)
    parts = [
        segment_words(ctx), channel_name(ctx, channel), ctx.t(f"response.outcome_{outcome}"),
        ctx.t("response.often_said", n=int(often)),
        ctx.t("response.consent_said") if consent else "",
    ]  # fmt: skip
    return Response(
        channel, outcome, said[outcome],
        load.Outreach(channel, outcome, int(often), consent, among),
        Terms(_number(COST, FIRST_COST, 0, MOST_COST), _number(VALUE, FIRST_VALUE, 0, MOST_COST)),
        None if number < 0 else int(number),
        ctx.t("filter.joiner").join(part for part in parts if part),
    )  # fmt: skip


def choice_of(ctx: PageContext, seen: Response) -> Choice:
    """Return what contacting so many should bring."""
    key = (ctx.settings, ctx.version, ctx.scope, seen.ask)
    return told.choice_of(seen.said, load.bins(*key), load.left_out(*key), seen.terms, seen.number)


def _number(name: str, default: float, low: float, high: float) -> float:
    """Return a number of the address; the default where it is none within the bounds."""
    text = (urls.query().get(name) or [""])[-1]
    try:
        asked = float(text) if text.isascii() else float("nan")
    except ValueError:
        return default
    return asked if isfinite(asked) and low <= asked <= high else default
