"""Fields of a churn model: kinds, missing, rare and unseen values, refusals."""

from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from analytics.churn_features import MOST_VALUES, FieldEncoder, as_labels
from crm_data.errors import BadInputError

N = 60
FRAME = pd.DataFrame(
    {
        "number": np.arange(N, dtype="float64"),
        "flag": np.arange(N) % 2 == 0,
        "nullable": pd.array([None, *range(N - 1)], dtype="Int64"),
        "maybe": pd.array([None, *([True] * (N - 1))], dtype="boolean"),
        "money": [None, *([Decimal("1.5"), Decimal("2.5")] * N)][:N],
        "text": ["a"] * 20 + ["b"] * 30 + ["c"] * 5 + [None] * 5,
        "category": pd.Categorical(["x"] * 30 + ["y"] * 30, categories=["y", "x", "z"]),
        "constant": 1.0,
        "empty": np.nan,
        "no_text": pd.Series([None] * N, dtype=object),
        "identifier": [f"C{i}" for i in range(N)],
    }
)


def test_every_kind_becomes_a_column_and_missing_stays_missing() -> None:
    encoder = FieldEncoder.learn(FRAME)
    matrix = encoder.matrix(FRAME)
    column = dict(zip(encoder.names, matrix.T, strict=True))

    assert encoder.unused == ("constant", "empty", "no_text", "identifier")
    assert [f.name for f in encoder.fields if f.kind == "text"] == ["text", "category"]
    assert column["flag"].tolist()[:2] == [1.0, 0.0]
    assert column["nullable"][:3] == pytest.approx([np.nan, 0, 1], nan_ok=True)
    assert column["maybe"][:2] == pytest.approx([np.nan, 1], nan_ok=True)
    assert column["money"][:3] == pytest.approx([np.nan, 1.5, 2.5], nan_ok=True)
    # a, b have 20 customers; c is rare and has the last place.
    assert column["text"][[0, 20, 50]].tolist() == [0, 1, 2]
    assert np.isnan(column["text"][55:]).all()
    assert column["category"].tolist() == [0.0] * 30 + [1.0] * 30
    assert encoder.places == [0, 0, 0, 0, 0, 3, 2]


def test_unseen_values_are_rare_ones_or_missing() -> None:
    encoder = FieldEncoder.learn(FRAME)
    new = FRAME.head(2).assign(text=["new", "c"], category=["new", "x"], extra=1)
    column = dict(zip(encoder.names, encoder.matrix(new).T, strict=True))

    assert column["text"].tolist() == [2.0, 2.0]
    assert np.isnan(column["category"][0])
    assert column["category"][1] == 0.0


def test_places_are_limited_to_the_most_frequent_values() -> None:
    values = np.repeat([f"v{i:03d}" for i in range(MOST_VALUES + 2)], 20).tolist()
    encoder = FieldEncoder.learn(pd.DataFrame({"text": [*values, "v201"]}))

    assert encoder.places == [MOST_VALUES + 1]
    codes = encoder.matrix(pd.DataFrame({"text": ["v201", "v198", "v199"]})).ravel()
    # v201 has one customer more than the others.
    assert codes.tolist() == [MOST_VALUES - 1, MOST_VALUES - 2, MOST_VALUES]


def test_input_is_not_changed() -> None:
    before = FRAME.copy(deep=True)
    FieldEncoder.learn(FRAME).matrix(FRAME)

    pd.testing.assert_frame_equal(FRAME, before)


DAYS = pd.date_range("2025-01-01", periods=N)


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (FRAME.assign(day=DAYS), "churn_date_field"),
        (FRAME.assign(day=pd.NaT), "churn_date_field"),
        (FRAME.assign(day=DAYS.tz_localize("UTC")), "churn_date_field"),
        (FRAME.assign(day=DAYS - DAYS[0]), "churn_date_field"),
        (FRAME.assign(day=[date(2025, 1, 1)] * N), "churn_date_field"),
        (FRAME.assign(day=pd.period_range("2025-01", periods=N, freq="M")), "churn_date_field"),
        (FRAME.assign(number=np.inf), "churn_infinite"),
        (FRAME.rename(columns={"flag": "number"}), "churn_frame"),
        (FRAME.rename(columns={"flag": 1}), "churn_frame"),
        (FRAME.to_numpy(), "churn_frame"),
    ],
)
def test_what_cannot_be_used_is_refused(frame: pd.DataFrame, code: str) -> None:
    with pytest.raises(BadInputError) as refused:
        FieldEncoder.learn(frame)

    assert refused.value.code == code
    if code == "churn_date_field":
        assert refused.value.details == {"field": "day"}


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (FRAME.drop(columns=["flag", "text"]), "churn_fields"),
        (FRAME.assign(number="many"), "churn_kind"),
        (FRAME.assign(number=-np.inf), "churn_infinite"),
    ],
)
def test_customers_of_now_must_fit(frame: pd.DataFrame, code: str) -> None:
    with pytest.raises(BadInputError) as refused:
        FieldEncoder.learn(FRAME).matrix(frame)

    assert refused.value.code == code


@pytest.mark.parametrize(
    "given", [[True, False], [1, 0], np.array([1.0, 0.0]), pd.array([True, False], dtype="boolean")]
)
def test_labels_are_yes_or_no(given: object) -> None:
    assert as_labels(given, 2).tolist() == [True, False]


@pytest.mark.parametrize(
    "given",
    [
        [1, 2],
        [True, None],
        [1.0, np.nan],
        pd.array([True, None], dtype="boolean"),
        ["yes", "no"],
        [1],
        [0.5, 1.0],
    ],
)
def test_other_labels_are_refused(given: object) -> None:
    with pytest.raises(BadInputError) as refused:
        as_labels(given, 2)

    assert refused.value.code == "churn_label"
