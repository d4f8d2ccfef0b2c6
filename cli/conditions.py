"""Filters of analyses, as ``--where "field=value"``."""

from collections.abc import Sequence

from crm_data.errors import UsageError
from crm_data.queries.cohorts import Where


def conditions(texts: Sequence[str] | None) -> Where:
    """Return fields with the values kept; of one field several values may be given.

    Raises
    ------
    UsageError
        A filter is not like ``field=value``.
    """
    kept: dict[str, list[str | None]] = {}
    for text in texts or ():
        field, sign, value = text.partition("=")
        if not sign or not field.strip():
            raise UsageError(
                "not_a_filter",
                f"--where '{text}' is not like field=value. Leave the value empty for missing.",
                value=text,
            )
        kept.setdefault(field.strip(), []).append(value.strip() or None)
    return tuple((field, tuple(values)) for field, values in kept.items())
