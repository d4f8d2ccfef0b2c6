"""``campaigns``: plans that are locked at launch, and post-mortems that stay as they are."""

from typing import Annotated, Any

import typer

from cli.app import app, now, print_line, settings
from cli.asking import day, published
from cli.data import JsonOption
from cli.experiment_choice import split_of_any
from cli.output import print_json, print_table
from crm_data.campaign_plans import PlanDraft
from crm_data.commands.campaign_plans import (
    campaign_plans,
    campaign_reviews,
    freeze_review,
    lock_plan,
    write_plan,
)
from crm_data.errors import UsageError
from crm_data.scope import EVERYTHING
from ui.post_mortem_answers import campaign_id_of, review_data

campaigns_app = typer.Typer(help="Plans and post-mortems of campaigns.", no_args_is_help=True)
app.add_typer(campaigns_app, name="campaigns")

_ACTOR = "cli"
Name = Annotated[str, typer.Argument(help="Id or name of a campaign.")]


@campaigns_app.command("plan")
def plan(
    name: Name,
    hypothesis: Annotated[str, typer.Option(help="What will happen, and why.")],
    effect: Annotated[float, typer.Option(help="Smallest worth having: 0.02 is two points.")],
    audience: Annotated[str, typer.Option(help="For whom.")],
    stop: Annotated[str, typer.Option(help="When it ends, whatever is seen.")],
    measure: Annotated[str, typer.Option(help="conversion, revenue or margin.")] = "conversion",
    budget: Annotated[float | None, typer.Option(help="Money.")] = None,
    members: Annotated[int | None, typer.Option(help="How many the audience is.")] = None,
    ends: Annotated[str | None, typer.Option(help="Last day.")] = None,
    share: Annotated[
        list[str] | None, typer.Option("--share", help="Planned share: control=0.35.")
    ] = None,
) -> None:
    """Write the plan of a campaign, or replace one that is not locked yet."""
    with published() as (connection, _):
        campaign_id, label = campaign_id_of(connection, name, EVERYTHING)
    draft = PlanDraft(
        campaign_id, label, hypothesis, measure, effect, audience, stop, budget, members,
        day(ends, "--ends"), split_of_any(share) or {},
    )  # fmt: skip
    made = write_plan(settings(), EVERYTHING, draft, now=now(), actor=_ACTOR)
    print_line(f"Wrote the plan of {label}: {made.draft_hash}")
    print_line(f"`campaigns lock {campaign_id} --hash {made.draft_hash}` locks this one")


@campaigns_app.command("lock")
def lock(
    name: Name,
    seen: Annotated[
        str | None, typer.Option("--hash", help="Only the plan of this hash, as `plan` printed it.")
    ] = None,
) -> None:
    """Lock a plan at launch, and print its hash: from then on nobody can change it."""
    with published() as (connection, _):
        campaign_id, label = campaign_id_of(connection, name, EVERYTHING)
    made = lock_plan(settings(), EVERYTHING, campaign_id, now=now(), actor=_ACTOR, seen=seen)
    print_line(f"Locked the plan of {label}: {made.content_hash}")


@campaigns_app.command("freeze")
def freeze(name: Name, lessons: Annotated[str, typer.Option(help="What was learnt.")]) -> None:
    """Freeze the post-mortem of a campaign, with what the current version says of it."""
    with published() as (connection, version):
        campaign_id, label = campaign_id_of(connection, name, EVERYTHING)
        data = _data(connection, campaign_id, version)
    made = freeze_review(
        settings(), EVERYTHING, campaign_id, data, lessons=lessons, version=version, now=now(),
        actor=_ACTOR,
    )  # fmt: skip
    print_line(f"Froze the post-mortem of {label}, version {version}: {made.data_hash}")


@campaigns_app.command("review")
def review(name: Name) -> None:
    """Print plan against result as the current version says it, as JSON; nothing is stored."""
    with published() as (connection, version):
        campaign_id, _ = campaign_id_of(connection, name, EVERYTHING)
        print_json(_data(connection, campaign_id, version))


@campaigns_app.command("lessons")
def lessons(
    words: Annotated[str, typer.Argument(help="Only with all of these words.")] = "",
    as_json: JsonOption = False,
) -> None:
    """List frozen post-mortems and their lessons, the newest first."""
    found = campaign_reviews(settings(), EVERYTHING, words)
    rows: list[dict[str, Any]] = [
        {
            "campaign": one.plan.draft.campaign, "frozen_on": one.frozen_at.date(),
            "answer": one.data["answer"], "version": one.version, "lessons": one.lessons,
            "data_hash": one.data_hash, "is_intact": one.is_intact and one.plan.is_intact,
        }
        for one in found
    ]  # fmt: skip
    if as_json:
        print_json(rows)
        return
    names = ("campaign", "frozen_on", "answer", "version", "lessons")
    print_table(names, [[row[name] for name in names] for row in rows])


def _data(connection: Any, campaign_id: str, version: str) -> dict[str, Any]:
    plans = [
        one for one in campaign_plans(settings(), EVERYTHING)
        if one.draft.campaign_id == campaign_id
    ]  # fmt: skip
    if not plans:
        raise UsageError(
            "no_plan", f"Campaign '{campaign_id}' has no plan. Write one: campaigns plan.",
            campaign=campaign_id,
        )  # fmt: skip
    return review_data(connection, plans[0], version=version, scope=EVERYTHING)
