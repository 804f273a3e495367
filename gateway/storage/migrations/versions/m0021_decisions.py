"""The record of decisions: what rules may ask of each message in which something was found, sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0023"  # those two came in first: a store that has them gets this one behind them
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "decisions",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("would", sa.Text, nullable=False),
        sa.Column("would_rule", sa.Text, nullable=False),
        sa.Column("policy", sa.Text, nullable=False),
        sa.Column("message", sa.LargeBinary, nullable=False),
        sa.Column("held", sa.Text, nullable=False),
        sa.Column("review", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("decisions_message", "decisions", ["message", "held"], unique=True)
    op.create_index("decisions_at", "decisions", ["at"])
    op.create_index("decisions_held", "decisions", ["held"])
    op.create_table(
        "decision_reports",
        sa.Column("report", sa.Text, primary_key=True),
        sa.Column(
            "decision",
            sa.Integer,
            sa.ForeignKey("decisions.number", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("decision_reports_decision", "decision_reports", ["decision"])
    op.create_table(
        "decision_days",
        sa.Column("day", sa.Text, primary_key=True),
        sa.Column("clean", sa.Integer, nullable=False),
    )
