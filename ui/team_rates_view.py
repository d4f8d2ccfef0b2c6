"""Win rates of the team: who stands out beyond chance, in the order of what can be said."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.team_funnel import funnel_curve, outside_chance
from analytics.team_mix import mix_adjusted
from analytics.team_rates import TeamRates, team_rates
from ui import people as staff
from ui import team_loaders as load
from ui.context import PageContext
from ui.team_view import TeamView, kept_sellers

STANDINGS = ("above", "like_team", "below", "cannot_tell")
STRATA = ("pipeline", "category")
LEAST_OTHERS = 3  # of fewer it would be plain who is who
_OTHER = "\N{ZERO WIDTH SPACE}other:"  # no employee is called so


@dataclass(frozen=True, eq=False)
class Rates:
    """Rates of the people chosen beside their whole team.

    Attributes
    ----------
    found : TeamRates
        Of everybody, those whom the viewer does not see among them.
    people : DataFrame
        Those chosen: ``TeamRates.people`` with ``name``, ``verdict``, ``p_adjusted`` and, where
        more than one is seen, ``expected``, ``adjusted``, ``adjusted_low``, ``adjusted_high``,
        ``alone``. By standing, then name: never by rate.
    others : DataFrame
        The same of those not seen, without a name, the most deals first.
    curve : DataFrame
        Of ``funnel_curve``.
    without_owner : int
        Closed deals that nobody owns: in no rate.
    has_too_few_others : bool
        Others there are, but too few to be shown without telling who is who.
    """

    found: TeamRates
    people: pd.DataFrame
    others: pd.DataFrame
    curve: pd.DataFrame
    without_owner: int
    has_too_few_others: bool

    @property
    def is_mixed(self) -> bool:
        """Whether rates could be held against those of the same deals of others."""
        return "adjusted" in self.people


def rates(ctx: PageContext, view: TeamView) -> Rates:
    """Compute rates of deals closed in the known part of the period."""
    span = (view.start, view.known_end)
    key = (ctx.settings, ctx.version, ctx.scope, view.team_cut, *span)
    results, hidden = load.results(*key), load.other_results(*key)
    has_too_few = 0 < len(hidden) < LEAST_OTHERS
    hidden = hidden.iloc[:0] if has_too_few else hidden
    numbered = hidden.assign(owner_id=[f"{_OTHER}{n:04d}" for n in range(len(hidden))])
    owned = results[results["owner_id"].notna() & (results["closed"] > 0)]
    everybody = pd.concat(
        [owned[["owner_id", "won", "closed"]], numbered[["owner_id", "won", "closed"]]]
    )
    found = team_rates(everybody)
    judged = outside_chance(found.people)
    is_other = judged["owner_id"].str.startswith(_OTHER).astype(bool)
    kept = kept_sellers(ctx, view)["owner_id"]
    own = judged[judged["owner_id"].isin(kept)]
    if len(owned["owner_id"].unique()) > 1:
        columns = ["owner_id", "expected", "adjusted", "adjusted_low", "adjusted_high", "alone"]
        own = own.merge(mix_adjusted(owned, STRATA)[columns], on="owner_id", how="left")
    most = int(judged["closed"].max()) if len(judged) else 0
    return Rates(
        found,
        _by_standing(own.assign(name=staff.with_names(ctx, own["owner_id"]))),
        judged[is_other].sort_values("closed", ascending=False, ignore_index=True),
        funnel_curve(most, found.team["rate"]) if most else pd.DataFrame(),
        int(results.loc[results["owner_id"].isna(), "closed"].sum()),
        has_too_few,
    )


def _by_standing(people: pd.DataFrame) -> pd.DataFrame:
    place = people["standing"].map({name: at for at, name in enumerate(STANDINGS)})
    order = np.lexsort((people["name"].astype("str"), place))
    return people.iloc[order].reset_index(drop=True)
