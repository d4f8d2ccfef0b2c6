"""Attribution: conversions by channel under several rules. Credit, not cause.

Each rule is right under its own assumption, and they disagree: look at ``attribution_spread``. What
a channel caused is told by an experiment only.
"""

from typing import Literal, get_args

import pandas as pd

from analytics.attribution_markov import removal_effects
from analytics.attribution_paths import Paths, paths_of
from analytics.attribution_rules import HALF_LIFE, RULES, credits_by_rule, time_decay
from analytics.attribution_shapley import shapley_credits
from analytics.stats import Floats
from crm_data.errors import UsageError

Model = Literal["first", "last", "linear", "position", "w", "time_decay", "markov", "shapley"]
MODELS: tuple[Model, ...] = get_args(Model)


def attribute(
    paths: pd.DataFrame | Paths,
    model: str = "last",
    *,
    of: Literal["conversions", "value"] = "conversions",
    half_life: float = HALF_LIFE,
) -> pd.Series:
    """Share the conversions of paths among channels; each is shared out once.

    Parameters
    ----------
    paths : DataFrame or Paths
        ``path`` (``a > b``), ``total_conversions``, and if known ``total_conversion_value`` and
        ``total_null``; or paths made of touchpoints.
    model : str
        ``first``, ``last``, ``linear``, ``position`` (40/20/40), ``w`` (30/30/30/10),
        ``time_decay``, ``markov`` (removal effects, the only one that uses journeys without a
        conversion) or ``shapley``.
    of : str
        What is shared: the number of conversions, or their value. Markov shares both by the same
        removal effects.
    half_life : float
        Of ``time_decay``: days, or touches where days are not known.

    Returns
    -------
    Series
        By name of the channel. The sum is the conversions (or value) of all paths with a touch.

    Raises
    ------
    UsageError
        There is no such model.
    BadInputError
        The paths cannot be read.

    Examples
    --------
    >>> frame = pd.DataFrame({"path": ["a > b", "b"], "total_conversions": [2, 1]})
    >>> attribute(frame, "linear").to_dict()
    {'a': 1.0, 'b': 2.0}
    """
    read = paths if isinstance(paths, Paths) else paths_of(paths)
    if model not in MODELS:
        raise UsageError(
            "attribution_model",
            f"There is no attribution model '{model}'. Models are: {', '.join(MODELS)}.",
            model=model,
            models=", ".join(MODELS),
        )
    if not half_life > 0:
        raise UsageError(
            "attribution_half_life",
            f"A half-life of {half_life} does not decay. Give a number above 0.",
        )
    amounts = read.conversions if of == "conversions" else read.value
    shared = _credits(read, model, amounts, half_life)
    index = pd.Index(read.channels, name="channel", dtype="str")
    return pd.Series(shared, index=index, name=of, dtype="float64")


def attribution_spread(
    paths: Paths,
    *,
    of: Literal["conversions", "value"] = "conversions",
    half_life: float = HALF_LIFE,
) -> pd.DataFrame:
    """Return the credit of every channel under every model, and how far they are apart.

    Columns are ``MODELS``, then ``least``, ``most`` and ``spread`` (``most − least``); by channel,
    the most credited first.
    """
    found = pd.DataFrame(
        {model: attribute(paths, model, of=of, half_life=half_life) for model in MODELS}
    )
    found["least"], found["most"] = found.min(axis=1), found[list(MODELS)].max(axis=1)
    found["spread"] = found["most"] - found["least"]
    return found.sort_values("most", ascending=False, kind="stable")


def _credits(paths: Paths, model: str, amounts: Floats, half_life: float) -> Floats:
    if model == "shapley":
        return shapley_credits(paths, amounts)
    if model == "markov":
        effects = removal_effects(paths)
        whole = effects.sum()
        return effects * (amounts.sum() / whole) if whole > 0 else effects
    weights = (
        time_decay(paths, half_life=half_life) if model == "time_decay" else RULES[model](paths)
    )
    return credits_by_rule(paths, weights, amounts)
