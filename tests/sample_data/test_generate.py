import os
import subprocess
import sys
from datetime import date
from itertools import pairwise
from math import floor

import holidays
import pytest

from crm_data.errors import UsageError
from sample_data.generate import generate
from sample_data.season import SPRING_FESTIVAL

END = date(2026, 11, 18)

FINGERPRINT = """
import hashlib, json
from datetime import date
from sample_data.generate import generate
company = generate(300, 2, 12, date(2026, 5, 9))
digest = hashlib.sha256(json.dumps(company.planted, sort_keys=True).encode())
for table in company.frames.values():
    for batch in table.combine_chunks().to_batches():
        digest.update(batch.serialize())
print(digest.hexdigest())
"""


def test_same_arguments_give_the_same_company(small):
    again = generate(customers=600, seed=5, months=36, end=END)
    assert list(again.frames) == list(small.frames)
    for name, table in small.frames.items():
        assert again.frames[name].equals(table), name
    assert again.planted == small.planted


@pytest.mark.parametrize("changed", [{"seed": 6}, {"months": 35}, {"end": date(2026, 11, 17)}])
def test_any_other_argument_gives_another_company(small, changed):
    arguments = {"customers": 600, "seed": 5, "months": 36, "end": END} | changed
    other = generate(**arguments)
    assert not other.frames["orders"].equals(small.frames["orders"])


def test_hash_seed_of_python_does_not_matter():
    digests = {
        subprocess.run(
            [sys.executable, "-c", FINGERPRINT],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


@pytest.mark.parametrize("customers", [50, 51, 600])
def test_customers_are_as_many_as_asked(customers):
    company = generate(customers=customers, seed=1, months=6, end=END)
    assert company.frames["customers"].num_rows == customers


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"customers": 49}, "sample_too_small"),
        ({"months": 5}, "sample_too_short"),
        ({"seed": -1}, "sample_seed_negative"),
    ],
)
def test_impossible_companies_are_refused(arguments, code):
    with pytest.raises(UsageError) as caught:
        generate(**({"customers": 60, "seed": 1, "months": 6, "end": END} | arguments))
    assert caught.value.code == code


@pytest.mark.parametrize("end", [date(2026, 1, 1), date(2024, 2, 29), date(2032, 3, 31)])
def test_any_end_will_do(end):
    company = generate(customers=400, seed=4, months=13, end=end)
    assert max(company.frames["exchange_rates"]["rate_on"].to_pylist()) == end
    assert max(company.frames["orders"]["ordered_on"].to_pylist()) <= end


def test_spring_festival_is_that_of_a_published_calendar():
    years = [festival.year for festival in SPRING_FESTIVAL]
    named = holidays.China(years=years, language="en_US").items()
    published = {
        year: min(d for d, n in named if d.year == year and n.startswith("Chinese New Year (S"))
        for year in years
    }
    assert dict(zip(years, SPRING_FESTIVAL, strict=True)) == published


def new_moon_near(day: date) -> float:
    """Days since 2000-01-01 of the mean new moon nearest to a day (Meeus, chapter 49)."""
    number = (day - date(2000, 1, 6)).days
    lunations = round(number / 29.530588861)
    return 5.76 + 29.530588861 * lunations


@pytest.mark.parametrize("festival", SPRING_FESTIVAL)
def test_spring_festival_is_a_new_moon_in_its_window(festival):
    assert (1, 21) <= (festival.month, festival.day) <= (2, 20)
    # True new moons differ from mean ones by up to 14 hours; China is 8 hours ahead.
    moon = floor(new_moon_near(festival) + 8 / 24)
    assert abs((festival - date(2000, 1, 1)).days - moon) <= 1


def test_spring_festivals_are_twelve_or_thirteen_months_apart():
    gaps = {(b - a).days for a, b in pairwise(SPRING_FESTIVAL)}
    assert gaps <= {353, 354, 355, 383, 384, 385}
    assert [f.year for f in SPRING_FESTIVAL] == list(range(2010, 2041))
