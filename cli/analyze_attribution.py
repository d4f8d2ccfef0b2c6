"""``analyze attribution``: conversions by channel under every rule, and how far rules disagree."""

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from analytics.attribution import MODELS, attribution_spread
from analytics.attribution_paths import Paths, paths_of
from analytics.attribution_rules import HALF_LIFE
from analytics.journey_shape import gaps, sequences, steps
from cli.analyze import analyze_app
from cli.app import print_error, print_line
from cli.asking import published
from cli.data import JsonOption
from cli.output import print_json, print_table
from crm_data.errors import BadInputError, UsageError
from crm_data.queries.journey_ends import contacts, contract_ends
from crm_data.queries.segments import data_ends_on
from crm_data.scope import EVERYTHING
from ui.attribution_found import paths_before_leaving, paths_found
from ui.frames import records

_LOOKBACK = 30.0
_MOST = 20


class Conversion(StrEnum):
    """What counts as a conversion."""

    first_orders = "first_orders"
    orders = "orders"


class Before(StrEnum):
    """What journeys end with."""

    purchase = "purchase"
    leaving = "leaving"


class Of(StrEnum):
    """What is shared out."""

    conversions = "conversions"
    value = "value"


@analyze_app.command("attribution")
def attribution(
    paths: Annotated[
        Path | None,
        typer.Option(help="File with path (a > b), total_conversions, …; default: touchpoints."),
    ] = None,
    model: Annotated[str, typer.Option(help=f"all, or one of {', '.join(MODELS)}.")] = "all",
    of: Annotated[Of, typer.Option(help="Share out conversions or their value.")] = Of.conversions,
    conversion: Annotated[
        Conversion, typer.Option(help="With touchpoints: first paid orders, or every paid order.")
    ] = Conversion.first_orders,
    lookback: Annotated[
        float, typer.Option(min=0.001, help="Days before a conversion in which a touch counts.")
    ] = _LOOKBACK,
    half_life: Annotated[
        float, typer.Option(help="Of time_decay: days, or touches in a file of paths.")
    ] = HALF_LIFE,
    journeys: Annotated[
        Before | None,
        typer.Option(help="Instead of credit, the journeys before a purchase, or before leaving."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Print the credit of each channel. Credit is not cause: analyze experiment tells that."""
    if model != "all" and model not in MODELS:
        raise UsageError(
            "attribution_model", f"--model is all or one of {', '.join(MODELS)}, not '{model}'."
        )
    if paths is not None:
        read, about = paths_of(_read(paths)), {"paths": paths.name}
    else:
        read, about = _from_touchpoints(conversion, lookback)
    if journeys is Before.leaving:
        left = _before_leaving(lookback)
        read = replace(read, touches=read.touches[:0]) if left is None else left
    if not len(read.touches):
        print_error(
            "No path leads to a conversion or ends without: import touchpoints, or --paths."
        )
        raise typer.Exit(1)
    if journeys is not None:
        _print_journeys(read, {**about, "before": journeys.value}, as_json=as_json)
        return
    spread = attribution_spread(read, of=of.value, half_life=half_life)
    shown = spread if model == "all" else spread[[model]].sort_values(model, ascending=False)
    amounts = read.conversions if of is Of.conversions else read.value
    outside = read.untouched if of is Of.conversions else read.untouched_value
    document: dict[str, Any] = {
        **about,
        "of": of.value,
        "total": float(amounts.sum()),
        "untouched": outside,
        "journeys_without_conversion": float(read.null.sum()),
        "channels": records(shown.reset_index()),
        "top_paths": records(read.counts().head(10)),
    }
    if as_json:
        print_json(document)
        return
    rows = shown.reset_index()
    print_table([str(name) for name in rows.columns], rows.to_numpy(dtype=object).tolist())
    print_line(
        f"{document['total']:,.10g} {of.value} shared out once under each rule, {outside:,.10g} "
        f"without a touch, {document['journeys_without_conversion']:,.0f} journeys without any. "
        "Credit, not cause."
    )
    if document.get("untouched_early"):
        print_line(
            f"Of those without a touch {document['untouched_early']:,.10g} conversions are within "
            "the look-back of the first touch on record: an earlier touch may be missing."
        )


def _read(path: Path) -> pd.DataFrame:
    """Read a file of paths: a delimiter of ; , or tab, found from its first line."""
    try:
        first = pd.read_csv(path, sep="\0", nrows=1, header=None, dtype=str, engine="c")
        header = str(first.iloc[0, 0])
        delimiter = max(";,\t", key=header.count)
        return pd.read_csv(path, sep=delimiter, encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise BadInputError(
            "paths_unreadable",
            f"The paths {path} cannot be read: {error}. Give a CSV file with a header.",
        ) from error


def _before_leaving(lookback: float) -> Paths | None:
    with published() as (connection, _):
        touched = contacts(connection, scope=EVERYTHING)
        ended = contract_ends(connection, scope=EVERYTHING)
        last = data_ends_on(connection)
    return None if last is None else paths_before_leaving(touched, ended, lookback, last)


def _print_journeys(paths: Paths, about: dict[str, Any], *, as_json: bool) -> None:
    """Print common sequences, days between contacts, and where journeys ended without."""
    tables = {"sequences": sequences(paths), "gaps": gaps(paths), "steps": steps(paths)}
    if as_json:
        print_json(about | {name: records(found) for name, found in tables.items()})
        return
    for name, found in tables.items():
        print_line(f"{name}:")
        print_table(list(found.columns), found.head(_MOST).to_numpy(dtype=object).tolist())


def _from_touchpoints(conversion: Conversion, lookback: float) -> tuple[Paths, dict[str, Any]]:
    with published() as (connection, version):
        found = paths_found(connection, conversion.value, lookback, scope=EVERYTHING)
    return found.paths, {
        "version": version,
        "conversion": conversion.value,
        "lookback_days": lookback,
        "since": found.since,
        "until": found.until,
        "open_journeys": found.open_journeys,
        "touches_too_old": found.touches_too_old,
        "touches_unknown": found.touches_unknown,
        "untouched_early": found.early,
        "untouched_early_value": found.early_value,
    }
