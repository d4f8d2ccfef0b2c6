"""The sample company as a published version: what ``cli demo`` and the first-run page call."""

import shutil
from collections.abc import Callable
from datetime import date, datetime
from uuid import uuid4

from crm_data import batches as batch_store
from crm_data import warehouse
from crm_data.durable import unwritable
from crm_data.score_store import Scorer
from crm_data.settings import Settings
from sample_data.generate import generate, write_batches
from sample_data.planned_experiments import make_plans, write_plans
from sample_data.planted import write_planted
from sample_data.retention_lists import make_lists, write_lists
from sample_data.submissions import make_submissions, write_submissions


def build_demo(
    settings: Settings,
    *,
    customers: int,
    seed: int,
    months: int,
    end: date,
    now: datetime,
    progress: Callable[[str, float], None] | None = None,
    scorer: Scorer | None = None,
) -> str:
    """Generate the company, store it as batches, publish, and return the version's id.

    A second run with other parameters supersedes the first; with the same ones it only builds
    what is missing. ``planted.json`` (the truths to find) is written to ``settings.home``; what
    the company's people submitted goes into the app database.
    """
    report = progress or (lambda _step, _share: None)
    report("generate", 0.0)
    company = generate(customers=customers, seed=seed, months=months, end=end)
    staging = settings.staging_dir / f"demo-{uuid4().hex}"
    try:
        staging.mkdir(parents=True, exist_ok=True)
        content = f"sample:{customers}:{seed}:{months}:{end}"
        report("write", 0.2)
        new = write_batches(company, staging, content_hash=content)
        if not all(batch_store.same_content(settings, batch.content_hash) for batch in new):
            batch_store.store(settings, new, now=now)
        said = make_submissions(company)
        called = make_lists(company)
        plans = make_plans(company)
        truths = company.planted["truths"] | {
            "forecast_submitters": said.planted,
            "retention_lists": called.planted,
        }
        write_planted(settings.home / "planted.json", company.planted | {"truths": truths})
    except OSError as error:
        raise unwritable(settings.home, error) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    version = warehouse.build(
        settings,
        now=now,
        progress=lambda step, share: report(step, 0.3 + 0.7 * share),
        scorer=scorer,
    )
    write_submissions(settings, said.rows, version)
    write_lists(settings, called, version)
    write_plans(settings, plans)
    return version
