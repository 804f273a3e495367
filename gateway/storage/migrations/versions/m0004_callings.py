"""By which names, accounts and numbers a report is meant. Filled when the store is opened, since that needs the key."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "callings",
        sa.Column("key", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("report", sa.Text, sa.ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("sort", sa.Text, nullable=False),
    )
    op.create_index("callings_report", "callings", ["report"])
    op.execute("INSERT INTO meta (key, value) VALUES ('callings', X'')")
