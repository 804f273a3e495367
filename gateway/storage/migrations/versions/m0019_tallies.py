"""What is counted by day, the words that are counted sealed; a legal hold on the original of what went out rewritten,
and an index of what was decided when."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tallies",
        sa.Column("day", sa.Text, primary_key=True),
        sa.Column("event", sa.Text, primary_key=True),
        sa.Column("axis", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tally_words",
        sa.Column("value", sa.Text, primary_key=True),
        sa.Column("axis", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.add_column("held", sa.Column("form", sa.Text, nullable=False, server_default=""))
    op.create_index("held_decided", "held", ["decided_at"])
    op.create_index("held_kept", "held", ["kept"], sqlite_where=sa.text("kept"), postgresql_where=sa.text("kept"))
    op.add_column("rewrites", sa.Column("kept", sa.Boolean, nullable=False, server_default=sa.text("0")))
