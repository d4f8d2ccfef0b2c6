"""Builds that score only what a test is about: all steps take several times as long."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from scoring import run


@contextmanager
def only(*names: str) -> Iterator[None]:
    """Leave only these steps of ``scoring.run`` while the block runs."""
    kept = tuple(step for step in run.STEPS if step[0] in names)
    assert len(kept) == len(names), names
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "STEPS", kept)
        yield
