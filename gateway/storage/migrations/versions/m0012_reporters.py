"""By what reporters are known, with the kind of each; made anew when the store is opened. Of a report no digest of its
reporter is kept beside them."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("reporters")
    op.create_table(
        "reporters",
        sa.Column("report", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("key", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.drop_column("reports", "reporter")
