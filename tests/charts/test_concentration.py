"""Charts of concentration: points named, bars at risk apart."""

import pandas as pd

from analytics.concentration import concentration
from charts.concentration import key_bars, lorenz

AXES, NAMES = ("customers", "revenue"), ("curve", "equal")
MARKED = pd.DataFrame({"customers_share": [0.5], "amount_share": [0.75], "text": ["half"]})


def drawn(amounts: list[float]):  # type: ignore[no-untyped-def]  # plotly is untyped
    return lorenz(
        concentration(amounts).lorenz,
        axes=AXES, names=NAMES, write=str, hover=lambda x, y: f"{x} {y}", marked=MARKED,
    )  # fmt: skip


def test_the_curve_runs_from_nothing_to_everything() -> None:
    equal, curve, named = drawn([3, 1]).data

    assert (equal.name, curve.name) == ("equal", "curve")
    assert (curve.x, curve.y) == ((0.0, 0.5, 1.0), (0.0, 0.75, 1.0))
    assert curve.customdata[1] == ["0.5 0.75"]
    assert named.text == ("half",)


def test_many_points_are_thinned_and_the_end_is_kept() -> None:
    curve = drawn([float(n) for n in range(1, 5001)]).data[1]

    assert len(curve.x) < 850
    assert (curve.x[0], curve.x[-1], curve.y[-1]) == (0.0, 1.0, 1.0)


def bars(*risky: bool) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "label": [f"c{n}" for n in range(len(risky))],
            "amount": [float(10 - n) for n in range(len(risky))],
            "is_at_risk": pd.array(risky, dtype="boolean"),
            "hover": [f"h{n}" for n in range(len(risky))],
        }
    )


def test_risk_has_a_trace_of_its_own_and_every_bar_its_row() -> None:
    safe, risky = key_bars(bars(False, True, False), names=("safe", "risky"), write=str).data

    assert (safe.name, safe.x, safe.y) == ("safe", (10.0, 8.0), (0, 2))
    assert (risky.name, risky.x, risky.y) == ("risky", (9.0,), (1,))
    assert (safe.customdata, risky.customdata) == ((["h0", 0], ["h2", 2]), (["h1", 1],))
    assert risky.marker.pattern.bgcolor
    assert safe.width == risky.width == 0.75  # one bar alone would be as thick as the chart


def test_nobody_is_at_risk_and_nobody_is_there() -> None:
    assert len(key_bars(bars(False), names=("safe", "risky"), write=str).data) == 1
    assert key_bars(bars(), names=("safe", "risky"), write=str).data == ()
