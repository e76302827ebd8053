"""${message}."""

from alembic import op
import sqlalchemy as sa
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}

# A statement that waits longer for a lock gives up, instead of making everyone queue behind it.
LOCK_TIMEOUT = "5s"


def upgrade() -> None:
    """Go to this revision."""
    op.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Go back to the revision before."""
    op.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
    ${downgrades if downgrades else "pass"}
