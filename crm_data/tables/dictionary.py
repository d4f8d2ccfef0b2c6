"""The data dictionary as Markdown: ``docs/data-dictionary.md`` is what this prints."""

from collections.abc import Iterator

from crm_data.tables.marts import MARTS
from crm_data.tables.meanings import meaning
from crm_data.tables.model import TABLES

_HEAD = """# Data dictionary

Printed from the declarations in `crm_data/tables` by `python -m cli dictionary`; a test holds the
two together.

`_at` is an instant (UTC), `_on` a business day in the company's time zone, money is
DECIMAL(18,4) in the company's currency, shares are 0 to 1. Missing is missing: never 0, never
"unknown". Every stored row also carries `attributes` (JSON: columns of the source that the model
does not know) and `batch_id` (the import that it is from).

| Kind | Means |
|---|---|
| text | words or an id, as the source writes them |
| day, instant | a business day; a moment, UTC |
| money | company currency, four decimals |
| number, count | a number; a whole one, 0 or more |
| share | 0 to 1 |
| flag | true or false |
| json | what the model does not know |
"""


def dictionary() -> str:
    """Return the data dictionary: every table, then every mart of the build."""
    return "\n".join([_HEAD, *_tables(), *_marts()])


def _tables() -> Iterator[str]:
    yield "## Tables\n"
    for table in TABLES:
        clock = f" Dated by `{table.clock}`." if table.clock else ""
        keys = ", ".join(f"`{name}`" for name in table.key)
        yield f"### {table.name}\n\nOne row is {table.grain}. Key: {keys}.{clock}\n"
        yield "| Column | Kind | Meaning |\n|---|---|---|"
        for field in table.fields:
            yield f"| `{field.name}` | {field.kind} | {meaning(table.name, field.name)} |"
        yield ""


def _marts() -> Iterator[str]:
    yield "## Marts\n\nMade by the build from the tables; read by queries, never imported.\n"
    for mart in MARTS:
        key = ", ".join(f"`{name}`" for name in mart.key)
        ends = f" Key: {key}." if key else ""
        yield f"### {mart.name}\n\n{mart.grain[:1].upper()}{mart.grain[1:]}.{ends}\n"
        columns = ", ".join(f"`{one.name}` {one.kind}" for one in mart.columns)
        yield f"{columns}\n"
        told = [f"- `{one.name}`: {one.meaning}" for one in mart.columns if one.meaning]
        if told:
            yield "\n".join(told) + "\n"
