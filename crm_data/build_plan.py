"""What a build takes from the published version, and what it applies."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from crm_data.batch_rows import Correction, NamedRows, RowReader
from crm_data.errors import StorageError
from crm_data.followed import DECLINE_RULES, followed_from
from crm_data.merged_records import Merged, read_merged, touched
from crm_data.release import fingerprint, followed
from crm_data.score_store import scored_by
from crm_data.settings import Settings
from crm_data.stage_rules import STAGE_RULES
from crm_data.versions import open_version

# Bytes of batches below which waking a second thread costs more than it saves: building a company
# of ten customers takes 1.0 s of processor time with one thread and 1.45 s with two.
_SMALL = 2**20


@dataclass(frozen=True)
class BatchFile:
    """A batch that counts: its rows, when they came to be known (UTC), and columns to look up."""

    batch_id: str
    path: Path
    received_at: datetime
    named: Mapping[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> NamedRows:
        """Its rows, as ``RowReader`` reads them."""
        return NamedRows(self.path, self.named)


@dataclass(frozen=True)
class BuildPlan:
    """What to take from the published version, and what to apply.

    Attributes
    ----------
    base : Path or None
        Published file to start from a copy of; None starts from nothing.
    wanted : mapping of table to batch files
        Every batch that counts, in order; recorded in ``version_info``.
    fresh : frozenset of str
        Tables made again from their first batch.
    pending : mapping of table to batch files
        Batches still to apply.
    rules : mapping
        What the company has set, by name; marts and scores follow it.
    base_rules : mapping or None
        Rules that the published version was scored by; None: it holds no scores.
    follows : str
        The settings that marts are made by (``release.followed``).
    base_follows : str
        Those of the published version; empty without one to start from.
    corrections : sequence of Correction
        Repairs that were accepted.
    merges : tuple of Merged
        Records that are one; tables with ids of changed ones are fresh.
    """

    base: Path | None
    wanted: Mapping[str, Sequence[BatchFile]]
    fresh: frozenset[str]
    pending: Mapping[str, Sequence[BatchFile]]
    rules: Mapping[str, Any] = field(default_factory=dict)
    base_rules: Mapping[str, Any] | None = None
    follows: str = ""
    base_follows: str = ""
    corrections: Sequence[Correction] = ()
    merges: tuple[Merged, ...] = ()

    def reader(self, con: duckdb.DuckDBPyConnection) -> RowReader:
        """Return what reads the batches that count in a connection."""
        files = {table: [file.rows for file in found] for table, found in self.wanted.items()}
        return RowReader(con, files, self.corrections)

    @property
    def has_changes(self) -> bool:
        """Whether tables and marts of the new version would differ from those of the base."""
        has_other = self.base is None or any(self.pending.values()) or bool(self.fresh)
        ruled, known = _of_marts(self.rules), _of_marts(self.base_rules or {})
        return has_other or ruled != known or self.follows != self.base_follows

    @property
    def is_small(self) -> bool:
        """Whether all rows fit in so little that the engine has nothing to share out."""
        paths = [file.path for files in self.wanted.values() for file in files]
        return sum(path.stat().st_size for path in paths if path.exists()) < _SMALL

    @classmethod
    def make(
        cls,
        settings: Settings,
        base: Path | None,
        wanted: Mapping[str, Sequence[BatchFile]],
        rules: Mapping[str, Any],
        corrections: Sequence[Correction] = (),
        merges: tuple[Merged, ...] = (),
    ) -> "BuildPlan":
        """Compare what counts with what ``base`` was built from."""
        found = _built_from(settings, base) if base else None
        if found is None:
            base, found = None, _Base({}, None, "", {})
        fresh, pending, renamed = set(), {}, touched(found.merges, merges)
        read_by = _read_by(wanted, corrections) if base is not None else {}
        for table, files in wanted.items():
            ids = [file.batch_id for file in files]
            done = found.built.get(table, [])
            is_other = bool(done) and read_by.get(table, "") != found.read_by.get(table, "")
            is_other = is_other or (table in renamed and bool(files))
            if base is None or ids[: len(done)] != done or is_other:
                fresh.add(table)
                pending[table] = list(files)
            else:
                pending[table] = list(files[len(done) :])
        return cls(
            base,
            wanted,
            frozenset(fresh),
            pending,
            rules,
            found.rules,
            followed(settings),
            found.follows,
            tuple(corrections),
            merges,
        )


def _read_by(
    wanted: Mapping[str, Sequence[BatchFile]], corrections: Sequence[Correction]
) -> dict[str, str]:
    """Return what decides the rows of each table besides its batches, where anything does."""
    if not corrections and not any(file.named for files in wanted.values() for file in files):
        return {}
    rows = {table: [file.rows for file in files] for table, files in wanted.items()}
    with duckdb.connect(":memory:") as con:
        reader = RowReader(con, rows, corrections)
        return {table: reader.read_by(table, files) for table, files in rows.items()}


def _of_marts(rules: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what marts, and not only scores, are made by."""
    return rules.get(STAGE_RULES), followed_from(rules.get(DECLINE_RULES))


@dataclass(frozen=True)
class _Base:
    """What the published version was built from and by, and its settings."""

    built: Mapping[str, list[str]]
    rules: Mapping[str, Any] | None
    follows: str
    read_by: Mapping[str, str]
    merges: tuple[Merged, ...] = ()


def _built_from(settings: Settings, base: Path) -> _Base | None:
    """Return what ``base`` was made of; None when it cannot be built upon.

    That is when it is damaged, or of a release with other tables or marts.
    """
    try:
        with open_version(settings, base.stem) as con:
            found = con.execute(
                "SELECT table_name, batches, follows, read_by FROM version_info "
                "WHERE fingerprint = ?",
                [fingerprint()],
            ).fetchall()
            rules = scored_by(con) if found else None
            merges = read_merged(con) if found else ()
    except (duckdb.Error, StorageError):
        return None
    if not found:
        return None
    built = {str(table): json.loads(ids) for table, ids, *_ in found}
    read_by = {str(table): str(said) for table, *_, said in found}
    return _Base(built, rules, str(found[0][2]), read_by, merges)
