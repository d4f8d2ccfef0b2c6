"""Days to choose from are written as the language writes them, wherever there are any."""

import re

import pytest

from crm_data.settings import Settings
from tests.pages.conftest import OpenPage

# Pages with their views, and how many of their selects offer days.
DAYS = (
    ("segments", {"view": "rfm"}, 2),
    ("segments", {"view": "lifecycle"}, 1),
    ("retention", {}, 2),
    ("churn", {}, 1),
)
_FOR_PROGRAMS = re.compile(r"\d{4}-\d{2}")
_WRITTEN = {
    "en": re.compile(r"(\d{1,2} )?[A-Z][a-z]{2} \d{4}\b"),
    "zh_CN": re.compile(r"\d{4}年\d{1,2}月(\d{1,2}日)?"),
}


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_options_of_selects_hold_no_day_for_programs(
    published: Settings, open_page: OpenPage, language: str
) -> None:
    for url_path, query, expected in DAYS:
        page = open_page(url_path, published, language=language, query=query)
        selects = [*page.selectbox, *page.multiselect, *page.segmented_control]
        options = [[str(one) for one in select.options] for select in selects]

        assert not [one for each in options for one in each if _FOR_PROGRAMS.search(one)], url_path
        with_days = [each for each in options if any(map(_WRITTEN[language].match, each))]
        assert len(with_days) == expected, (url_path, options)
