"""Keyed fingerprints of mail that passed, for a set time; which reports were looked for in them, and what was found."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "passed",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("keys", sa.LargeBinary, nullable=False),
        sa.Column("words", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("passed_day", "passed", ["day", "number", "size"])
    op.create_table(
        "passed_recipients",
        sa.Column("digest", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column(
            "mail",
            sa.Integer,
            sa.ForeignKey("passed.number", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("passed_recipients_mail", "passed_recipients", ["mail"])
    op.create_table(
        "late_matches",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("report", sa.Text, sa.ForeignKey("reports.id", ondelete="CASCADE"), nullable=False),
        sa.Column("mail", sa.Integer, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("late_matches_once", "late_matches", ["report", "mail"], unique=True)
    op.create_index("late_matches_at", "late_matches", ["at"])
    op.create_table(
        "late_checks",
        sa.Column("report", sa.Text, sa.ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
    )
    # Nothing has been kept of what passed until now, so there is nothing to look for.
    op.execute("INSERT INTO late_checks (report, revision) SELECT id, revision FROM reports")
