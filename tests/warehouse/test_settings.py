"""Settings name every wrong variable at once."""

import pytest

from crm_data.errors import UsageError
from crm_data.settings import SETTINGS, Settings


def test_defaults_are_usable_without_any_variable() -> None:
    made = Settings.from_environment({})

    assert made.app_url.startswith("sqlite:///")
    assert made.warehouse_url == ""
    assert made.currency == "CNY"


def test_every_wrong_variable_is_named() -> None:
    wrong = {
        "CRM_TIMEZONE": "Mars/Base",
        "CRM_CURRENCY": "yuan",
        "CRM_LANGUAGE": "fr",
        "CRM_THREADS": "-1",
    }
    with pytest.raises(UsageError) as raised:
        Settings.from_environment(wrong)

    assert all(name in str(raised.value) for name in wrong)
    assert raised.value.exit_status == 2


def test_each_setting_says_what_it_is_for() -> None:
    assert all(s.help.endswith(".") for s in SETTINGS)
