"""``analyze comments`` as a user runs it."""

import pytest

from crm_data.settings import Settings
from tests.cli.run import cli, cli_json


def test_comments_with_what_the_judge_is_worth(shop: Settings) -> None:
    found = cli_json(shop.home, "analyze", "comments", "--search", "Harbour", "--within", "2")

    assert (found["n"], found["negative"], found["declined"]) == (1, 1, 0)
    (row,) = found["comments"]
    assert row["comment"] == "late delivery, call *** at ***, ***"
    assert found["judges"]["other"]["verdict"] == "useful"
    assert len(found["topics"]) == 6
    assert found["calls"]["within"] == 2
    printed = cli(shop.home, "analyze", "comments", "--where", "origin=ticket").stdout
    assert "2 comments: 0 positive, 2 negative, 0 not judged" in printed
    assert "13800138000" not in printed


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--where", "price=1"), "Comments have no field 'price'"),
        (("--search", "nobody wrote this"), "There is no such comment"),
        (("--start", "x"), "is not a day"),
    ],
)
def test_mistakes_are_one_sentence(shop: Settings, words: tuple[str, ...], said: str) -> None:
    done = cli(shop.home, "analyze", "comments", *words)

    assert done.returncode in (1, 2)
    assert said in done.stderr
    assert "Traceback" not in done.stderr
