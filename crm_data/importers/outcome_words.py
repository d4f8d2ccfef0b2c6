"""Words of stages and states that mean won or lost, in several languages, as SQL.

Sales are counted by them, so a doubtful word means nothing: of languages that put words together
the whole text has to be one of them, and what is planned, asked or denied is open.
"""

from crm_data.importers.written_numbers import quoted

_WON = (
    "won", "closedwon", "gewonnen", "gagnee?", "gagn[ée]{1,2}", "ganad[oa]", "ganh[oa]", "vint[oa]",
    "wygran[ae]", "vunnen", "выиграна?", "kazan\u0131ld\u0131", "successful",
)  # fmt: skip
_LOST = (
    "lost", "closedlost", "verloren", "perdue?", "perdid[oa]", "pers[oa]", "przegran[ae]",
    "förlorad", "проиграна?", "kaybedildi", "abandoned", "unsuccessful", "disqualified",
)  # fmt: skip
_WON_WHOLE = ("win", "赢单", "赢", "成交", "签约", "受注", "成約", "贏單", "수주", "성공", "성사")
_LOST_WHOLE = (
    "lose", "输单", "丢单", "失败", "无效", "战败", "失注", "輸單", "실패", "실주", "未成交",
)  # fmt: skip
_OPEN = (
    r"(?:^|[^\p{L}])(?:not|no|non|nicht|plan|back|technical|review|expected)(?:$|[^\p{L}])",
    "待", "预计", "預計", "拟", "率", "评估",
)  # fmt: skip
# What may stand around: that it is over, and signs.
_AROUND = r"(?:已经?|客户|结束|关闭|完成|完了|済み?|완료|了|[\s\-–—_/:：.()（）\[\]【】\d])*"


def outcome_word(text: str) -> str:
    """Return SQL: ``won`` or ``lost`` where the text says so, NULL where a deal is still open."""
    is_open = f"regexp_matches(lower({text}), {quoted('|'.join(_OPEN))})"
    return (
        f"CASE WHEN {is_open} THEN NULL WHEN {_matches(text, _LOST, _LOST_WHOLE)} THEN 'lost' "
        f"WHEN {_matches(text, _WON, _WON_WHOLE)} THEN 'won' END"
    )


def _matches(text: str, words: tuple[str, ...], whole: tuple[str, ...]) -> str:
    within = rf"(?:^|[^\p{{L}}])(?:{'|'.join(words)})(?:$|[^\p{{L}}])"
    alone = rf"^{_AROUND}(?:{'|'.join(whole)}){_AROUND}$"
    return f"regexp_matches(lower({text}), {quoted(f'{within}|{alone}')})"
