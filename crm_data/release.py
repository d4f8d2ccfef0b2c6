"""Which release made a version: what it holds, and how it was made."""

import hashlib

from crm_data.marts import STEPS, findings_sql
from crm_data.tables.marts import MARTS
from crm_data.tables.model import TABLES
from crm_data.tables.scores import SCORES


def fingerprint() -> str:
    """Return a hash of everything that decides what a build makes of its batches."""
    specs = (*TABLES, *MARTS, *SCORES)
    parts = (*map(repr, specs), *map(repr, STEPS), findings_sql())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
