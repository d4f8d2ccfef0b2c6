"""Words of stages and states that mean won or lost, in several languages, as SQL."""

from crm_data.importers.written_numbers import quoted

_WON = (
    "won", "win", "gewonnen", "gagnee?", "gagn[ée]{1,2}", "ganad[oa]", "ganh[oa]", "vint[oa]",
    "wygran[ae]", "vunnen", "выиграна?", "kazan\u0131ld\u0131", "successful",
)  # fmt: skip
_LOST = (
    "lost", "lose", "verloren", "perdue?", "perdid[oa]", "pers[oa]", "przegran[ae]", "förlorad",
    "проиграна?", "kaybedildi", "abandoned", "unsuccessful", "disqualified",
)  # fmt: skip
_WON_PARTS = ("赢单", "赢", "成交", "签约", "受注", "成約", "贏單", "수주", "성공", "성사")
_LOST_PARTS = ("输单", "丢单", "失败", "无效", "战败", "失注", "輸單", "실패", "실주", "未成交")


def outcome_word(text: str) -> str:
    """Return SQL: ``won`` or ``lost`` where the text says so, NULL where a deal is still open."""
    return (
        f"CASE WHEN {_matches(text, _LOST, _LOST_PARTS)} THEN 'lost' "
        f"WHEN {_matches(text, _WON, _WON_PARTS)} THEN 'won' END"
    )


def _matches(text: str, words: tuple[str, ...], parts: tuple[str, ...]) -> str:
    whole = rf"(?:^|[^\p{{L}}])(?:{'|'.join(words)})(?:$|[^\p{{L}}])"
    return f"regexp_matches(lower({text}), {quoted(f'{whole}|' + '|'.join(parts))})"
