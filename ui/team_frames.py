"""Frames behind the charts and tables of the team, in the viewer's words and numbers."""

from html import escape

import numpy as np
import pandas as pd

from analytics.work_days import WorkDays
from ui import people as staff
from ui.context import PageContext
from ui.filter_bar import value_label
from ui.formats import NOT_DEFINED, is_missing, plain
from ui.frames import records
from ui.team_rates_view import Rates
from ui.team_view import Quotas, TeamView

_JOINER = "\N{WORD JOINER}"
_QUOTA = ["owner_id", "team", "quota", "won", "attained", "quota_gap", "open_value", "of_left",
          "quota_status"]  # fmt: skip


def between(ctx: PageContext, value: object, low: object, high: object) -> str:
    """Return a share with its interval, as narrow as it can be."""
    f = ctx.formats
    if is_missing(value):
        return NOT_DEFINED
    if is_missing(low) or is_missing(high):
        return f.share(value)  # type: ignore[arg-type]  # a float of a frame
    return ctx.t("sales.between", value=f.share(value), low=f.share(low), high=f.share(high))  # type: ignore[arg-type]  # floats of a frame


def quota_table(found: Quotas) -> pd.DataFrame:
    """Return one row per person: quota, won, attained, gap, open value due, coverage."""
    return found.people.rename(columns={"status": "quota_status", "gap": "quota_gap"})[_QUOTA]


def quota_shown(ctx: PageContext, table: pd.DataFrame) -> pd.DataFrame:
    """Return ``quota_table`` with shares and status in words."""
    f = ctx.formats
    times = [f.number(v, 1) for v in table["of_left"]]
    words = [ctx.t(f"team.quota_{v}") for v in table["quota_status"]]
    shares = [f.share(v, 0) for v in table["attained"]]
    return table.assign(attained=shares, of_left=times, quota_status=words)


def team_table(ctx: PageContext, found: Quotas) -> pd.DataFrame:
    """Return one row per team, with both quotas and which of them counts."""
    words = [ctx.t(f"team.basis_{basis}") for basis in found.teams["basis"]]
    names = ["team", "won", "attained", "of_parts", "own", "people", "blank"]
    table = found.teams[names].rename(columns={"of_parts": "quota_of_parts", "own": "quota_own"})
    return table.assign(quota_basis=words)


def quota_rows(ctx: PageContext, found: Quotas) -> pd.DataFrame:
    """Return the bars: ``name``, ``won``, ``due``, ``quota``, ``hover``."""
    rows = found.people.assign(name=staff.with_names(ctx, found.people["owner_id"]))
    f = ctx.formats
    hovers = [
        ctx.t(
            "team.quota_hover", name=escape(str(row["name"])), won=f.money_compact(row["won"]),
            due=f.money_compact(row["due"]), quota=f.money_compact(row["quota"]),
            attained=f.share(row["attained"], 0),
        )
        for row in records(rows)
    ]  # fmt: skip
    return rows.assign(hover=hovers, name=[escape(str(name)) for name in rows["name"]])


def pace_points(ctx: PageContext, view: TeamView, found: Quotas) -> pd.DataFrame:
    """Return what was won by each day of the period: ``elapsed``, ``amount``, ``hover``."""
    calendar, f = WorkDays(), ctx.formats
    whole = max(int(calendar.between(view.start, view.end)), 1)
    known = pd.date_range(view.start, view.known_end, freq="D")[:-1]
    by_day = found.days.groupby("closed_on")["amount"].sum().astype("float64")
    sums = by_day.reindex(known, fill_value=0.0).cumsum()
    gone = calendar.between(np.full(len(known), np.datetime64(view.start)),
                            known + pd.Timedelta(days=1)) / whole  # fmt: skip
    hovers = [
        ctx.t(
            "team.pace_hover", day=f.day(day), amount=f.money_compact(amount), share=f.share(at, 0)
        )
        for day, amount, at in zip(known, sums, gone, strict=True)
    ]
    points = pd.DataFrame({"elapsed": gone, "amount": sums.to_numpy(), "hover": hovers})
    start = pd.DataFrame({"elapsed": [0.0], "amount": [0.0], "hover": [f.day(view.start)]})
    return pd.concat([start, points], ignore_index=True)


def usual_points(found: Quotas) -> pd.DataFrame:
    """Return how the quota would fill as past periods did; empty without a past or a quota."""
    quota, curve = float(found.total["quota"].iloc[0]), found.curve
    if curve.empty or is_missing(quota):
        return pd.DataFrame({name: [] for name in ("elapsed", "amount", "low", "high")})
    parts = {"amount": "share", "low": "low", "high": "high"}
    told = {name: curve[of] * quota for name, of in parts.items()}
    return pd.DataFrame({"elapsed": curve["elapsed"], **told})


