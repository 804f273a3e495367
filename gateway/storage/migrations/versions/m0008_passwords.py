"""Passwords that mail gave for files in other mail, and the held messages that wait for one."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "passwords",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("sender", sa.LargeBinary, nullable=False),
        sa.Column("tie", sa.LargeBinary, nullable=False),
        sa.Column("value", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("passwords_at", "passwords", ["at"])
    op.create_index("passwords_sender", "passwords", ["sender"])
    op.create_index("passwords_tie", "passwords", ["tie"])
