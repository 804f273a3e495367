"""The directory of parties, the life of reports beyond closing, and what makes it known that either changed."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _more_states()
    op.create_table(
        "directory",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "directory_keys",
        sa.Column("entry", sa.Text, sa.ForeignKey("directory.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("relation", sa.Text, primary_key=True),
    )
    op.create_index("directory_keys_digest", "directory_keys", ["digest"])
    op.execute("INSERT INTO meta (key, value) VALUES ('relations', X'0000000000000000')")


def _more_states() -> None:
    """SQLite changes no CHECK, so the table is made anew. What hangs on it is put aside first: dropping a table
    deletes its rows, and theirs with them."""
    op.execute("CREATE TABLE parties_aside AS SELECT report, digest, relation FROM parties")
    op.drop_table("parties")
    with op.batch_alter_table("reports", recreate="always") as reports:
        reports.add_column(sa.Column("ended_at", sa.Text))
        reports.drop_constraint("reports_status", type_="check")
        reports.create_check_constraint("reports_status", "status IN ('open', 'closed', 'withdrawn', 'erased')")
    op.create_table(
        "parties",
        sa.Column("report", sa.Text, sa.ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("relation", sa.Text, primary_key=True),
    )
    op.create_index("parties_digest", "parties", ["digest"])
    op.execute("INSERT INTO parties SELECT report, digest, relation FROM parties_aside")
    op.execute("DROP TABLE parties_aside")
