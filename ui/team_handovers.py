"""Deals that changed hands, in the viewer's words: what became of them, and tasks about them."""

from datetime import timedelta

import pandas as pd

from analytics.handovers import HandedOver, handed_over
from ui import people
from ui import task_actions as act
from ui import team_loaders as load
from ui.context import PageContext
from ui.frames import records
from ui.team_frames import between
from ui.team_view import TeamView

_FILE = ["opportunity_id", "name", "customer_id", "customer_name", "pipeline", "stage", "amount",
         "handed_on", "before_id", "owner_id", "reason", "fate", "waited_days", "last_contact_on",
         "is_untouched"]  # fmt: skip
_OF_CONTACTS = ("last_contact_on", "is_untouched")  # not told of a past day
_RENAMES = {"name": "deal_name", "stage": "deal_stage", "before_id": "owner_before",
            "owner_id": "owner_now", "reason": "handed_reason", "fate": "deal_fate"}  # fmt: skip


def changes(ctx: PageContext, view: TeamView) -> HandedOver:
    """Return the deals that changed hands in the period."""
    key = (ctx.settings, ctx.version, ctx.scope)
    found = load.changes(*key, view.cut, view.start, view.known_end)
    is_now = view.chosen.is_now
    return handed_over(found, until=pd.Timestamp(view.until), with_contacts=is_now)


def behind_left(ctx: PageContext, view: TeamView) -> pd.DataFrame:
    """Return open deals whose owner has left: ``LEFT_BEHIND``."""
    key = (ctx.settings, ctx.version, ctx.scope)
    return load.left_behind(*key, view.cut, view.until)


def summary_shown(ctx: PageContext, found: HandedOver) -> pd.DataFrame:
    """Return one row per reason, in words; without contacts where these are not told."""
    table = found.summary
    rates = [between(ctx, r["rate"], r["low"], r["high"]) for r in records(table)]
    shown = pd.DataFrame(
        {
            "handed_reason": [ctx.t(f"team.reason_{one}") for one in table["reason"]],
            "deals": table["deals"],
            "won": table["won"],
            "deals_lost": table["lost"],
            "open": table["open"],
            "untouched": table["untouched"],
            "rate": pd.Series(rates, dtype="str"),
            "won_amount": table["won_amount"],
            "open_amount": table["open_amount"],
        }
    )
    return shown.drop(columns="untouched") if table["untouched"].isna().any() else shown


def file_of(ctx: PageContext, found: HandedOver) -> pd.DataFrame:
    """Return the deals for a file: with names of people."""
    told = found.deals["is_untouched"].notna().all()
    names = _FILE if told else [name for name in _FILE if name not in _OF_CONTACTS]
    table = found.deals[names].rename(columns=_RENAMES)
    for name in ("owner_before", "owner_now"):
        table[name] = people.with_names(ctx, table[name])
    return table


def left_file(view: TeamView, left: pd.DataFrame) -> pd.DataFrame:
    """Return the open deals of who has left, for table and file."""
    names = ["opportunity_id", "name", "customer_name", "owner_id", "left_on", "stage", "amount",
             "expected_close_on", "last_contact_on"]  # fmt: skip
    kept = [name for name in names if view.chosen.is_now or name not in _OF_CONTACTS]
    return left[kept].rename(columns={"name": "deal_name", "stage": "deal_stage"})


def draft(ctx: PageContext, row: dict[str, object]) -> act.TaskDraft:
    """Return the task to get in touch with the customer of a deal that was taken over."""
    owner = row["owner_id"]
    return act.TaskDraft(
        ctx.today + timedelta(days=1),
        owner if isinstance(owner, str) else None,
        code="deal_handed_over",
        figures={"before": people.person(ctx, str(row["before_id"]))},
        opportunity_id=str(row["opportunity_id"]),
        origin="team",
        origin_query=act.view_query(),
    )
