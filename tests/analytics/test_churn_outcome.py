"""What a snapshot is made into, and how it is judged."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from analytics.churn import ChurnModel
from analytics.churn_measures import brier
from analytics.churn_outcome import (
    Outcome,
    leaks_of,
    like_ids,
    out_of_fold,
    possible_outcomes,
    typed,
)
from analytics.churn_split import folds
from crm_data.errors import UsageError
from tests.analytics.churners import churners

FRAME, LEFT, _ = churners(n=700)


def test_an_outcome_is_a_field_and_a_value() -> None:
    assert Outcome.parse(" attributes.Churn = a=b ") == Outcome("attributes.Churn", "a=b")
    for wrong in ("", "Churn", "=Yes", "Churn="):
        with pytest.raises(UsageError, match=r"Churn=Yes"):
            Outcome.parse(wrong)


def test_who_says_nothing_has_neither_left_nor_stayed() -> None:
    rows = pd.DataFrame({"left": ["Yes", "No", None, "Yes"], "empty": [None] * 4})

    assert Outcome("left", "Yes").of(rows).tolist() == [True, False, pd.NA, True]
    with pytest.raises(UsageError, match="Its values are: Yes, No"):
        Outcome("left", "yes").of(rows)
    with pytest.raises(UsageError, match="There are: left"):
        Outcome("gone", "Yes").of(rows)


def test_text_of_numbers_is_numbers_and_missing_stays() -> None:
    rows = pd.DataFrame(
        {"n": ["1", None, "2.5"], "t": ["1", "two", "3"], "huge": ["1", "1e999", "2"], "no": None}
    )
    found = typed(rows)

    assert found["n"].tolist()[0::2] == [1.0, 2.5]
    assert np.isnan(found["n"][1])
    for same in ("t", "huge", "no"):
        assert found[same].equals(rows[same])


def test_what_tells_customers_apart_is_told_from_amounts() -> None:
    n = 100
    rows = pd.DataFrame(
        {
            "email": [f"c{i}@x" for i in range(n)],
            "note": [f"{i}" * 3 + "x" if i < 89 else "same" for i in range(n)],  # 90 values
            "few": [f"v{i % 80}" for i in range(n)],
            "number": range(n),
            "nearly": [0, *range(n - 1)],  # 99 values
            "age": [i % 60 for i in range(n)],
            "spent": [i + 0.5 for i in range(n)],
            "short": [str(i) if i < 19 else None for i in range(n)],
        }
    )

    assert like_ids(typed(rows)) == ("email", "note", "number", "nearly")


def test_what_is_declared_or_suspected_stays_out_unless_it_is_known_to_be_honest() -> None:
    late = FRAME.assign(closed=np.where(LEFT, "yes", "no"))

    found = leaks_of(late, LEFT, ["noise", "no such"], []).set_index("field")
    assert found["reason"].dropna().to_dict() == {"closed": "suspected", "noise": "declared"}
    assert set(found.index[~found["is_used"]]) == {"closed", "noise"}
    trusted = leaks_of(late, LEFT, ["noise"], ["closed", "noise"]).set_index("field")
    assert trusted["is_used"].to_dict()["closed"]
    assert not trusted["is_used"].to_dict()["noise"]  # what is declared late is late
    assert trusted.loc["closed", "reason"] == "suspected"


def test_each_part_is_predicted_by_a_model_of_the_others() -> None:
    found = out_of_fold(FRAME, LEFT, k=2, seed=4)

    parts = folds(LEFT, k=2, seed=4)
    for (train, test), auc in zip(parts, found.aucs, strict=True):
        fitted = ChurnModel(seed=4).fit(FRAME.iloc[train], LEFT[train])
        own = fitted.predict_proba(FRAME.iloc[test])[:, 1]
        assert found.probability[test] == pytest.approx(own)
        assert auc == pytest.approx(roc_auc_score(LEFT[test], own))
    assert found.card.n == len(LEFT)
    assert found.card.brier == pytest.approx(brier(LEFT, found.probability))
    assert found.card.verdict == "useful"
    assert found.card.importance["field"].iloc[0] in ("days_silent", "plan")
    assert found.card.importance["auc_drop"].is_monotonic_decreasing


def test_of_very_many_customers_some_are_judged() -> None:
    found = out_of_fold(FRAME, LEFT, k=2, most=500)

    assert (found.card.n, len(found.rows), len(np.unique(found.rows))) == (500, 500, 500)
    assert found.card.churned == LEFT[found.rows].sum()


def test_on_offer_as_outcomes_are_values_of_fields_with_few_of_them() -> None:
    rows = pd.DataFrame(
        {
            "customer_id": ["a", "b", "c"],
            "gender": ["F", "M", None],
            "source": ["ads", "ads", None],  # no value is not an outcome: it is not known
            "attributes.size": ["S", "M", "L"],
            "attributes.left": ["Yes", "No", "No"],
            "attributes.edge": [" x", "y", "y"],
        }
    )
    assert [str(one) for one in possible_outcomes(rows)] == [
        "attributes.edge=y", "attributes.left=No", "attributes.left=Yes",
        "attributes.size=L", "attributes.size=M", "attributes.size=S", "gender=F", "gender=M",
    ]  # fmt: skip
    many = pd.DataFrame({"attributes.n": [str(n) for n in range(9)]})
    assert possible_outcomes(many) == ()
    assert len(possible_outcomes(many[:8])) == 8
