"""One company for the whole folder."""

from collections.abc import Iterator

import pytest

from crm_data.app_db import dispose
from crm_data.settings import Settings
from tests.comments.company import build


@pytest.fixture(scope="package")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    made = build(tmp_path_factory.mktemp("comments"))
    yield made
    dispose(made)
