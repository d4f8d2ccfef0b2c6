"""Which release made a version: what it holds, and how it was made."""

import hashlib
import inspect

from crm_data import batch_rows
from crm_data.deal_diffs import DIFF_COLUMNS, TRACKED
from crm_data.marts import IN_PYTHON, STEPS, findings_sql
from crm_data.settings import Settings
from crm_data.tables.marts import MARTS
from crm_data.tables.model import TABLES
from crm_data.tables.scores import SCORES


def fingerprint() -> str:
    """Return a hash of everything that decides what a build makes of its batches."""
    specs = (*TABLES, *MARTS, *SCORES)
    differences = DIFF_COLUMNS, *TRACKED
    in_python = map(inspect.getsource, (*IN_PYTHON, batch_rows))
    parts = (*map(repr, specs), *differences, *map(repr, STEPS), findings_sql(), *in_python)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def followed(settings: Settings) -> str:
    """Return the settings that marts are made by: when days begin, and when the house is open."""
    return f"{settings.timezone} {settings.opening_hours}"
