"""By whose mail it is, what went out rewritten is found: sender, recipients and thread, as keyed digests."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rewrite_terms",
        sa.Column("key", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("rewrite", sa.Integer, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_index("rewrite_terms_rewrite", "rewrite_terms", ["rewrite"])
