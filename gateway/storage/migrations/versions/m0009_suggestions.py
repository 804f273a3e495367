"""What is only suggested, by keyed digests, and on which days how many wrote it to how many domains."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "suggestions",
        sa.Column("item", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("report", sa.Text, sa.ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("groups", sa.LargeBinary, nullable=False),
        sa.Column("asked", sa.Boolean, nullable=False),
    )
    op.create_index("suggestions_report", "suggestions", ["report"])
    op.create_table(
        "sightings",
        sa.Column("item", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("day", sa.Text, primary_key=True),
        sa.Column("senders", sa.LargeBinary, nullable=False),
        sa.Column("domains", sa.LargeBinary, nullable=False),
    )
    op.create_index("sightings_day", "sightings", ["day"])
