"""Records that are looked through for duplicates, of each kind, with what they are known by.

Fields of the source that the data model has no place for are read by their usual names. Of tables
with more than MOST records only those are read that share e-mail, telephone or name with another.
"""

from crm_data.frames import FrameSpec, columns_of
from crm_data.marts.identity_words import ATTRIBUTE_NAMES

MOST = 100_000
IDENTITY_RECORDS = FrameSpec(
    "identity_records",
    "one row per record, by id",
    ("customer_id",),
    columns_of(
        "customer_id:text owner_id:text name:text email:text phone:text birth_on:text gender:text "
        "address:text city:text region:text postcode:text national_id:text orders:count "
        "known_since:text"
    ),
)
RECORD_COUNT = FrameSpec("record_count", "one row", (), columns_of("records:count"))


def _attribute(field: str, table: str = "s") -> str:
    paths = (f"'$.\"{name}\"'" for name in ATTRIBUTE_NAMES[field])
    found = ", ".join(f"json_extract_string({table}.attributes, {path})" for path in paths)
    return f"nullif(trim(coalesce({found})), '')"


def _all(fields: str) -> str:
    return ", ".join(f"{_attribute(name)} AS {name}" for name in fields.split())


_NOWHERE = "address postcode national_id"
_SQL = {
    "customers": f"""
        SELECT s.customer_id, s.owner_id, s.name, s.email, s.phone,
               CAST(s.birth_on AS VARCHAR) AS birth_on, s.gender, s.city, s.region,
               {_all(_NOWHERE)}, coalesce(f.orders, 0) AS orders,
               CAST(s.created_at AS VARCHAR) AS known_since
        FROM customers s LEFT JOIN customer_facts f USING (customer_id)
    """,
    "contacts": f"""
        SELECT s.contact_id AS customer_id, c.owner_id, s.name, s.email, s.phone,
               {_all("birth_on gender")}, c.name AS city, c.region, {_all(_NOWHERE)},
               0 AS orders, NULL AS known_since
        FROM contacts s LEFT JOIN customers c USING (customer_id)
    """,
    "leads": f"""
        SELECT s.lead_id AS customer_id, s.owner_id,
               coalesce({_attribute("name")}, nullif(trim(concat_ws(' ', {_attribute("given")},
                   {_attribute("family")})), '')) AS name,
               {_all("email phone birth_on gender city region")}, {_all(_NOWHERE)},
               0 AS orders, CAST(s.created_at AS VARCHAR) AS known_since
        FROM leads s
    """,
}


def record_count_sql(kind: str) -> str:
    """Return a SELECT of ``RECORD_COUNT``."""
    return f"SELECT count(*) AS records FROM {kind}"


def identity_records_sql(kind: str, *, is_large: bool) -> str:
    """Return a SELECT of ``IDENTITY_RECORDS``; of a large table those that share something."""
    names = ", ".join(IDENTITY_RECORDS.column_names)
    if not is_large:
        return f"SELECT {names} FROM ({_SQL[kind]}) ORDER BY customer_id"
    keys = (
        "lower(trim(email))", "right(regexp_replace(phone, '[^0-9]', '', 'g'), 9)",
        "lower(trim(name)) || '|' || coalesce(birth_on, city, '')",
    )  # fmt: skip
    counts = ", ".join(
        f"CASE WHEN nullif({key}, '') IS NOT NULL THEN count(*) OVER (PARTITION BY {key}) END "
        f"AS sharing_{place}"
        for place, key in enumerate(keys)
    )
    shared = " OR ".join(f"sharing_{place} BETWEEN 2 AND 50" for place in range(len(keys)))
    return (
        f"WITH counted AS (SELECT *, {counts} FROM ({_SQL[kind]})) SELECT {names} FROM "
        f"(SELECT {names} FROM counted WHERE {shared} ORDER BY customer_id LIMIT {MOST}) "
        "ORDER BY customer_id"
    )
