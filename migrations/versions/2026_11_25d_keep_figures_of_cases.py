"""Keep the figures of cases as they change: signed changes beside each write, folded later into cells.

Revision ID: 0012
Revises: 0011
Create Date: 2026-11-25
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

from migrations.row_level_security import add_tenant_table

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

CASE, CHANGE, CELL = "dispute_case", "case_figure_change", "case_figure_cell"

# By what the cases of a change are alike; their day is `starts_on`.
ALIKE: dict[str, TypeEngine[Any]] = {
    "town_id": sa.Uuid(),
    "community_id": sa.Uuid(),
    "grid_id": sa.Uuid(),
    "organisation_id": sa.Uuid(),
    "handler_id": sa.Uuid(),
    "court_id": sa.Uuid(),
    "type_code": sa.Text(),
    "status": sa.Text(),
    "source": sa.Text(),
    "risk_level": sa.Text(),
    "public_security": sa.Boolean(),
    "minor_involved": sa.Boolean(),
    "family_or_minor": sa.Boolean(),
}
# What is counted, and when a case counts. `{row}` is put before each column: nothing, or which row of a trigger.
COUNTED = {
    "cases": "TRUE",
    "settled": "{row}settled_at IS NOT NULL",
    "reopened": "{row}reopen_count > 0",
    "returned": "{row}return_count > 0",
    "declined": "{row}declined_at IS NOT NULL",
    "concluded": "{row}concluded_at IS NOT NULL",
    "timed": "{row}concluded_at IS NOT NULL AND {row}due_at IS NOT NULL",
    "on_time": "{row}concluded_at <= {row}due_at",
}
COUNTS = {name: when.format(row="") for name, when in COUNTED.items()}
# What counts and days are worked out from.
MEASURED = (
    "registered_at",
    "settled_at",
    "reopen_count",
    "return_count",
    "declined_at",
    "concluded_at",
    "due_at",
)
# Of cells, what a change has under another name or not at all.
DERIVED = {"type_group": "left(type_code, 2)"}
# Breakdowns: the periods for which cells are kept, and by what they are told apart. Few cells for what is asked most;
# what is told apart finely has no cells of short periods, of which there would be nearly as many as cases.
DAILY, COARSE, MONTHLY = ("day", "ten_days", "month"), ("ten_days", "month"), ("month",)
SPECIAL = ("public_security", "minor_involved", "family_or_minor")
BREAKDOWNS = {
    "status": (DAILY, ("town_id", "organisation_id", "status")),
    "type": (DAILY, ("town_id", "organisation_id", "type_group")),
    "risk": (COARSE, ("town_id", "organisation_id", "risk_level")),
    "source": (COARSE, ("town_id", "organisation_id", "source")),
    "work_status": (COARSE, ("town_id", "handler_id", "court_id", *SPECIAL, "status")),
    "work_type": (COARSE, ("town_id", "handler_id", "court_id", *SPECIAL, "type_group")),
    "place_status": (MONTHLY, ("town_id", "community_id", "grid_id", "status")),
    "place_type": (MONTHLY, ("town_id", "community_id", "type_code")),
}
# The columns of a cell that tell it apart, in their order in its key.
TOLD = (
    "town_id",
    "community_id",
    "grid_id",
    "organisation_id",
    "handler_id",
    "court_id",
    "type_code",
    "type_group",
    "status",
    "source",
    "risk_level",
    "public_security",
    "minor_involved",
    "family_or_minor",
)
KINDS = {
    name: "uuid"
    if name.endswith("_id")
    else "boolean"
    if name in ALIKE and isinstance(ALIKE[name], sa.Boolean)
    else "text"
    for name in TOLD
}
REGISTERED_ON = "({row}registered_at AT TIME ZONE 'Asia/Shanghai')::date"
DAY = REGISTERED_ON.format(row="")
# Folding and rebuilding a county's cells take turns.
LOCK = 20261125


def upgrade() -> None:
    create_tables()
    for table in (CHANGE, CELL):
        add_tenant_table(table, appended_only=table == CHANGE)
        op.execute(f"GRANT DELETE ON {table} TO fengqiao_app")
    name_periods()
    record_changes()
    fold()
    compare()
    rebuild()
    keep_what_is_there()


def downgrade() -> None:
    for event in ("insert", "update", "delete", "truncate"):
        op.execute(f"DROP TRIGGER IF EXISTS figures_on_{event} ON {CASE}")
    op.execute(
        "DROP FUNCTION IF EXISTS rebuild_case_figures(int), differing_case_figures(int), fold_case_figures(int, int),"
        " record_case_figures(), record_moved_figures(), clear_case_figures()"
    )
    op.execute(f"DROP TABLE IF EXISTS {CHANGE}, {CELL}")
    op.execute("DROP FUNCTION IF EXISTS figure_period(text, date)")


def create_tables() -> None:
    op.create_table(
        CHANGE,
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        *(sa.Column(name, kind, nullable=True) for name, kind in ALIKE.items()),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f(f"pk_{CHANGE}")),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f(f"fk_{CHANGE}__county_id")),
    )
    kinds = ALIKE | {"type_group": sa.Text()}
    op.create_table(
        CELL,
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("breakdown", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("cell_key", sa.Uuid(), nullable=False),
        *(sa.Column(name, kinds[name], nullable=True) for name in TOLD),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.PrimaryKeyConstraint("county_id", "breakdown", "period", "starts_on", "cell_key", name=op.f(f"pk_{CELL}")),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f(f"fk_{CELL}__county_id")),
        sa.CheckConstraint("period IN ('day', 'ten_days', 'month')", name=op.f(f"ck_{CELL}__period")),
    )
    for name in ("town", "community", "grid", "handler", "court"):
        op.create_index(
            f"ix_{CELL}__{name}",
            CELL,
            ["county_id", "breakdown", "period", f"{name}_id", "starts_on"],
            postgresql_where=sa.text(f"{name}_id IS NOT NULL"),
        )
    # Cells are counted up again and again: with room beside them their indexes need not know of it.
    op.execute(f"ALTER TABLE {CELL} SET (fillfactor = 80)")
    # Rows come and go within seconds, and every reader of figures passes through them.
    op.execute(f"ALTER TABLE {CHANGE} SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000)")


def name_periods() -> None:
    """The first day of the period in which a day lies; of ten days there are three in each month, as 旬."""
    op.execute("""
        CREATE FUNCTION figure_period(period text, day date) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN CASE period
            WHEN 'day' THEN day
            WHEN 'ten_days' THEN date_trunc('month', day::timestamp)::date
                + least((date_part('day', day::timestamp)::int - 1) / 10, 2) * 10
            WHEN 'month' THEN date_trunc('month', day::timestamp)::date END
    """)


def record_changes() -> None:
    """Each statement that changes cases leaves what it changes of the figures: only ever added, so writers never wait."""
    alike = ", ".join(ALIKE)
    columns = f"county_id, starts_on, {alike}, {', '.join(COUNTS)}"
    groups = f"county_id, {DAY}, {alike}"

    def counted(sign: str) -> str:
        return ", ".join(
            f"sum({sign})" if when == "TRUE" else f"coalesce(sum({sign}) FILTER (WHERE {when}), 0)"
            for when in COUNTS.values()
        )

    def signed(row: str, sign: str) -> str:
        counts = (
            sign if when == "TRUE" else f"CASE WHEN {when.format(row=f'{row}.')} THEN {sign} ELSE 0 END"
            for when in COUNTED.values()
        )
        own = (f"{row}.{name}" for name in ALIKE)
        return ", ".join([f"{row}.county_id", REGISTERED_ON.format(row=f"{row}."), *own, *counts])

    op.execute(f"""
        CREATE FUNCTION record_case_figures() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'INSERT' THEN
                INSERT INTO {CHANGE} ({columns}) SELECT {groups}, {counted("1")} FROM new_rows GROUP BY {groups};
            ELSE
                INSERT INTO {CHANGE} ({columns}) SELECT {groups}, {counted("-1")} FROM old_rows GROUP BY {groups};
            END IF;
            RETURN NULL;
        END $$
    """)
    op.execute(f"""
        CREATE FUNCTION record_moved_figures() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO {CHANGE} ({columns}) VALUES ({signed("OLD", "-1")}), ({signed("NEW", "1")});
            RETURN NULL;
        END $$
    """)
    op.execute(f"""
        CREATE FUNCTION clear_case_figures() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            TRUNCATE {CHANGE}, {CELL};
            RETURN NULL;
        END $$
    """)
    for event, rows in (("INSERT", "NEW TABLE AS new_rows"), ("DELETE", "OLD TABLE AS old_rows")):
        op.execute(f"""
            CREATE TRIGGER figures_on_{event.lower()} AFTER {event} ON {CASE} REFERENCING {rows}
            FOR EACH STATEMENT EXECUTE FUNCTION record_case_figures()
        """)
    # Row by row: most changes of a case move no figure, which is found out without calling anything.
    seen = ("county_id", *ALIKE, *MEASURED)
    op.execute(f"""
        CREATE TRIGGER figures_on_update AFTER UPDATE ON {CASE} FOR EACH ROW
        WHEN (({", ".join(f"OLD.{name}" for name in seen)}) IS DISTINCT FROM ({", ".join(f"NEW.{name}" for name in seen)}))
        EXECUTE FUNCTION record_moved_figures()
    """)
    op.execute(f"""
        CREATE TRIGGER figures_on_truncate AFTER TRUNCATE ON {CASE}
        FOR EACH STATEMENT EXECUTE FUNCTION clear_case_figures()
    """)


KEY = f"md5(ROW({', '.join(TOLD)})::text)::uuid"
IDENTITY = "breakdown, period, starts_on, cell_key"


def by_finest_period(name: str, source: str, *, day: str, counts: dict[str, str]) -> str:
    """What a breakdown counts in rows that are cases or changes, by its finest period."""
    periods, told = BREAKDOWNS[name]
    first = f"figure_period('{periods[0]}', {day})"
    own = ", ".join(f"{DERIVED.get(column, column)} AS {column}" for column in told)
    groups = ", ".join(DERIVED.get(column, column) for column in told)
    summed = ", ".join(f"{sql} AS {count}" for count, sql in counts.items())
    return f"SELECT {first} AS day, {own}, {summed} FROM {source} GROUP BY {first}, {groups}"


def cells_of(name: str, finest: str) -> str:
    """The cells of one breakdown from what it counts by its finest period."""
    periods, told = BREAKDOWNS[name]
    every = ", ".join(column if column in told else f"NULL::{KINDS[column]} AS {column}" for column in TOLD)
    sums = ", ".join(f"sum({count}) AS {count}" for count in COUNTS)
    first = "figure_period(p.period, d.day)"
    return f"""
        SELECT '{name}' AS breakdown, p.period, {first} AS starts_on, {every}, {sums}
        FROM ({finest}) d CROSS JOIN (VALUES {", ".join(f"('{period}')" for period in periods)}) p(period)
        GROUP BY p.period, {first}, {", ".join(told)}"""


OF_CHANGES = {count: f"sum({count})" for count in COUNTS}
OF_CASES = {
    count: "count(*)" if when == "TRUE" else f"count(*) FILTER (WHERE {when})" for count, when in COUNTS.items()
}


def fold() -> None:
    """Move changes into cells, each once: what is killed half way was never begun, and one works at a time.

    Cells that come to nothing go.
    """
    source = f"(SELECT * FROM {CHANGE} WHERE county_id = county AND id = ANY (taken))"
    cells = " UNION ALL ".join(
        cells_of(name, by_finest_period(name, f"{source} c", day="starts_on", counts=OF_CHANGES)) for name in BREAKDOWNS
    )
    told, counts = ", ".join(TOLD), ", ".join(COUNTS)
    op.execute(f"""
        CREATE FUNCTION fold_case_figures(county int, most int) RETURNS int LANGUAGE plpgsql AS $$
        #variable_conflict use_column
        DECLARE
            taken bigint[];
        BEGIN
            IF NOT pg_try_advisory_xact_lock({LOCK}, county) THEN
                RETURN 0;
            END IF;
            taken := ARRAY(SELECT id FROM {CHANGE} WHERE county_id = county ORDER BY id LIMIT most);
            IF taken = '{{}}' THEN
                RETURN 0;
            END IF;
            MERGE INTO {CELL} k USING (SELECT county AS county_id, {KEY} AS cell_key, s.* FROM ({cells}) s) f
            ON k.county_id = f.county_id AND k.breakdown = f.breakdown AND k.period = f.period
                AND k.starts_on = f.starts_on AND k.cell_key = f.cell_key
            WHEN MATCHED AND {" AND ".join(f"k.{count} + f.{count} = 0" for count in COUNTS)} THEN DELETE
            WHEN MATCHED THEN UPDATE SET {", ".join(f"{count} = k.{count} + f.{count}" for count in COUNTS)}
            WHEN NOT MATCHED AND ({" OR ".join(f"f.{count} <> 0" for count in COUNTS)})
            THEN INSERT (county_id, {IDENTITY}, {told}, {counts})
                VALUES (f.county_id, f.breakdown, f.period, f.starts_on, f.cell_key,
                        {", ".join(f"f.{column}" for column in (*TOLD, *COUNTS))});
            DELETE FROM {CHANGE} WHERE county_id = county AND id = ANY (taken);
            RETURN cardinality(taken);
        END $$
    """)


def compare() -> None:
    """Count everything anew, take off what waits to be folded and what is kept: what is left is wrong.

    Stable, so that all of it sees one moment.
    """
    either = ", ".join(f"coalesce(a.{column}, k.{column})" for column in TOLD)
    left = ", ".join(f"(coalesce(a.{count}, 0) - coalesce(k.{count}, 0))::int" for count in COUNTS)
    wrong = " OR ".join(f"coalesce(a.{count}, 0) <> coalesce(k.{count}, 0)" for count in COUNTS)
    taken_off = {count: f"-{sql}" for count, sql in OF_CHANGES.items()}
    queries = []
    for name in BREAKDOWNS:
        cases = by_finest_period(name, f"{CASE} WHERE county_id = county", day=DAY, counts=OF_CASES)
        waiting = by_finest_period(name, f"{CHANGE} WHERE county_id = county", day="starts_on", counts=taken_off)
        anew = f"SELECT c.*, {KEY} AS cell_key FROM ({cells_of(name, f'{cases} UNION ALL {waiting}')}) c"
        queries.append(f"""
            RETURN QUERY
            SELECT county, '{name}', coalesce(a.period, k.period), coalesce(a.starts_on, k.starts_on),
                   coalesce(a.cell_key, k.cell_key), {either}, {left}
            FROM ({anew}) a
            FULL JOIN (SELECT * FROM {CELL} WHERE county_id = county AND breakdown = '{name}') k
            ON k.period = a.period AND k.starts_on = a.starts_on AND k.cell_key = a.cell_key
            WHERE {wrong};""")
    # Sorting what cannot be estimated takes longer than hashing it.
    op.execute(f"""
        CREATE FUNCTION differing_case_figures(county int) RETURNS SETOF {CELL} LANGUAGE plpgsql STABLE
        SET work_mem = '256MB' SET enable_sort = off SET plan_cache_mode = force_custom_plan AS $$
        #variable_conflict use_column
        BEGIN{"".join(queries)}
        END $$
    """)


def rebuild() -> None:
    """Put right whatever differs; into a county without cells, everything. Nobody who writes cases waits for it."""
    told, counts = ", ".join(TOLD), ", ".join(COUNTS)
    op.execute(f"""
        CREATE FUNCTION rebuild_case_figures(county int) RETURNS bigint LANGUAGE plpgsql AS $$
        #variable_conflict use_column
        DECLARE
            differing bigint;
        BEGIN
            PERFORM pg_advisory_xact_lock({LOCK}, county);
            INSERT INTO {CELL} AS k (county_id, {IDENTITY}, {told}, {counts})
            SELECT county_id, {IDENTITY}, {told}, {counts} FROM differing_case_figures(county)
            ORDER BY {IDENTITY}
            ON CONFLICT (county_id, {IDENTITY}) DO UPDATE SET
                {", ".join(f"{count} = k.{count} + excluded.{count}" for count in COUNTS)};
            GET DIAGNOSTICS differing = ROW_COUNT;
            DELETE FROM {CELL} WHERE county_id = county AND {" AND ".join(f"{count} = 0" for count in COUNTS)};
            RETURN differing;
        END $$
    """)


def keep_what_is_there() -> None:
    """Cases registered before this migration are counted now."""
    op.execute("SELECT set_config('app.counties', (SELECT array_agg(id)::text FROM county), true)")
    op.execute("SELECT rebuild_case_figures(id) FROM county")
    # Without statistics the planner guesses until they are gathered by themselves.
    op.execute(f"ANALYZE {CHANGE}, {CELL}")
    op.execute("SELECT set_config('app.counties', '', true)")
