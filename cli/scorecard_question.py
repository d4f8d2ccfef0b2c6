"""What ``analyze scorecard`` and ``report scorecard`` ask, from the options of the page."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from cli.app import settings
from cli.asking import Segment, Where, among, day
from crm_data.commands.segments import segment_named
from crm_data.errors import UsageError
from crm_data.queries.cut import parse_cut
from ui.context import PageContext
from ui.no_server import be_quiet

if TYPE_CHECKING:  # they make caches when they are loaded
    from ui.scorecard_answers import Measured
    from ui.scorecard_view import ScorecardView

__all__ = ["Day", "Months", "Score", "Segment", "Versus", "Where"]

Day = Annotated[str, typer.Option(help="First day of after, such as 2025-01-01.")]
Months = Annotated[int, typer.Option(min=3, max=36, help="Whole months on each side, at the most.")]
Score = Annotated[str, typer.Option(help="nps, csat or ces; default: the first with answers.")]
Versus = Annotated[
    str,
    typer.Option(
        help="Comparison group: none, rest (whom --where leaves out), region:VALUE, owner_id:ID or "
        "segment:NAME (needs --segment)."
    ),
]


def view_of(
    ctx: PageContext,
    since: str,
    months: int,
    score: str,
    where: list[str] | None,
    segment: str | None,
    versus: str,
) -> "tuple[ScorecardView, list[Measured]]":
    """Return the view that the page would have, and what was found.

    Raises
    ------
    UsageError
        A field, value, score or comparison group that there is not.
    """
    be_quiet()  # before the modules below make their caches
    from ui import scorecard_loaders as load
    from ui import scorecard_view as page
    from ui.attribute_filters import described
    from ui.scorecard_answers import Asked, scorecard
    from ui.scorecard_series import Group

    key = (ctx.settings, ctx.version, ctx.scope)
    known, scores = page.known_months(ctx), load.scores(*key)
    if known is None:
        raise UsageError("scorecard_nothing", "There is nothing to score. Import orders first.")
    offered = load.offered(*key)
    kept: dict[str, tuple[str, ...]] = {}
    for field, values in parse_cut(None, None, (), where or (), "").where:
        if field not in offered or not set(values) <= set(offered[field]):
            raise UsageError(
                "scorecard_filter",
                f"'{field}' cannot be filtered so. Fields are {', '.join(offered) or 'none'}; "
                "values are those that two or more customers differ by.",
                field=field,
            )
        kept[field] = (*kept.get(field, ()), *(v for v in values if v is not None))
    if score and score not in scores:
        _refuse(score, scores)
    group = Group(
        tuple(one for one in kept.items() if one[0] == "region"), among(segment),
        kept.get("owner_id", ()),
    )  # fmt: skip
    if versus.startswith("segment:") and segment:
        found = segment_named(settings(), versus.removeprefix("segment:"))
        versus = f"segment:{found.segment_id}"
    options = page.versus_options(ctx, group, offered)
    if versus not in options:
        _refuse(versus, options)
    first = day(since, "--day") or date.max
    own = segment_named(settings(), segment).name if segment else ""
    words = [ctx.t("segments.described", name=own)] if own else []
    filters = ctx.t("filter.joiner").join([*words, described(ctx, tuple(kept.items()), "")])
    asked = Asked(
        first, months, score or (scores[0] if scores else ""),
        *page.groups_of(ctx, group, versus, offered),
    )  # fmt: skip
    told = "" if versus == page.NOBODY else page.versus_label(ctx, versus)
    view = page.ScorecardView(asked, versus, told, filters.strip(), *known)
    return view, scorecard(*key, asked)


def _refuse(given: str, known: tuple[str, ...]) -> NoReturn:
    raise UsageError(
        "scorecard_choice",
        f"'{given}' is none of {', '.join(known) or 'none'}. Use one of these.",
        given=given,
        known=", ".join(known),
    )
