"""Rules of fields: e-mail addresses, telephone numbers, and Excel's days."""

from datetime import date
from pathlib import Path

from crm_data.settings import Settings
from tests.importers.reading import mapped, stage


def test_addresses_and_numbers_are_written_one_way_and_counted(
    settings: Settings, tmp_path: Path
) -> None:
    made = stage(
        settings, tmp_path,
        "id,mail,tel\n1, USER1@Example.com ,+1-555-010-0100\n2,a@b.org,(030) 12 34\n"
        "3,\uff21@b.org,0049 30 1234567 ext. 12\n4,,+861380013800013800\n"
        "5,,+44 (0) 20 7946 0958\n",
        mapped("customers", customer_id="id", email="mail", phone="tel"),
    )  # fmt: skip
    assert made.rows("customers", "email, phone", "customer_id") == [
        ("user1@example.com", "+15550100100"),
        ("a@b.org", "(030) 12 34"),
        ("a@b.org", "+49301234567"),
        (None, "+861380013800013800"),
        (None, "+442079460958"),
    ]
    assert made.table("customers")["findings"] == {"email_cleaned": 2, "phone_cleaned": 3}


def test_days_as_excel_counts_them(settings: Settings, tmp_path: Path) -> None:
    made = stage(
        settings, tmp_path, "id,on\n1,45292\n2,45292.75\n3,2024-01-01\n4,12345\n",
        mapped("subscriptions", subscription_id="id", started_on="on"),
    )  # fmt: skip
    days = [row[0] for row in made.rows("subscriptions", "started_on", "subscription_id")]
    assert days == [date(2024, 1, 1), date(2024, 1, 1), date(2024, 1, 1), None]
    assert made.rejects("subscriptions") == [(5, "on", "12345", "not_a_date")]
