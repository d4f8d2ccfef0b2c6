"""A frame whose key repeats is refused, in whatever order its rows are."""

import pandas as pd
import pytest

from crm_data.errors import FrameContractError
from crm_data.frames import FrameSpec, columns_of

ONE = FrameSpec("one", "one row per customer", ("customer_id",), columns_of("customer_id:text"))
DAY = FrameSpec("day", "one row per day", ("on",), columns_of("on:day"))


@pytest.mark.parametrize("keys", [["a", "b", "c"], ["c", "a", "b"], ["a", None], ["a"], []])
def test_a_key_that_does_not_repeat_passes(keys: list[str | None]) -> None:
    ONE.check(pd.DataFrame({"customer_id": pd.Series(keys, dtype="str")}))


@pytest.mark.parametrize("keys", [["a", "b", "b"], ["b", "a", "b"], [None, None], ["a", None, "a"]])
def test_a_key_that_repeats_is_refused(keys: list[str | None]) -> None:
    with pytest.raises(FrameContractError, match="repeat the key"):
        ONE.check(pd.DataFrame({"customer_id": pd.Series(keys, dtype="str")}))


def test_days_are_keys_too() -> None:
    days = pd.to_datetime(["2025-01-01", "2025-01-02", "2025-01-02"]).astype("datetime64[us]")
    DAY.check(pd.DataFrame({"on": days[:2]}))
    with pytest.raises(FrameContractError, match="repeat the key"):
        DAY.check(pd.DataFrame({"on": days}))


def test_a_missing_number_hides_no_repeat() -> None:
    spec = FrameSpec("places", "one row per place", ("place",), columns_of("place:count"))
    with pytest.raises(FrameContractError, match="repeat the key"):
        spec.check(pd.DataFrame({"place": pd.array([1, None, 1], dtype="Int64")}))
