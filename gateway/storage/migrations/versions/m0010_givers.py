"""Which reports gave what they are found by, and whose they are, so that nothing has to be opened to know it."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "given_marks",
        sa.Column("key", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("report", sa.Integer, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_index("given_marks_report", "given_marks", ["report"])
    op.create_table(
        "reporters",
        sa.Column("report", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("key", sa.BigInteger, nullable=False),
        sa.Column("personal", sa.Boolean, nullable=False),
        sa.Column("contact", sa.Boolean, nullable=False),
        sqlite_with_rowid=False,
    )
