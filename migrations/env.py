"""How Alembic runs our migrations: on the connection it is handed, as the schema's owner."""

from alembic import context
from sqlalchemy import Connection, text

from domain.registry import metadata

# A migration that waits for a lock makes everyone queue behind it: better it fails and is repeated
# at a quiet hour. A migration that knows better sets its own, `SET LOCAL lock_timeout`.
LOCK_TIMEOUT = "5s"


def run(connection: Connection) -> None:
    """Run the migrations asked for, each in its own transaction."""
    # Whatever they create belongs to the owner. The connection is closed afterwards, so neither
    # setting outlives the run.
    connection.execute(text("SET ROLE fengqiao_owner"))
    connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=context.config.attributes.get("metadata", metadata),
        compare_type=True,
        compare_server_default=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("migrations run against a database; use: fengqiao migrate")
if (connection := context.config.attributes.get("connection")) is None:
    raise SystemExit("migrations are run by: fengqiao migrate")
run(connection)
