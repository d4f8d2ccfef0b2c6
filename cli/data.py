"""Commands about data: demo, import, ledger, versions."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from cli.app import app, now, print_line, settings
from cli.import_output import print_import
from cli.import_source import reader
from cli.output import print_json, print_table, progress
from crm_data import batches as batch_store
from crm_data import warehouse
from crm_data.commands.segment_sizes import record_sizes
from crm_data.import_history import import_history
from crm_data.refused_rows import refused_in_source, rejected_cells
from crm_data.settings import Settings
from crm_data.versions import current_version
from sample_data.demo import build_demo
from scoring import score_version
from ui.alert_checks import check_alerts

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@app.command()
def demo(
    customers: Annotated[int, typer.Option(min=1, help="How many customers.")] = 5000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same company.")] = 1,
    months: Annotated[int, typer.Option(min=1, max=120, help="Months of history.")] = 36,
    if_empty: Annotated[
        bool, typer.Option("--if-empty", help="Do nothing when a version is published.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Build and publish the sample company."""
    config, present = settings(), now()
    if if_empty and current_version(config) is not None:
        # Nothing to do, unless this release has other marts.
        _after(config, warehouse.build(config, now=present, scorer=score_version), present)
        return
    with progress("sample company") as report:
        version = build_demo(
            config,
            customers=customers,
            seed=seed,
            months=months,
            end=present.date() - timedelta(days=1),
            now=present,
            progress=report,
            scorer=score_version,
        )
    _after(config, version, present)
    if as_json:
        print_json({"version": version})
    else:
        print_line(f"Published {version}. Start the app with: make run")


