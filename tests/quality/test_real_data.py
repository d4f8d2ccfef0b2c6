"""Faults of real files, as their description counts them."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.run import cli_json
from tests.real_data import online_retail


@pytest.fixture(scope="module")
def retail(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    return online_retail(tmp_path_factory)


@pytest.mark.real_data
def test_online_retail(retail: tuple[Path, Any]) -> None:
    home, _ = retail
    told = cli_json(home, "analyze", "quality")
    faults = {(one["rule"], one["table_name"], one["field"]): one["rows"] for one in told["faults"]}

    assert faults["lines_without_customer", "order_lines", "customer_id"] == 135_080
    # 5,268 are alike in all columns; two more differ in the product's description, one in the
    # minute, and neither is the line's.
    assert faults["repeated", "order_lines", "line_no"] == 5_271
    effects = {one["metric"]: one for one in told["effects"]}
    active = effects["active_customers"]
    assert (active["value"], active["low"]) == (4_372, 4_372)
