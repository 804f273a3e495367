"""Of what is to be told: to whom, by a keyed digest, so that nobody is told too often; when it came up and when it was
settled."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("recipient", sa.LargeBinary, nullable=False, server_default=sa.text("X''")))
    op.add_column("outbox", sa.Column("made_at", sa.Text, nullable=False, server_default=""))
    op.add_column("outbox", sa.Column("done_at", sa.Text))
    op.create_index("outbox_recipient", "outbox", ["recipient", "done_at"])
    op.create_index("outbox_subject", "outbox", ["subject"])
