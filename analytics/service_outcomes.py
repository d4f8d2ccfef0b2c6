"""What became of tickets: promises kept, solved at first contact, reopened, backlog, agents.

"Solved at first contact" has three rival definitions, and no tool says which one it uses; here they
stand side by side, each over the tickets for which it is known.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from analytics.stats import LEVEL, Floats, wilson_interval
from analytics.team_mix import mix_adjusted
from analytics.team_rates import TeamRates, team_rates

# measure: what counts, of what. An open ticket that is overdue is a missed promise.
RATES: dict[str, tuple[str, tuple[str, ...]]] = {
    "sla_attainment": ("sla_met", ("sla_met", "sla_missed")),
    "fcr_one_contact": ("one_contact", ("contacts_known",)),
    "fcr_not_reopened": ("not_reopened", ("reopenings_known",)),
    "fcr_no_return": ("no_return", ("returns_known",)),
    "reopen_rate": ("reopened", ("reopenings_known",)),
    "complaint_share": ("complaints", ("tickets",)),
    "answered_share": ("answered", ("tickets",)),
    "solved_share": ("solved", ("tickets",)),
}
AGE_BANDS = (1, 3, 7, 30)  # days


@dataclass(frozen=True, eq=False)
class AgentOutcomes:
    """Agents by the share of their solved tickets that were not reopened.

    Attributes
    ----------
    rates : TeamRates
        Drawn toward the team; ``won`` are tickets not reopened, ``closed`` solved ones.
    adjusted : DataFrame
        ``mix_adjusted`` by category, priority and channel: as if all had the same tickets.
    """

    rates: TeamRates
    adjusted: pd.DataFrame


def outcome_rates(counts: pd.DataFrame, *, level: float = LEVEL) -> pd.DataFrame:
    """Return every rate of ``RATES`` for each member.

    Parameters
    ----------
    counts : DataFrame
        One row per ``member`` with the counts that ``RATES`` names.

    Returns
    -------
    DataFrame
        ``member``, ``measure``, ``count``, ``of``, ``rate``, ``low``, ``high`` (Wilson); NaN
        where nothing is known. Totals are summed counts, never means of rates.
    """
    held = counts.assign(reopened=counts["reopenings_known"] - counts["not_reopened"])
    parts = []
    for measure, (over, under) in RATES.items():
        count = held[over].to_numpy(dtype="float64")
        of = sum((held[name].to_numpy(dtype="float64") for name in under), np.zeros(len(held)))
        low, high = wilson_interval(count, of, level=level)
        parts.append(
            pd.DataFrame(
                {
                    "member": held["member"],
                    "measure": measure,
                    "count": count.astype("int64"),
                    "of": of.astype("int64"),
                    "rate": np.divide(count, of, out=np.full(len(of), np.nan), where=of > 0),
                    "low": low,
                    "high": high,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def backlog(flow: pd.DataFrame) -> pd.DataFrame:
    """Return open tickets at the end of every day from the first to the last.

    Parameters
    ----------
    flow : DataFrame
        ``day_on``, ``created``, ``solved``; days without either may be left out.

    Returns
    -------
    DataFrame
        ``day_on``, ``created``, ``solved``, ``open`` (a stock, not a flow).
    """
    if flow.empty:
        return flow.assign(open=pd.Series(dtype="int64"))
    days = pd.date_range(flow["day_on"].min(), flow["day_on"].max(), freq="D", unit="us")
    held = flow.set_index("day_on")[["created", "solved"]].astype("int64")
    filled = held.reindex(days, fill_value=0)
    filled["open"] = (filled["created"] - filled["solved"]).cumsum()
    return filled.rename_axis("day_on").reset_index()


def backlog_ages(open_tickets: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return open tickets by age in days: ``from_days``, ``to_days`` (NaN: no end), ``tickets``.

    Parameters
    ----------
    open_tickets : DataFrame
        ``created_on``, ``tickets``.
    as_of : Timestamp
        Day on which age is counted; tickets that came later are left out.
    """
    age = (as_of - open_tickets["created_on"]).dt.days.to_numpy(dtype="float64")
    count = open_tickets["tickets"].to_numpy(dtype="float64")
    edges: Floats = np.array([0.0, *AGE_BANDS, np.inf])
    held = [count[(age >= a) & (age < b)].sum() for a, b in pairwise(edges)]
    return pd.DataFrame(
        {
            "from_days": edges[:-1].astype("int64"),
            "to_days": [*map(float, AGE_BANDS), np.nan],
            "tickets": np.array(held, dtype="int64"),
        }
    )


def agent_outcomes(strata: pd.DataFrame, *, level: float = LEVEL) -> AgentOutcomes:
    """Return agents' shares of solved tickets that were not reopened, drawn and adjusted.

    Parameters
    ----------
    strata : DataFrame
        ``agent_id``, ``category``, ``priority``, ``channel``, ``known``, ``good``.
    """
    people = strata.rename(columns={"agent_id": "owner_id", "known": "closed", "good": "won"})
    mixed = mix_adjusted(people, ["category", "priority", "channel"], level=level)
    return AgentOutcomes(team_rates(people, level=level), mixed)
