"""Duplicates that are known beforehand: published sets, made-up people in two languages, edges."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.identity import find_duplicates
from analytics.identity_blocks import blocks_of
from analytics.identity_fields import comparable
from analytics.identity_names import name_parts
from tests.identity.people import f1, found, people
from tests.real_data import real_file


def febrl(path: str) -> tuple[pd.DataFrame, set[tuple[str, str]]]:
    raw = pd.read_csv(real_file(f"febrl/{path}"), skipinitialspace=True, dtype=str)

    def joined(*names: str) -> pd.Series:
        return raw[list(names)].fillna("").agg(" ".join, axis=1).str.strip()

    frame = pd.DataFrame(
        {
            "customer_id": raw["rec_id"],
            "name": joined("given_name", "surname"),
            "birth_on": raw["date_of_birth"],
            "address": joined("street_number", "address_1", "address_2"),
            "city": raw["suburb"],
            "region": raw["state"],
            "postcode": raw["postcode"],
            "national_id": raw["soc_sec_id"],
        }
    )
    return frame, same(frame["customer_id"], raw["rec_id"].str.split("-").str[1])


def same(ids: pd.Series, person: pd.Series) -> set[tuple[str, str]]:
    groups = ids.groupby(person.to_numpy()).agg(sorted)
    return {
        (one, other) for rows in groups for i, one in enumerate(rows) for other in rows[i + 1 :]
    }


@pytest.mark.real_data
@pytest.mark.parametrize(("path", "pairs"), [("dataset1.csv", 500), ("dataset2.csv.gz", 1934)])
def test_febrl(path: str, pairs: int) -> None:
    frame, truth = febrl(path)

    assert len(truth) == pairs
    assert f1(find_duplicates(frame).pairs, truth) >= 0.98


@pytest.mark.real_data
def test_fake_1000_with_blocking() -> None:
    raw = pd.read_csv(real_file("splink/fake_1000.csv"), dtype=str)
    name = raw[["first_name", "surname"]].fillna("").agg(" ".join, axis=1)
    frame = pd.DataFrame(
        {
            "customer_id": raw["unique_id"],
            "name": name,
            "birth_on": raw["dob"],
            "city": raw["city"],
            "email": raw["email"],
        }
    )
    truth = same(frame["customer_id"], raw["cluster"])
    found_here = find_duplicates(frame)

    assert len(truth) == 2031
    assert f1(found_here.pairs, truth) >= 0.85
    assert found_here.compared < 5_000  # of 499,500


@pytest.mark.parametrize("chinese", [False, True])
def test_people_in_both_scripts_are_found_again(chinese: bool) -> None:
    frame, truth = people(420, 80, chinese=chinese)

    result = find_duplicates(frame)

    assert result.is_trained
    assert f1(result.pairs, truth) >= 0.97


@pytest.mark.parametrize("chinese", [False, True])
def test_where_nobody_is_there_twice_nobody_is_found_twice(chinese: bool) -> None:
    frame, _ = people(300, 0, chinese=chinese)

    result = find_duplicates(frame)

    assert result.pairs.empty
    assert not result.is_trained
    assert (result.clusters["cluster_id"] == result.clusters["customer_id"]).all()


def test_a_few_records_are_judged_by_what_is_assumed() -> None:
    frame = pd.DataFrame(
        {
            "customer_id": ["a", "b", "c"],
            "name": ["Zhang Wei", "ZHANG, Wei", "Li Na"],
            "email": ["zw@qq.com", "zw@qq.com", None],
            "phone": ["+86 138 0013 8001", "13800138001", "13912345678"],
        }
    )

    result = find_duplicates(frame)

    assert found(result.pairs) == {("a", "b")}
    assert result.clusters["cluster_id"].tolist()[2] == "c"
    assert result.clusters["cluster_id"].nunique() == 2


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_tiny_frames_and_columns_without_values(rows: int) -> None:
    frame = pd.DataFrame(
        {"customer_id": [str(n) for n in range(rows)], "name": None, "birth_on": pd.NaT}
    )

    result = find_duplicates(frame)

    assert list(result.pairs) == [
        "customer_id_l",
        "customer_id_r",
        "match_probability",
        "match_weight",
    ]
    assert result.pairs.empty
    assert len(result.clusters) == rows
    assert result.reasons.empty


def test_only_the_id_is_needed_and_it_must_be_unique() -> None:
    assert find_duplicates(pd.DataFrame({"customer_id": ["a", "b"]})).pairs.empty
    for frame in ({"name": ["x"]}, {"customer_id": ["a", "a"]}, {"customer_id": ["a", None]}):
        with pytest.raises(ValueError, match="customer_id"):
            find_duplicates(pd.DataFrame(frame))


def test_the_same_frame_gives_the_same_pairs_again() -> None:
    frame, _ = people(150, 25)

    first, second = find_duplicates(frame), find_duplicates(frame)

    pd.testing.assert_frame_equal(first.pairs, second.pairs)
    pd.testing.assert_frame_equal(first.reasons, second.reasons)


def test_a_lower_threshold_shows_more_pairs_and_moves_no_cluster() -> None:
    frame, _ = people(300, 40)
    frame = frame[["customer_id", "name", "city"]]

    few, many = find_duplicates(frame), find_duplicates(frame, threshold=0.01)

    assert len(many.pairs) > len(few.pairs)
    assert (few.pairs["match_probability"] >= 0.5).all()
    pd.testing.assert_frame_equal(few.clusters, many.clusters)


def test_weights_of_the_fields_add_up_to_the_odds() -> None:
    """Weight of the pair = prior + sum of fields, the prior being the same for every pair."""
    frame, _ = people(250, 40)

    result = find_duplicates(frame, threshold=0.0)

    ids = ["customer_id_l", "customer_id_r"]
    summed = result.reasons.groupby(ids)["weight"].sum().rename("fields").reset_index()
    both = result.pairs.merge(summed, on=ids)
    prior = both["match_weight"] - both["fields"]
    assert len(both) == len(result.pairs)
    assert np.allclose(prior, prior.iloc[0])
    odds = both["match_probability"] / (1 - both["match_probability"])
    is_open = both["match_probability"].between(0.001, 0.999)
    assert np.allclose(np.log2(odds[is_open]), both["match_weight"][is_open])


def test_rare_values_say_more_than_frequent_ones() -> None:
    frame, _ = people(300, 60)
    frame.loc[frame["customer_id"].str[1:].astype(int) % 2 == 0, "city"] = "london"

    reasons = find_duplicates(frame).reasons.query("field == 'city' and level == 'exact'")

    city = frame.set_index("customer_id")["city"]
    is_london = reasons["customer_id_l"].map(city) == "london"
    assert reasons["weight"][is_london].max() < reasons["weight"][~is_london].min()


def test_pairs_of_a_cluster_that_share_no_key_are_judged_too() -> None:
    """The first and the last share neither name, mailbox, phone nor month of birth."""
    frame = pd.DataFrame(
        {
            "customer_id": ["a", "b", "c"],
            "name": ["Anna Berg", "Anna Berg", None],
            "email": ["anna.berg@x.org", "anna.berg@x.org", "zz@y.org"],
            "phone": [None, "13800138001", "13800138001"],
            "birth_on": ["1970-01-02", "1970-01-02", "1970-01-02"],
            "national_id": [None, "77", "77"],
        }
    )
    frame.loc[0, "birth_on"] = None

    result = find_duplicates(frame, threshold=0.0)

    assert result.clusters["cluster_id"].tolist() == ["a", "a", "a"]
    assert ("a", "c") in found(result.pairs)


def test_keys_that_many_share_bring_no_pairs() -> None:
    frame, _ = people(9_000, 0)
    keys = blocks_of(comparable(frame.assign(email="info@shop.com", phone="000000000"))).keys

    most = max(int(keys[one].value_counts().max()) for one in keys)

    assert most <= 222  # two million pairs, by 9,000 records


def test_nothing_is_printed_and_nothing_is_fetched() -> None:
    code = (
        "import socket; socket.socket.connect = None\n"
        "from tests.identity.people import people\n"
        "from analytics.identity import find_duplicates\n"
        "find_duplicates(people(200, 30)[0])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.parametrize(
    ("name", "given", "family"),
    [
        ("Anna Berg", "anna", "berg"),
        ("BERG, Anna", "anna", "berg"),
        ("Dr. Ánna  Lisa Berg", "anna lisa", "berg"),
        ("张伟", "伟", "张"),
        ("张 伟", "伟", "张"),
        ("欧阳娜娜", "娜娜", "欧阳"),
        ("欧阳", "阳", "欧"),
        ("王芳女士", "芳", "王"),
        ("北京华为技术有限公司", "北京华为技术", None),
        ("ACME Inc.", "acme", None),
        ("Acme, Inc.", "acme", None),
        ("\uff21\uff23\uff2d\uff25\u3000Ltd", "acme", None),
    ],
)
def test_names_are_cut(name: str, given: str, family: str | None) -> None:
    parts = name_parts([name]).iloc[0]

    assert (parts["given"], parts["family"]) == (given, family)


def test_a_single_word_is_what_it_is_in_other_names() -> None:
    parts = name_parts(["Anna Berg", "Eva Berg", "Berg", "Anna", None])

    assert parts["family"].tolist()[2:] == ["berg", None, None]
    assert parts["given"].tolist()[2:] == [None, "anna", None]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(), st.floats(), st.integers()), max_size=5))
def test_whatever_a_field_holds_is_read(values: list[object]) -> None:
    frame = pd.DataFrame({"customer_id": range(len(values))})
    for field in ("name", "email", "phone", "birth_on", "gender", "address", "national_id"):
        frame[field] = pd.Series(values, dtype=object)

    read = comparable(frame)

    assert len(read) == len(values)


def test_days_and_numbers_in_any_form() -> None:
    frame = pd.DataFrame(
        {
            "customer_id": range(5),
            "birth_on": ["1970-01-02", pd.Timestamp("1970-01-02"), "19700102", "1970/01/02", "x"],
            "phone": [
                "+86 138-0013-8001",
                "008613800138001",
                13800138001.0,
                "\uff11\uff1380013800\uff11",
                "12",
            ],
            "national_id": [7.0, "7", 7, "00-7", None],
            "gender": ["男", "Male", "m", "M", ""],
        }
    )

    read = comparable(frame)

    assert read["birth"].tolist() == ["19700102"] * 4 + [None]
    assert read["phone"].tolist() == ["800138001"] * 4 + [None]
    assert read["national_id"].tolist() == ["7", "7", "7", "007", None]
    assert read["gender"].tolist() == ["m"] * 4 + [None]


def test_alike_mailboxes_with_other_numbers_are_of_other_people() -> None:
    """Among many, people of one name have mailboxes that differ in the number only."""
    frame, truth = people(16_000, 4_000)
    pairs = find_duplicates(frame).pairs
    got = found(pairs[pairs["match_probability"] >= 0.5])

    assert len(got & truth) >= 0.98 * len(got)
    assert len(got & truth) >= 0.98 * len(truth)
