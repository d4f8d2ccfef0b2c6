"""How often a plain analysis finds each planted truth, over seeds.

``python -m tests.sample_data.power --customers 5000 --seeds 30`` prints a table.
"""

import argparse
from collections.abc import Callable, Iterable

import duckdb

from sample_data.generate import SampleCompany, generate
from tests.sample_data import evidence
from tests.sample_data.evidence import Finding

Z95 = 1.96
REGIONS = ("North", "East", "South", "West", "Central", "Overseas")


def above(finding: Finding, value: float) -> bool:
    return finding.interval(Z95)[0] > value


def excludes(finding: Finding, value: float) -> bool:
    low, high = finding.interval(Z95)
    return not low <= value <= high


def findings(company: SampleCompany) -> dict[str, bool]:
    """Return whether each truth is found, and for the campaign of no effect, whether one is."""
    connection = evidence.connect(company)
    truths = company.planted["truths"]
    found = _customers(connection, truths) | _campaigns(connection, truths)
    return found | _work(connection, truths) | _mistakes(connection, truths)


def shares(seeds: Iterable[int], customers: int) -> dict[str, float]:
    """Return the share of seeds in which each truth is found."""
    rows = [findings(generate(customers=customers, seed=seed)) for seed in seeds]
    return {name: sum(row[name] for row in rows) / len(rows) for name in rows[0]}


def _customers(connection: duckdb.DuckDBPyConnection, truths: dict) -> dict[str, bool]:
    festivals = truths["seasonal_peaks"]["parameters"]["spring_festivals"]
    return {
        "customer groups: companies spend more": above(
            evidence.companies_spend_more(connection), 1
        ),
        "customer groups: referred order more often": above(
            evidence.referred_order_more_often(connection), 1
        ),
        "churn driver: difference of cancellation rates": above(
            evidence.cancellation_difference(connection), 0
        ),
        "churn driver: hazard ratio": above(evidence.cancellation_hazard_ratio(connection), 1),
        "churn driver: difference of silent shares": above(
            evidence.silence_after_complaint(connection), 0
        ),
        "peak before Spring Festival": above(
            evidence.before_spring_festival(connection, festivals), 1
        ),
        "peak on 11 November": above(evidence.november_eleventh(connection), 1),
        "peak on 1 to 10 November": above(evidence.early_november(connection), 1),
        "declining region: lowest, interval below 1": _declines(connection, truths),
    }


def _declines(connection: duckdb.DuckDBPyConnection, truths: dict) -> bool:
    changes = {region: evidence.region_change(connection, region) for region in REGIONS}
    lowest = min(changes, key=lambda region: changes[region].estimate)
    planted = truths["declining_region"]["parameters"]["region"]
    return lowest == planted and changes[planted].interval(Z95)[1] < 1


def _campaigns(connection: duckdb.DuckDBPyConnection, truths: dict) -> dict[str, bool]:
    lift, null = (
        truths[name]["parameters"]["campaign_id"]
        for name in ("campaign_with_lift", "campaign_without_lift")
    )
    return {
        "campaign with lift: conversion": above(evidence.conversion_lift(connection, lift), 0),
        "campaign with lift: spend": above(evidence.spend_lift(connection, lift), 0),
        "campaign without lift: conversion, interval excludes 0": excludes(
            evidence.conversion_lift(connection, null), 0
        ),
        "campaign without lift: spend, interval excludes 0": excludes(
            evidence.spend_lift(connection, null), 0
        ),
    }


def _work(connection: duckdb.DuckDBPyConnection, truths: dict) -> dict[str, bool]:
    stage = truths["slow_stage"]["parameters"]["stage"]
    agent = truths["poor_agent"]["parameters"]["employee_id"]
    return {
        "slow stage": above(evidence.stage_ratio(connection, stage), 1),
        "handovers: exactly as many": evidence.handed_over(connection).get("left", {"deals": 0})
        == truths["handovers"]["realised"]["left"],
        "poor agent: lowest, interval above 0": evidence.least_satisfying_agent(connection) == agent
        and above(evidence.agent_gap(connection, agent), 0),
    }


def _mistakes(connection: duckdb.DuckDBPyConnection, truths: dict) -> dict[str, bool]:
    pairs = truths["duplicates"]["realised"]["pairs"]
    planted = {tuple(sorted((p["customer_id"], p["duplicate_id"]))) for p in pairs}
    upper = {p["duplicate_id"] for p in pairs if p["change"] == "letter case"}
    dirty = truths["dirty_cells"]["realised"]
    return {
        "duplicates: exactly the pairs": evidence.alike(connection) == planted,
        "dirty cells: exactly the cells": all(
            evidence.dirty(connection, rule) - (upper if rule.startswith("padded") else set())
            == set(dirty[rule]["ids"])
            for rule in evidence.DIRTY_RULES
        ),
    }


def main(write: Callable[[str], object] = print) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=5_000)
    parser.add_argument("--seeds", type=int, default=30)
    parser.add_argument("--first", type=int, default=1)
    given = parser.parse_args()
    seeds = range(given.first, given.first + given.seeds)
    for name, share in shares(seeds, given.customers).items():
        write(f"{share:6.1%}  {name}")


if __name__ == "__main__":
    main()
