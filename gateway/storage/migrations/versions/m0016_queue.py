"""For the queue: one index that gives a page of any state without reading a message, and says who says the same."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("held_queue", "held")
    op.drop_index("held_state_index", "held")
    op.create_index("held_queue", "held", ["state", "number", "campaign"])
