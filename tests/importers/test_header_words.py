"""Headers in many languages come apart into the same meanings."""

import pytest

from crm_data.importers.header_words import readings


@pytest.mark.parametrize(
    ("header", "meanings"),
    [
        ("Deal Owner.id", {"deal", "owner", "id"}),
        ("expectedCloseDate", {"expected", "closed", "date"}),
        ("expected_close_dates", {"expected", "closed", "date"}),
        ("预计成交日期", {"expected", "closed", "date"}),
        ("Voraussichtliches Abschlussdatum", {"expected", "closed", "date"}),
        ("Data prevista de fechamento", {"expected", "closed", "date"}),
        ("Date de clôture prévue", {"expected", "closed", "date"}),
        ("예상 마감일", {"expected", "closed", "date"}),
        ("完了予定日", {"expected", "closed", "date"}),
        ("Kundennr.", {"customer", "id"}),
        ("Probability (%)", {"probability"}),
        ("Amount [EUR]", {"amount"}),
        ("Company IDs", {"customer", "id"}),
        ("\uff43ustomer", {"customer"}),
    ],
)
def test_a_header_is_understood(header: str, meanings: set[str]) -> None:
    found = readings(header)
    assert meanings in [set(one.meanings) for one in found]
    assert found[0].known == 1


@pytest.mark.parametrize("header", ["postage", "xq7", "stagecoach", "  ", "%", "zzz"])
def test_a_word_inside_another_word_says_nothing(header: str) -> None:
    assert all(not one.meanings or one.known == 0 for one in readings(header))


def test_half_known_headers_are_less_sure() -> None:
    (found, *_) = readings("Zorblax Stage")
    assert (found.meanings, found.known < 0.5) == ({"stage"}, True)
