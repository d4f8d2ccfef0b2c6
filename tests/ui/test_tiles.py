"""Tiles say better or worse only where a reader sees a change."""

import pytest

from ui.tiles import shows_change


@pytest.mark.parametrize(
    ("delta", "shows"),
    [("−0.0 pp", False), ("+0.0%", False), ("–", False), ("+0.1%", True), ("−12 个百分点", True)],
)
def test_a_change_that_is_written_as_zero_is_none(delta: str, shows: bool) -> None:
    assert shows_change(delta) is shows
