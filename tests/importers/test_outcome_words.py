"""Which words of a stage close a deal; a doubtful one closes none."""

import duckdb
import pytest

from crm_data.importers.outcome_words import outcome_word


@pytest.mark.parametrize(
    ("word", "outcome"),
    [
        ("Closed Won", "won"), ("won", "won"), ("Win", "won"), ("closedwon", "won"),
        ("赢单", "won"), ("已成交", "won"), ("结束-赢单", "won"), ("赢单（关闭）", "won"),
        ("成約済み", "won"), ("수주 완료", "won"), ("Gewonnen", "won"), ("gagnée", "won"),
        ("Closed Lost", "lost"), ("输单", "lost"), ("无效", "lost"), ("未成交", "lost"),
        ("失注", "lost"), ("Unsuccessful", "lost"),
        ("待签约", None), ("赢率评估", None), ("签约中", None), ("预计成交", None),
        ("无效沟通", None), ("Technical Win", None), ("Win plan", None), ("Win-back", None),
        ("Not lost", None), ("Not won yet", None), ("Negotiation", None), ("", None),
    ],
)  # fmt: skip
def test_a_stage_closes_a_deal_or_leaves_it_open(word: str, outcome: str | None) -> None:
    with duckdb.connect() as con:
        found = con.execute(f"SELECT {outcome_word('$1')}", [word]).fetchone()

    assert found == (outcome,)
