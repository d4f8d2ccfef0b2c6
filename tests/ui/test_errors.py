"""The error boundary: a sentence for a user's mistake, a reference for ours, never a traceback."""

import logging

import pytest
from streamlit.testing.v1 import AppTest

from crm_data.errors import CrmError
from ui.errors import sentence
from ui.translations import catalogue


def _user_mistake() -> None:
    from crm_data.errors import NoWarehouseError
    from ui.errors import boundary
    from ui.translations import catalogue

    with boundary(catalogue("zh_CN")):
        raise NoWarehouseError("no_version", "There is no version.", version="v9*")


def _our_mistake() -> None:
    from ui.errors import boundary
    from ui.translations import catalogue

    with boundary(catalogue("en")):
        raise ZeroDivisionError("secret_path")


def test_a_users_mistake_is_said_in_their_language() -> None:
    page = AppTest.from_function(_user_mistake).run()

    assert page.error[0].value.startswith(r"版本“v9\*”不存在")


def test_our_mistake_shows_a_reference_that_is_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR, logger="clientscope"):
        page = AppTest.from_function(_our_mistake).run()

    (record,) = [r for r in caplog.records if r.name == "clientscope"]
    shown = page.error[0].value
    assert "secret_path" not in shown
    assert record.args is not None
    assert str(record.args[0]) in shown  # type: ignore[index]  # one positional argument


def test_an_error_without_a_label_falls_back_to_its_sentence() -> None:
    error = CrmError("no_such_code_at_all", "What, where, what next.")

    assert sentence(catalogue("zh_CN"), error) == "What, where, what next."
