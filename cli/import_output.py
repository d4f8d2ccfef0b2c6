"""What ``import`` prints: a line for each table, numbers before and after, what was refused."""

from typing import Any

import typer

from cli.app import print_error, print_line
from cli.output import print_json, print_table

_COLUMNS = (
    "file", "table", "rows", "added", "changed", "unchanged", "rejected", "findings", "batch",
)  # fmt: skip


def print_import(document: dict[str, Any], *, as_json: bool) -> None:
    """Print the document of an import; exit status 1 where something was refused."""
    made = [
        (file["path"], table, facts)
        for file in document["files"]
        for table, facts in file["tables"].items()
    ]
    if as_json:
        print_json(document)
    else:
        _print_made(document, made)
    for refused in document["refused"]:
        print_error(refused["message"])
    rejected = [(table, facts) for _, table, facts in made if facts["rejected"]]
    if rejected:
        print_error(_said_of_rejected(rejected))
    if rejected or document["refused"]:
        raise typer.Exit(1)


def _print_made(document: dict[str, Any], made: list[tuple[str, str, dict[str, Any]]]) -> None:
    if made:
        print_table(_COLUMNS, [_import_row(*one) for one in made])
        if document.get("version"):
            print_line(f"Published {document['version']}.")
    elif document.get("watermark") and not document["refused"]:
        print_line(f"Nothing new since {document['watermark']}.")
    if "headlines" in document:
        before, after = document["headlines"]["before"], document["headlines"]["after"]
        print_table(("number", "before", "after"), [(n, before[n], after[n]) for n in before])


def _import_row(path: str, table: str, facts: dict[str, Any]) -> tuple[object, ...]:
    told = facts["findings"] | facts["changes"]
    findings = ", ".join(f"{rule} {count}" for rule, count in told.items())
    counts = [facts.get(name) for name in ("rows", "added", "changed", "unchanged", "rejected")]
    return (path, table, *counts, findings, facts.get("batch"))


def _said_of_rejected(rejected: list[tuple[str, dict[str, Any]]]) -> str:
    """Return what became of rows that were not read whole, and where they are listed."""
    rows = sum(facts["rejected"] for _, facts in rejected)
    said = f"{rows} row(s) cannot be read whole: cells that are not what their column holds stay "
    said += "empty, rows without their key or with more or fewer columns are left out. "
    if any(table == "orders" for table, _ in rejected):
        said += "An order without a day counts nowhere; one without an amount is worth its lines, "
        said += "or zero. "
    batches = [facts["batch"] for _, facts in rejected if "batch" in facts]
    if not batches:
        return said + "Nothing was stored; import it, and `python -m cli rejects BATCH` lists them."
    named = " and ".join(f"`python -m cli rejects {batch}`" for batch in batches[:3])
    more = " …" if len(batches) > 3 else ""
    return f"{said}{named}{more} lists row, column, value and rule."
