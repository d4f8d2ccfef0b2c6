"""The step of scoring: a row per comment, the card, and the same whatever the history."""

import json

import pandas as pd
import pytest

from crm_data.queries.comments import CommentCut, comments
from crm_data.queries.model_cards import comment_terms, model_card
from crm_data.scope import EVERYTHING
from crm_data.settings import Settings
from crm_data.versions import Warehouse
from scoring import comments as step
from tests.comments.company import SCORED


@pytest.fixture(scope="module")
def found(shop: Settings) -> pd.DataFrame:
    warehouse = Warehouse(shop)
    version = warehouse.current()
    assert version is not None
    with warehouse.connect(version) as conn:
        rows = comments(conn, CommentCut(), scope=EVERYTHING, limit=1_000)
        rows.attrs["card"] = model_card(conn, "comments")
        rows.attrs["terms"] = comment_terms(conn, scope=EVERYTHING)
    warehouse.close()
    return rows


def test_the_card_says_what_the_judge_is_worth(found: pd.DataFrame) -> None:
    card = found.attrs["card"]

    assert card["comments"] == len(found) == SCORED + 4
    assert card["origins"] == {"message": 2, "survey": SCORED, "ticket": 2}
    assert card["languages"]["chinese"]["learned"] == SCORED // 2
    assert card["languages"]["other"]["verdict"] == "useful"
    assert card["topics_read"] == {"chinese": 65, "other": 67}
    assert found.attrs["terms"]["languages"] == card["languages"]
    json.dumps(card, allow_nan=False)


def test_labels_are_the_best_scores_against_the_worst() -> None:
    read = pd.DataFrame(
        {
            "kind": ["csat", "csat", "csat", "nps", "nps", "nps", "ces", None],
            "scale": pd.array([5, 5, 7, 10, 10, 10, 7, None], dtype="Int64"),
            "score": [4, 3, 4, 9, 7, 6, 3, None],
        }
    )
    assert step._labels(read).tolist() == [
        "positive", None, None, "positive", None, "negative", "negative", None,
    ]  # fmt: skip
