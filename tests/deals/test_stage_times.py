import numpy as np
import pandas as pd
import pytest

from analytics.competing_risks import cumulative_incidence
from analytics.lifetime_summaries import median_lifetime
from analytics.stage_times import stage_times
from analytics.survival import kaplan_meier

STAGES = pd.DataFrame(
    {
        "stage_no": [2, 0, 1],
        "stage": ["Talk", "Offer", "Won"],
        "position": [1, 2, 3],
        "outcome": pd.Series([None, None, "won"], dtype="str"),
    }
)
Row = tuple[int, int, str | None, bool, int]


def spells(rows: list[Row]) -> pd.DataFrame:
    names = ["stage_no", "days", "exit", "is_entry_known", "spells"]
    return pd.DataFrame(rows, columns=names).astype({"exit": "str", "is_entry_known": "bool"})


def test_by_hand() -> None:
    found = stage_times(
        spells(
            [
                (2, 3, "moved", True, 2),
                (2, 5, "lost", True, 1),
                (2, 8, None, True, 1),
                (2, 90, "moved", False, 7),
                (1, 4, None, True, 3),
            ]
        ),
        STAGES,
    ).set_index("stage")

    talk = found.loc["Talk"]
    assert talk[["spells", "left_out", "moved", "won", "lost", "still_there"]].tolist() == [
        4, 7, 2, 0, 1, 1,
    ]  # fmt: skip
    assert talk[["moved_share", "won_share", "lost_share"]].tolist() == [0.5, 0, 0.25]
    assert talk["undecided"] == 0.25
    assert (talk["median_days"], talk["finished_median"]) == (3, 3)
    assert found.index.tolist() == ["Talk", "Offer"]
    assert found.loc["Offer", "spells"] == 0
    assert np.isnan(found.loc["Offer", "median_days"])


def random_spells(stage_no: int, rate: float, number: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    lasts, seen = rng.geometric(rate, number), rng.integers(1, 200, number)
    ways = np.where(rng.random(number) < 0.5, "moved", "lost")
    return pd.DataFrame(
        {
            "stage_no": stage_no,
            "days": np.minimum(lasts, seen),
            "exit": pd.Series(np.where(lasts <= seen, ways, None), dtype="str"),
            "is_entry_known": True,
            "spells": 1,
        }
    )


def test_median_is_that_of_kaplan_and_meier() -> None:
    rows = random_spells(2, 0.05, 200, 1)

    found = stage_times(rows, STAGES).set_index("stage").loc["Talk"]

    half = median_lifetime(kaplan_meier(rows["days"], rows["exit"].notna()))
    assert found[["median_days", "low", "high"]].tolist() == [half.median, half.low, half.high]
    shares = found[["moved_share", "won_share", "lost_share", "undecided"]]
    assert shares.sum() == pytest.approx(1)
    curves = cumulative_incidence(rows["days"], rows["exit"])
    last = curves.groupby("cause")["incidence"].last()
    assert shares[["moved_share", "lost_share"]].tolist() == pytest.approx(
        [last["moved"], last["lost"]], abs=1e-12
    )


def test_a_slow_stage_is_named_only_where_it_is_clear() -> None:
    slow, quick = random_spells(2, 0.02, 200, 2), random_spells(0, 0.08, 200, 3)
    alike = random_spells(0, 0.02, 200, 4)
    few = random_spells(0, 0.5, 4, 5)

    assert stage_times(pd.concat([slow, quick]), STAGES)["is_slowest"].tolist() == [True, False]
    assert not stage_times(pd.concat([slow, alike]), STAGES)["is_slowest"].any()
    assert not stage_times(pd.concat([slow, few]), STAGES)["is_slowest"].any()
    open_ended = quick.assign(exit=pd.Series([None] * len(quick), dtype="str"))
    assert not stage_times(pd.concat([slow, open_ended]), STAGES)["is_slowest"].any()
