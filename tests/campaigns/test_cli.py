"""``analyze experiment`` and ``analyze attribution``, as a user types them."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from crm_data.settings import Settings
from tests.campaigns.shop import TABLES
from tests.cli.run import ROOT, cli, cli_json
from tests.customers.shop import built
from tests.real_data import real_file


@pytest.fixture(scope="module")
def home(duckdb_shop: Settings) -> Path:
    return duckdb_shop.home


def test_an_experiment_as_json(home: Path) -> None:
    found = cli_json(home, "analyze", "experiment", "--outcome", "outcome_value")

    assert found["campaign"]["campaign_id"] == "m1"
    assert (found["control"], found["kind"], found["unassigned"]) == ("control", "money", 1)
    assert found["sample_ratio"]["counts"] == {"A": 5, "B": 4, "control": 4}
    assert not found["is_blocked"]
    assert found["crossed_customers"] == 1
    assert [(one["arm"], one["mean"], one["difference"]) for one in found["arms"]] == [
        ("A", 22.5, 20.0), ("B", pytest.approx(20 / 3), pytest.approx(20 / 3 - 2.5)),
    ]  # fmt: skip
    assert found["notes"] == ["2 members have no known outcome and are left out."]
    assert found["plan"]["members"] == 11


def test_sizes_that_were_not_planned_block_the_verdict(home: Path) -> None:
    words = ("analyze", "experiment", "--campaign", "Spring")
    plan = [w for one in ("A=0.999", "B=0.0005", "control=0.0005") for w in ("--expected", one)]
    done = cli(home, *words, *plan)

    assert done.returncode == 1
    assert done.stdout.startswith("Sample ratio: A 5, B 4, control 4; p 0.000, BROKEN")
    assert "Arms are not of planned sizes" in done.stderr
    found = cli_json(home, *words, *plan)
    assert {one["verdict"] for one in found["arms"]} == {"blocked"}
    assert cli(home, *words).returncode == 0


def test_responses_that_take_the_message_are_no_effect(home: Path) -> None:
    done = cli(home, "analyze", "experiment", "--outcome", "responded")

    assert "this counts deliveries and is no effect" in done.stdout


def test_slices_say_how_many_were_looked_at(home: Path) -> None:
    done = cli(home, "analyze", "experiment", "--by", "region")
    found = cli_json(home, "analyze", "experiment", "--by", "region")["slices"]

    assert found["looked_at"] == 4
    assert "4 slices were looked at" in done.stdout


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (("--campaign", "no"), 2, "'no' is not one campaign: --campaign ID. Campaigns with two"),
        (("--campaign", "m2"), 1, "has 1 arm (A)"),
        (("--control", "C"), 2, "There is no arm 'C'. Arms are: A, B, control."),
        (("--expected", "C=1"), 2, "--expected 'C=1' is not ARM=SHARE"),
        (("--expected", "A"), 2, "--expected 'A' is not ARM=SHARE"),
        (("--by", "owner"), 2, "cannot be cut by 'owner'"),
    ],
)
def test_mistakes_are_one_sentence(
    home: Path, words: tuple[str, ...], status: int, sentence: str
) -> None:
    done = cli(home, "analyze", "experiment", *words)

    assert done.returncode == status
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1


def test_attribution_of_touchpoints(home: Path) -> None:
    found = cli_json(home, "analyze", "attribution", "--model", "last", "--of", "value")

    # First orders: a1 by search then email, a2 by social then search; c2's had no touch.
    assert {one["channel"]: one["last"] for one in found["channels"]} == {
        "email": 100, "search": 50, "display": 0, "sms": 0, "social": 0,
    }  # fmt: skip
    assert (found["total"], found["untouched"], found["open_journeys"]) == (150, 30, 3)
    assert found["journeys_without_conversion"] == 1
    # c2 ordered on day 10, and the first touch is of day 1: before it nothing is on record.
    assert (found["untouched_early"], found["untouched_early_value"]) == (1, 30)
    near = cli_json(home, "analyze", "attribution", "--lookback", "7")
    assert (near["untouched"], near["untouched_early"]) == (1, 0)
    said = cli(home, "analyze", "attribution").stdout
    assert "1 conversions are within the look-back of the first touch" in said
    every = cli_json(home, "analyze", "attribution", "--conversion", "orders", "--lookback", "1")
    # a2 was touched on day 5 and ordered on day 6 without a time: more than a day before its end
    assert (every["total"], every["untouched"], every["touches_too_old"]) == (0, 4, 4)


def test_attribution_of_a_file_of_paths(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "paths.csv"
    file.write_text("path;total_conversions;total_null\na > b;2;1\nb;1;0\n", encoding="utf-8")
    found = cli_json(home, "analyze", "attribution", "--paths", file)
    (b, a) = found["channels"]

    assert (a["channel"], a["first"], a["linear"], b["linear"]) == ("a", 2, 1, 2)
    assert (b["least"], b["most"]) == (1, 3)
    done = cli(home, "analyze", "attribution", "--paths", file, "--model", "linear")
    assert done.stdout.splitlines()[:3] == ["channel\tlinear", "b\t2", "a\t1"]


def test_paths_that_are_none(home: Path, tmp_path: Path) -> None:
    missing = cli(home, "analyze", "attribution", "--paths", tmp_path / "no.csv")
    assert (missing.returncode, missing.stderr.count("\n")) == (1, 1)
    file = tmp_path / "other.csv"
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    other = cli(home, "analyze", "attribution", "--paths", file)
    assert (other.returncode, "no column 'path'" in other.stderr) == (1, True)
    wrong = cli(home, "analyze", "attribution", "--model", "best")
    assert (wrong.returncode, "'best'" in wrong.stderr) == (2, True)


def test_without_members_or_amounts_of_all_it_says_so(tmp_path: Path) -> None:
    members = [
        {**row, "outcome_value": row["outcome_value"] or None} for row in TABLES["campaign_members"]
    ]
    config = Settings.from_environment({"CRM_HOME": str(tmp_path)})
    built(config, {"customers": TABLES["customers"], "campaign_members": members})
    done = cli(tmp_path, "analyze", "experiment", "--outcome", "outcome_value")
    assert (done.returncode, "buyers of two arms are not alike" in done.stderr) == (1, True)
    touched = cli(tmp_path, "analyze", "attribution")
    assert (touched.returncode, "needs touchpoints" in touched.stderr) == (1, True)


def test_closer_looks_say_what_the_page_says(home: Path) -> None:
    words = ("analyze", "experiment", "--campaign", "Spring", "--outcome", "converted")
    asked = [w for one in ("before", "daily", "novelty", "balance") for w in ("--look", one)]
    found = cli_json(home, *words, *asked)["looks"]

    assert found["before"] is None  # nobody had bought before
    assert {one["look"] for one in found["daily"]["rows"]} == {"2026-01-01"}
    assert (found["novelty"]["outcome"], set(found["novelty"]["course"])) == (
        "purchase", {"A", "B"},
    )  # fmt: skip
    assert found["balance"] is None  # one region, and nothing before
    told = cli(home, *words, *asked).stdout
    assert told.count("cannot be told") == 2
    assert "one look: all were assigned on one day" in told
    broken = cli_json(home, *words, "--look", "novelty", "--expected", "A=0.999", "--expected",
                      "B=0.0005", "--expected", "control=0.0005")["looks"]["novelty"]  # fmt: skip
    assert set(broken["course"].values()) == {"blocked"}
    assert {one["verdict"] for one in broken["rows"]} == {"blocked"}


def test_journeys_before_a_purchase_and_before_leaving(home: Path) -> None:
    found = cli_json(home, "analyze", "attribution", "--journeys", "purchase")

    assert [(one["sequence"], one["conversions"]) for one in found["sequences"]][:2] == [
        ("search > email", 1), ("social > search", 1),
    ]  # fmt: skip
    assert found["steps"][1]["reached"] == 2
    left = cli(home, "analyze", "attribution", "--journeys", "leaving")
    assert (left.returncode, "No path leads" in left.stderr) == (1, True)


def test_a_segment_is_drawn_into_arms_within_strata(home: Path, tmp_path: Path) -> None:
    every = '{"field": "customer_id", "op": "is_known", "values": []}'
    made = cli(home, "segments", "save", "Everybody", "--conditions", every)
    assert made.returncode == 0, made.stderr
    words = ("campaigns", "assign", "Everybody", "--reach", "none", "--seed", "7", "--share",
             "control=0.5", "--share", "mens=0.5")  # fmt: skip
    first, second = tmp_path / "one.csv", tmp_path / "two.csv"
    found = cli_json(home, *words, "--to", first)
    again = cli_json(home, *words, "--to", second)

    assert found["arms"] == again["arms"]
    assert sum(found["arms"].values()) == 11
    assert abs(found["arms"]["control"] - found["arms"]["mens"]) == 1
    rows = pd.read_csv(first, comment="#")
    assert rows["arm"].value_counts().to_dict() == found["arms"]
    north = rows[rows["region"] == "North"]["arm"].value_counts().to_dict()
    assert north == {"control": 2, "mens": 2}
    assert cli(home, *words, "--to", first).returncode == 2  # it is there


@pytest.mark.real_data
def test_hillstrom_through_its_mapping(tmp_path: Path) -> None:
    """Radcliffe (2008) and others: means of 64,000 customers, intervals as issue 7 states them."""
    file = real_file("hillstrom/hillstrom.csv.gz")
    mapping = ROOT / "sample_data" / "mappings" / "hillstrom.toml"
    assert cli(tmp_path, "import", file, "--mapping", mapping).returncode == 0

    def arms(outcome: str) -> dict[str, Any]:
        found = cli_json(tmp_path, "analyze", "experiment", "--outcome", outcome)
        assert round(found["sample_ratio"]["p_value"], 3) == 0.904
        return {one["arm"]: one for one in found["arms"]} | {"plan": found["plan"]}

    visit, spend = arms("responded"), arms("outcome_value")
    shown = cli(tmp_path, "analyze", "experiment", "--outcome", "responded").stdout
    row = next(line.split("\t") for line in shown.splitlines() if line.startswith("mens"))
    assert row[3:6] == ["0.07659", "0.06995", "0.08323"]  # 7.659 points, as published
    assert "<0.001" in row
    mens, womens = visit["mens"], visit["womens"]
    assert [round(100 * mens[k], 3) for k in ("difference", "low", "high")] == [7.659, 6.995, 8.323]
    assert round(100 * womens["difference"], 3) == 4.523
    assert mens["method"] == "newcombe"
    mens, womens = spend["mens"], spend["womens"]
    assert round(mens["difference"], 4) == 0.7698
    assert [round(mens[k], 3) for k in ("low", "high")] == [0.485, 1.055]
    assert round(womens["difference"], 4) == 0.4244
    assert [round(womens[k], 3) for k in ("low", "high")] == [0.169, 0.680]
    assert mens["method"] == "welch"
    plan = arms("converted")["plan"]
    assert plan["needed"] > 10 * plan["members"]  # a tenth more conversions cannot be seen here
    sliced = cli_json(tmp_path, "analyze", "experiment", "--by", "attributes.newbie")["slices"]
    assert sliced["looked_at"] == 4
    (campaign,) = cli_json(tmp_path, "analyze", "campaigns")["campaigns"]
    assert (campaign["grade"], campaign["reason"]) == ("A", "")
    assert campaign["conversion_effect"] == pytest.approx(456 / 42_694 - 122 / 21_306)
    assert campaign["margin_total"] is None  # no orders, so no money is known
