"""Drills that run now, and what the rules said of their mails; mail that passed because rules only watch."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "drills",
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("until", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "drill_answers",
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("would", sa.Text, nullable=False),
    )
    op.create_table(
        "watched",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("week", sa.Text, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("would", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("request", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("verdict", sa.Text, nullable=False, server_default=""),
        sa.Column("marked_by", sa.Text, nullable=False, server_default=""),
        sa.Column("marked_at", sa.Text),
        sa.Column("summary", sa.LargeBinary),
        sa.Column("sealed", sa.LargeBinary),
        sa.CheckConstraint("verdict IN ('', 'right', 'false')", name="watched_verdict"),
        sqlite_autoincrement=True,
    )
    op.create_index("watched_counts", "watched", ["week", "rule", "would", "verdict"])
    op.create_index("watched_at", "watched", ["at"])
    op.create_table(
        "watched_chunks",
        sa.Column("watched", sa.Text, sa.ForeignKey("watched.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