def rate_rows(ctx: PageContext, found: Rates) -> pd.DataFrame:
    """Return the points of rates and funnel: people by standing, then the unnamed."""
    both = pd.concat(
        [
            found.people.assign(is_named=True),
            found.others.assign(name=ctx.t("team.other"), is_named=False),
        ],
        ignore_index=True,
    )
    hovers = [_rate_hover(ctx, row) for row in records(both)]
    shown = both.assign(hover=hovers, value=both["shrunk"])
    return shown.assign(name=[escape(str(name)) for name in both["name"]])


def rates_table(found: Rates) -> pd.DataFrame:
    """Return one row per person, for files: counts, rates with intervals, standing, chances."""
    names = ["owner_id", "standing", "won", "closed", "rate", "rate_low", "rate_high", "shrunk",
             "low", "high", "own_weight", "among_best", "expected_rank", "verdict"]  # fmt: skip
    if found.is_mixed:
        names += ["expected", "adjusted", "adjusted_low", "adjusted_high", "alone"]
    renames = {"shrunk": "rate_shrunk", "low": "shrunk_low", "high": "shrunk_high",
               "expected": "expected_won", "verdict": "funnel_verdict"}  # fmt: skip
    return found.people[names].rename(columns=renames)


def rates_shown(ctx: PageContext, found: Rates, standing: str) -> pd.DataFrame:
    """Return the people of a standing as a page shows them: all cells are text."""
    f, t = ctx.formats, ctx.t
    rows = []
    for row in records(found.people[found.people["standing"] == standing]):
        cells = {
            "owner_id": plain(row["name"]),
            "won_of": t("team.won_of", won=f.count(row["won"]), closed=f.count(row["closed"])),
            "rate": between(ctx, row["rate"], row["rate_low"], row["rate_high"]),
            "rate_shrunk": between(ctx, row["shrunk"], row["low"], row["high"]),
            "among_best": f.share(row["among_best"], 0),
            "funnel_verdict": t(f"team.verdict_{row['verdict']}"),
        }
        if found.is_mixed:
            sides = (row["adjusted"], row["adjusted_low"], row["adjusted_high"])
            cells["adjusted"] = between(ctx, *sides)
        rows.append({t(f"column.{name}"): _unbroken(value) for name, value in cells.items()})
    return pd.DataFrame(rows)


def activity_table(
    contacts: pd.DataFrame, results: pd.DataFrame, sellers: pd.DataFrame
) -> pd.DataFrame:
    """Return one row per seller: contacts, and what was created, closed and won beside."""
    told = sellers[["owner_id", "team"]].copy()
    told["contacts"] = told["owner_id"].map(contacts.groupby("owner_id")["contacts"].sum())
    sums = results.groupby("owner_id")[["created", "created_amount", "closed", "won", "won_amount"]]
    both = told.merge(sums.sum().reset_index(), on="owner_id", how="left")
    counts = ["contacts", "created", "closed", "won"]
    both[counts] = both[counts].fillna(0).astype("int64")
    return both[both[counts].sum(axis=1) > 0].reset_index(drop=True)


def activity_parts(ctx: PageContext, contacts: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Return contacts by row and channel: ``place``, ``channel``, ``contacts``, ``hover``."""
    place = {owner: at for at, owner in enumerate(rows["owner_id"])}
    known = contacts[contacts["owner_id"].isin(place)]
    order = known.groupby("channel", dropna=False)["contacts"].transform("sum")
    known = known.assign(order=order).sort_values(["order", "channel"], ascending=[False, True])
    names = [value_label(ctx, "channel", one) for one in known["channel"]]
    hovers = [
        ctx.t("team.activity_hover", name=escape(staff.person(ctx, row["owner_id"])),
              channel=escape(name), n=ctx.formats.count(row["contacts"]),
              customers=ctx.formats.count(row["customers"]))
        for name, row in zip(names, records(known), strict=True)
    ]  # fmt: skip
    told = known.assign(channel=[escape(name) for name in names], hover=hovers)
    return told.assign(place=known["owner_id"].map(place))[
        ["place", "channel", "contacts", "hover"]
    ]


def _unbroken(text: str) -> str:
    """Return text that does not break inside an interval."""
    return text.replace("–", f"{_JOINER}–{_JOINER}")


def _rate_hover(ctx: PageContext, row: dict[str, object]) -> str:
    f = ctx.formats
    return ctx.t(
        "team.rate_hover", name=escape(str(row["name"])), won=f.count(row["won"]),  # type: ignore[arg-type]  # numbers of a frame
        closed=f.count(row["closed"]), rate=f.share(row["rate"]),  # type: ignore[arg-type]  # numbers of a frame
        shrunk=between(ctx, row["shrunk"], row["low"], row["high"]),
        standing=ctx.t(f"team.standing_{row['standing']}"),
    )  # fmt: skip
