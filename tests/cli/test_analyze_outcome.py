"""``analyze churn --outcome`` on a small snapshot: the table, the warnings, and what is refused."""

from pathlib import Path

import pytest

from crm_data.settings import Settings
from tests.churn_model.test_outcome_card import KNOWN, OPEN, snapshot
from tests.cli.run import cli, cli_json
from tests.customers.shop import built

LEFT = ("analyze", "churn", "--outcome", "attributes.left=Yes")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("outcome_cli")
    built(Settings.from_environment({"CRM_HOME": str(folder)}), {"customers": snapshot()})
    return folder


def test_the_table_and_its_warnings(home: Path) -> None:
    done = cli(home, *LEFT, "--known-after", "attributes.months")

    assert done.returncode == 0
    assert done.stdout.startswith("figure\tvalue\tlow\thigh\nchurn_rate\t")
    assert "Verdict: useful" in done.stdout
    assert f"of {KNOWN} left; {OPEN} without an outcome, {OPEN} of them scored" in done.stdout
    assert "tell customers apart: attributes.email" in done.stdout
    assert "attributes.months is only known after the outcome, as declared" in done.stderr
    assert "attributes.reason looks as if it was only known after the outcome" in done.stderr
    assert "--known-before attributes.reason if it is known in time" in done.stderr


def test_how_long_they_stay(home: Path) -> None:
    words = ("--duration", "attributes.months", "--by", "attributes.plan")
    found = cli_json(home, *LEFT, *words)["survival"]

    assert (found["n"], found["without"]) == (KNOWN, OPEN)
    assert {one["group"] for one in found["groups"]} == {"monthly", "yearly"}
    assert sum(one["ended"] for one in found["groups"]) == found["left"]
    table = cli(home, *LEFT, *words)
    assert table.stdout.startswith("group\tn\tended\tstatus\tmedian")
    assert "differ" in table.stdout
    (whole,) = cli_json(home, *LEFT, "--duration", "attributes.months")["survival"]["groups"]
    assert (whole["group"], whole["n"]) == ("all", KNOWN)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--outcome", "left"), "Write it like attributes.Churn=Yes"),
        (("--outcome", "attributes.left=yes"), "Its values are: No, Yes"),
        (("--outcome", "attributes.gone=Yes"), "There are: attributes.email, attributes.left"),
        ((*LEFT[2:], "--known-after", "attributes.month"), "No customer has the field"),
        ((*LEFT[2:], "--known-before", "months"), "No customer has the field"),
        ((*LEFT[2:], "--by", "attributes.plan"), "--by a field needs --duration"),
        ((*LEFT[2:], "--duration", "attributes.plan"), "no numbers"),
        (("--duration", "attributes.months"), "need --outcome"),
        (("--by", "region"), "--by is one of contract, silence"),
        ((), "--outcome attributes.Churn=Yes"),
    ],
)
def test_what_cannot_be_meant_is_refused(home: Path, words: tuple[str, ...], says: str) -> None:
    done = cli(home, "analyze", "churn", *words)

    assert done.returncode != 0
    assert says in " ".join(done.stderr.split())
