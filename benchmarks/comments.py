"""A million comments of a million customers. ``python -m benchmarks.comments --home FOLDER``.

What a refresh pays for them (seconds of the clock, of the processor, and the most memory at once),
and of every query behind the page Comments the least milliseconds of some runs, of the clock and of
the processor, for who sees everything and for who sees a tenth. Comments are made of phrases of the
sample company, all different, three in four of them Chinese.
"""

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa

from analytics.text_prepare import search_terms
from benchmarks.deals import least
from crm_data import warehouse
from crm_data.batches import NewBatch, store
from crm_data.queries import comments, detractors
from crm_data.queries.comments import CommentCut
from crm_data.queries.surveys import AnswerCut
from crm_data.scope import EVERYTHING, AccessScope
from crm_data.score_store import ScoreStore
from crm_data.settings import Settings
from crm_data.versions import Warehouse
from sample_data.comments import Said, written
from scoring import comments as step

RESULTS = Path(__file__).with_name("results") / "comments.json"
NOW = datetime(2026, 3, 1, tzinfo=UTC).replace(tzinfo=None)
YEAR = date(2025, 2, 1), date(2026, 3, 1)
SCOPES = {"all": EVERYTHING, "some": AccessScope(frozenset(f"E{i}" for i in range(20)))}
_CUSTOMERS = """
    SELECT 'C' || i AS customer_id, 'Customer ' || i AS name, 'E' || (i % 200) AS owner_id,
           ['North', 'South', 'East', 'West'][1 + i % 4] AS region
    FROM range({count}) t(i)"""
_ANSWERS = """
    SELECT 'R' || i AS response_id, 'C' || i AS customer_id, ['nps', 'csat'][1 + i % 2] AS kind,
           [10, 5][1 + i % 2] AS scale_max,
           [[2, 7, 10], [1, 3, 5]][1 + i % 2][1 + mood] AS score, comment,
           ['app', 'email', 'sms'][1 + i % 3] AS channel,
           TIMESTAMP '2022-03-01' + to_seconds(CAST(i * 126 AS INTEGER)) AS responded_at
    FROM words"""
Asks = dict[str, Callable[[], object]]


def stored(settings: Settings, count: int) -> None:
    """Write customers and answers with comments as batches."""
    settings.staging_dir.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(1)
    mood = rng.choice(3, count, p=[0.25, 0.15, 0.6])
    said = Said(rng.integers(0, 5, count), mood, rng.random(count) < 0.75)
    number = pa.compute.cast(pa.array(np.arange(count)), pa.string())
    comment = pa.compute.binary_join_element_wise(written(rng, said), number, " ")
    words = pa.table({"i": np.arange(count), "mood": mood, "comment": comment})
    with duckdb.connect() as con:
        con.register("words", words)
        batches = []
        for name, sql in (("customers", _CUSTOMERS), ("survey_responses", _ANSWERS)):
            path = settings.staging_dir / f"{uuid4().hex}.parquet"
            pq.write_table(con.sql(sql.format(count=count)).to_arrow_table(), path)
            batches.append(NewBatch(name, path, count, uuid4().hex, "bench", replaces=False))
    store(settings, batches, now=NOW)


def queries(con: sa.Connection) -> Asks:
    """Return what to run by ``query.scope``."""
    found: Asks = {}
    for who, scope in SCOPES.items():
        found |= {f"{name}.{who}": ask for name, ask in _of(con, scope).items()}
    return found


def _of(con: sa.Connection, scope: AccessScope) -> Asks:
    year, ever = CommentCut(*YEAR), CommentCut()
    chinese = CommentCut(*YEAR, words=tuple(search_terms("物流")))
    english = CommentCut(words=tuple(search_terms("delivery late")))
    about = CommentCut(*YEAR, topic=1)
    answers = AnswerCut(*YEAR)
    return {
        "options": lambda: comments.comment_options(con, scope=scope),
        "days": lambda: comments.comment_days(con, scope=scope),
        "counts": lambda: comments.comment_counts(con, year, scope=scope),
        "counts_by_month": lambda: comments.comment_counts(con, ever, scope=scope, unit="month"),
        "counts_of_words": lambda: comments.comment_counts(con, chinese, scope=scope),
        "counts_of_words_ever": lambda: comments.comment_counts(con, english, scope=scope),
        "scored": lambda: comments.comment_scored(con, year, scope=scope),
        "page": lambda: comments.comments(con, year, scope=scope, limit=20),
        "page_of_words": lambda: comments.comments(con, chinese, scope=scope, limit=20),
        "page_of_words_ever": lambda: comments.comments(con, english, scope=scope, limit=20),
        "quotes": lambda: comments.comments(con, about, scope=scope, limit=40, by_fit=True),
        "names": lambda: comments.names_of(con, [f"C{i}" for i in range(40)], scope=scope),
        "detractor_days": lambda: detractors.detractor_days(con, answers, scope=scope),
        "detractors": lambda: detractors.detractors(con, answers, scope=scope, limit=15),
        "detractors_count": lambda: detractors.detractors_count(con, answers, scope=scope),
    }


def scored(spent: dict[str, float], score_store: ScoreStore) -> None:
    """Score the comments alone, and note what that took."""
    clock, processor = time.perf_counter(), time.process_time()
    found = step.step(score_store, None, NOW.date())  # type: ignore[arg-type]  # reads no customers
    spent["step_seconds"] = round(time.perf_counter() - clock, 1)
    spent["step_processor_seconds"] = round(time.process_time() - processor, 1)
    for table, rows in found.tables.items():
        score_store.write(table, rows)
    for name, card in found.cards.items():
        score_store.write_card(name, card)
    spent["with_writing_seconds"] = round(time.perf_counter() - clock, 1)


def main() -> None:
    """Build the company where it is not there yet, ask, print and keep the results."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--comments", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=7)
    given = parser.parse_args()
    settings = Settings.from_environment({"CRM_HOME": str(given.home)})
    found: dict[str, object] = {"comments": given.comments}
    warehouse_ = Warehouse(settings)
    version = warehouse_.current()
    if version is None:
        stored(settings, given.comments)
        begun, spent = time.perf_counter(), dict[str, float]()
        version = warehouse.build(settings, now=NOW, scorer=lambda store_: scored(spent, store_))
        found["build_seconds"] = round(time.perf_counter() - begun, 1)
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        found |= {**spent, "most_gigabytes": round(most, 1)}
        sys.stdout.write(f"{found}\n")
    with warehouse_.connect(version) as con:
        for name, ask in queries(con).items():
            clock, processor = least(ask, given.runs)
            found[name] = {"ms": clock, "processor_ms": processor}
            sys.stdout.write(f"{name}\t{clock:.1f}\t{processor:.1f}\n")
    warehouse_.close()
    RESULTS.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
