"""What was held or rewritten of whom, within a day, so that nobody finds out by trying who reported."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "senders",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("request", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("sender", sa.LargeBinary, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("client", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("kinds", sa.Text, nullable=False),
        sa.Column("lists", sa.Boolean, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("senders_sender", "senders", ["sender"])
    op.create_index("senders_at", "senders", ["at"])
