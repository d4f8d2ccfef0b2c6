"""The snapshot of a viewer's customers, on both engines and as scoring reads it."""

import pandas as pd
import sqlalchemy as sa

from crm_data.marts.score_inputs_outcome import snapshot, snapshot_sql
from crm_data.queries.snapshot import customer_snapshot
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from tests.queries.shop import SHOP


def test_everybody_with_a_row_by_id_and_missing_where_nothing_is_said(conn: sa.Connection) -> None:
    found = customer_snapshot(conn, scope=EVERYTHING, keys=("tier", "no'such"))
    snapshot(("tier", "no'such")).check(found)

    given = {row["customer_id"]: row for row in SHOP["customers"]}
    assert found["customer_id"].tolist() == sorted(given)
    tiers = {who for who, row in given.items() if "tier" in str(row.get("attributes"))}
    assert set(found.loc[found["attributes.tier"].notna(), "customer_id"]) == tiers
    assert tiers
    assert found["attributes.no'such"].isna().all()
    regions = found.set_index("customer_id")["region"]
    assert {who: regions[who] for who in given if pd.notna(regions[who])} == {
        who: row["region"] for who, row in given.items() if row.get("region")
    }


def test_only_customers_of_the_viewer(conn: sa.Connection) -> None:
    owners = {row.get("owner_id") for row in SHOP["customers"]} - {None}
    owner = sorted(str(one) for one in owners)[0]
    own = sorted(r["customer_id"] for r in SHOP["customers"] if r.get("owner_id") == owner)

    found = customer_snapshot(conn, scope=AccessScope(frozenset({owner})), keys=("tier",))
    assert found["customer_id"].tolist() == own
    assert customer_snapshot(conn, scope=NOBODY, keys=("tier",)).empty
    one = customer_snapshot(conn, scope=AccessScope(frozenset({owner})), keys=(), limit=1)
    assert set(one["customer_id"]) < set(own)
    assert len(one) == 1


def test_scoring_reads_the_same(duckdb_shop: sa.Engine) -> None:
    keys = ("tier", "a'b\"c/~d")
    with duckdb_shop.connect() as conn:
        asked = customer_snapshot(conn, scope=EVERYTHING, keys=keys)
        held = conn.execute(sa.text(snapshot_sql(keys).replace(":", r"\:")))
        read = pd.DataFrame(held.fetchall(), columns=list(held.keys()))

    pd.testing.assert_frame_equal(snapshot(keys).conform(read), asked)
