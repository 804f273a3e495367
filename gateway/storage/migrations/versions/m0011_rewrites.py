"""What was sent out rewritten, with its original, for a time."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rewrites",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("request", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("summary", sa.LargeBinary, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("rewrites_at", "rewrites", ["at"])
    op.create_table(
        "rewrite_chunks",
        sa.Column("rewrite", sa.Text, sa.ForeignKey("rewrites.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