@app.command("import")
def import_command(
    paths: Annotated[
        list[str], typer.Argument(help="Files, folders, zips, or a database (SQLAlchemy URL).")
    ],
    as_table: Annotated[str | None, typer.Option("--as", help="Canonical table.")] = None,
    preset: Annotated[str | None, typer.Option(help="Name of a preset.")] = None,
    mapping: Annotated[Path | None, typer.Option(help="Mapping file (TOML).")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and check only.")] = False,
    accept_proposal: Annotated[
        bool,
        typer.Option("--accept-proposal", help="Store although the proposed mapping is doubtful."),
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Import the same content again.")] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="This is the whole truth of its table and source.")
    ] = False,
    refresh: Annotated[bool, typer.Option(help="Build and publish afterwards.")] = True,
    sheet: Annotated[
        list[str] | None, typer.Option(help="Sheet of workbooks; repeat for more; all by default.")
    ] = None,
    table: Annotated[str | None, typer.Option(help="Table of the database.")] = None,
    query: Annotated[str | None, typer.Option(help="One SELECT on the database.")] = None,
    watermark: Annotated[
        str | None,
        typer.Option(help="Column that only grows: the next import goes on from there."),
    ] = None,
    from_start: Annotated[
        bool, typer.Option("--from-start", help="Read all of the database, not only what is new.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Read, map, check and store files, one batch per table, then publish."""
    config, present = settings(), now()
    read = reader(config, paths, table, query, watermark, sheet or (), from_start=from_start)
    with progress("import") as report:
        document = read(
            mapping=mapping,
            as_table=as_table,
            preset=preset,
            dry_run=dry_run,
            accept_proposal=accept_proposal,
            force=force,
            replace=replace,
            skip_known=True,
            headlines=dry_run,
            now=present,
            progress=report,
        )
    if not dry_run:
        document["version"] = None
        if refresh and document["files"]:
            with progress("build") as report:
                document["version"] = warehouse.build(
                    config, now=present, progress=report, scorer=score_version
                )
            _after(config, document["version"], present)
    print_import(document, as_json=as_json)


@app.command("batches")
def batches_command(as_json: JsonOption = False) -> None:
    """List the imports, undone ones included."""
    found = import_history(settings())
    if as_json:
        print_json([vars(o.batch) | {"by": o.by, "undone_by": o.undone_by} for o in found])
        return
    print_table(
        ("batch", "table", "source", "rows", "rejected", "received", "by", "undone", "undone by"),
        [
            (o.batch.batch_id, o.batch.table, o.batch.source, o.batch.rows, o.batch.rejected,
             o.batch.received_at, o.by, o.batch.undone_at, o.undone_by)
            for o in found
        ],
    )  # fmt: skip


@app.command()
def rejects(
    batch: Annotated[str, typer.Argument(help="A batch id, see `batches`.")],
    limit: Annotated[int, typer.Option(min=1, help="How many at the most.")] = 100,
    out: Annotated[
        Path | None, typer.Option(help="Write the rows in their file's own layout (CSV) there.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List the cells and rows of an import that were refused, with the reason."""
    if out is not None:
        rows = refused_in_source(settings(), batch)
        rows.to_csv(out, index=False, encoding="utf-8-sig")
        print_line(f"Wrote {len(rows)} row(s) to {out}.")
        return
    found = rejected_cells(settings(), batch, limit=limit)
    if as_json:
        print_json(found.to_dict("records"))
    else:
        print_table(list(found.columns), list(found.itertuples(index=False, name=None)))


@app.command()
def undo(
    batch: Annotated[list[str], typer.Argument(help="Batch ids, see `batches`.")],
    refresh: Annotated[bool, typer.Option(help="Build and publish afterwards.")] = True,
    as_json: JsonOption = False,
) -> None:
    """Leave imports out of the next version. Nothing is deleted."""
    config, present = settings(), now()
    batch_store.undo_all(config, batch, now=present)
    version = rebuilt(config, present) if refresh else None
    if as_json:
        print_json({"undone": batch, "version": version})
    else:
        print_line(f"Undone: {', '.join(batch)}. Published: {version or 'nothing new'}.")


@app.command("versions")
def versions_command(as_json: JsonOption = False) -> None:
    """List the versions that are kept."""
    found = warehouse.versions(settings())
    if as_json:
        print_json([vars(version) for version in found])
        return
    print_table(
        ("version", "built", "seconds", "rows", "published"),
        [
            (v.version, v.built_at, v.seconds, sum(v.row_counts.values()), v.is_current or "")
            for v in found
        ],
    )


@app.command()
def rollback(
    version: Annotated[str, typer.Argument(help="A kept version, see `versions`.")],
) -> None:
    """Publish an earlier version again."""
    warehouse.rollback(settings(), version, now=now())
    print_line(
        f"Published {version} again. The next import, refresh or rebuild starts from all batches; "
        "undo the batches that should stay out."
    )


@app.command()
def rebuild(as_json: JsonOption = False) -> None:
    """Build a version from all batches, taking nothing from earlier versions."""
    config, present = settings(), now()
    with progress("rebuild") as report:
        version = warehouse.rebuild(config, now=present, progress=report, scorer=score_version)
    _after(config, version, present)
    print_json({"version": version}) if as_json else print_line(f"Published {version}.")


@app.command()
def refresh(
    models: Annotated[bool, typer.Option(help="Fit models and score the customers.")] = True,
    as_json: JsonOption = False,
) -> None:
    """Build marts from new batches, fit models, score the customers, and publish."""
    config, present = settings(), now()
    batch_store.sweep(config)
    with progress("refresh") as report:
        version = warehouse.build(
            config,
            now=present,
            progress=report,
            scorer=score_version if models else None,
        )
    _after(config, version, present)
    print_json({"version": version}) if as_json else print_line(f"Published {version}.")


def rebuilt(config: Settings, present: datetime) -> str:
    """Build and publish what was decided, and return the version."""
    with progress("build") as report:
        version = warehouse.build(config, now=present, progress=report, scorer=score_version)
    _after(config, version, present)
    return version


def _after(config: Settings, version: str, present: datetime) -> None:
    """Do what follows a publish: sizes of saved segments, and alerts."""
    record_sizes(config, version, present)
    check_alerts(config, version, present)
