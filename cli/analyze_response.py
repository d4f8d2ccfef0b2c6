"""``analyze response``: who would respond to a campaign, as the page Whom to contact says it."""

from typing import Annotated, Any

import typer

from analytics.response_choice import Terms
from cli.analyze import analyze_app
from cli.app import print_line
from cli.arm_sizes import BROKEN, UNCHECKED
from cli.asking import among, published
from cli.data import JsonOption
from cli.output import print_json, print_table
from crm_data.errors import UsageError
from crm_data.queries import response as queries
from crm_data.queries.response import Outreach
from crm_data.scope import EVERYTHING
from ui import response_answers as told
from ui.frames import records

_SHOWN = (
    "channel", "outcome", "verdict", "auc", "auc_low", "auc_high", "effect", "area", "low", "high",
)  # fmt: skip


@analyze_app.command("response")
def response(
    channel: Annotated[
        str | None, typer.Option(help="Of these campaigns; default: the first with a list.")
    ] = None,
    outcome: Annotated[
        str | None, typer.Option(help="responded, bought or caused; default: the first listed.")
    ] = None,
    cost: Annotated[float, typer.Option(min=0, help="Cost of a contact.")] = 1.0,
    worth: Annotated[float, typer.Option(min=0, help="What a response is worth.")] = 50.0,
    number: Annotated[
        int | None, typer.Option(min=0, help="How many to contact; default: what pays most.")
    ] = None,
    most_messages: Annotated[
        int, typer.Option(min=0, help="Leave out who had more in 30 days.")
    ] = told.MOST_CONTACTS,
    consent: Annotated[
        bool | None, typer.Option(help="Only with consent; default: where any is on record.")
    ] = None,
    segment: Annotated[str | None, typer.Option(help="Only customers of a saved segment.")] = None,
    limit: Annotated[int, typer.Option(min=0, help="Customers printed.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """Print how well responses were foretold, whom contact changes, and whom to contact."""
    with published() as (connection, version):
        card = queries.response_card(connection, scope=EVERYTHING)
        known = told.answers(card)
        if not known:
            raise UsageError(
                "response_nothing",
                "No campaign has members whose responses are in. Import campaign_members with "
                "sent_at and responded_at, then run `python -m cli refresh`.",
            )
        picked, name = _asked(known, channel, outcome)
        said = known[picked][name]
        document: dict[str, Any] = {"version": version, "channel": picked, "outcome": name}
        if told.is_listed(said):
            ask = Outreach(picked, name, most_messages, bool(consent), among(segment))
            left_out = queries.left_out_counts(connection, ask, scope=EVERYTHING)
            if consent is None and told.asks_consent(picked, left_out["known_consent"]):
                ask = Outreach(picked, name, most_messages, with_consent=True, among=ask.among)
                left_out = queries.left_out_counts(connection, ask, scope=EVERYTHING)
            bins = queries.response_bins(connection, ask, scope=EVERYTHING)
            found = told.choice_of(said, bins, left_out, Terms(cost, worth), number)
            most = min(limit, found.contacted)
            listed = queries.response_list(connection, ask, scope=EVERYTHING, limit=most)
            document |= {
                "left_out": left_out, "best": found.best, "contacted": found.contacted,
                "chosen": dict(found.chosen), "customers": records(listed),
            }  # fmt: skip
    document |= {"asked": (card or {})["asked"], "uplift": (card or {})["uplift"]}
    if as_json:
        print_json(document)
    else:
        _print(document)


def _asked(
    known: dict[str | None, dict[str, dict[str, Any]]], channel: str | None, outcome: str | None
) -> tuple[str | None, str]:
    if channel is not None and channel not in known:
        names = ", ".join(str(name) for name in known)
        raise UsageError("response_channel", f"No channel '{channel}'. Channels are: {names}.")
    picked = next(iter(known)) if channel is None else channel
    own = known[picked]
    if outcome is not None and outcome not in own:
        raise UsageError(
            "response_outcome", f"No outcome '{outcome}' of {picked}. There is: {', '.join(own)}."
        )
    listed = [name for name in told.OUTCOMES if name in own and told.is_listed(own[name])]
    return picked, outcome or (listed or list(own))[0]


def _print(document: dict[str, Any]) -> None:
    every = [*document["asked"], *({**one, "outcome": "caused"} for one in document["uplift"])]
    print_table(_SHOWN, [[one.get(name) for name in _SHOWN] for one in every])
    for one in every:
        _print_limits(one)
    if "contacted" not in document:
        print_line(f"No list for {document['channel']} {document['outcome']}: see the verdict.")
        return
    at = document["chosen"]
    print_line(
        f"{document['channel']} {document['outcome']}: contact {document['contacted']} of "
        f"{document['left_out']['listed']}; expected {at['expected']:.1f} ({at['low']:.1f} to "
        f"{at['high']:.1f}), as many by lot {at['at_random']:.1f}; profit {at['profit']:.2f} "
        f"({at['profit_low']:.2f} to {at['profit_high']:.2f}), version {document['version']}"
    )
    columns = ("customer_id", "name", "score", "contacts_30d", "owner_id")
    print_table(columns, [[one[name] for name in columns] for one in document["customers"]])


def _print_limits(one: dict[str, Any]) -> None:
    """Print what was refused, what is missing, and whether sizes of arms were checked."""
    for field in one.get("refused", ()):
        if not field["is_used"]:
            print_line(
                f"{field['field']} is refused ({field['reason']}): what is known only once "
                "somebody has been contacted foretells nothing."
            )
    if one.get("sizes") == "unchecked" and "effect" in one:
        print_line(f"{one['name']}: {UNCHECKED}")
    if one["verdict"] == "sample_ratio":
        print_line(f"{one['name']}: {BROKEN}")
    for need in one.get("requirements", ()):
        if not need["is_met"]:
            print_line(
                f"{one['channel']} {one['outcome']}: {need['found']} {need['name']} of "
                f"{need['needed']} that a prediction takes"
            )
