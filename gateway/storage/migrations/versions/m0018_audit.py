"""For reading the audit log: an index for each way in which it is asked. Its checkpoints are never changed."""

from alembic import op

revision = "0018"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("audit_at", "audit", ["at", "seq"])
    op.create_index("audit_actor", "audit", ["actor", "seq"])
    op.create_index("audit_event", "audit", ["event", "seq"])
    op.create_index("audit_actor_event", "audit", ["actor", "event", "seq"])
    op.create_index("audit_subject", "audit", ["subject", "seq"])
    for statement, what in (("UPDATE", "changed"), ("DELETE", "deleted")):
        op.execute(
            f"CREATE TRIGGER checkpoints_no_{statement.lower()} BEFORE {statement} ON checkpoints "
            f"BEGIN SELECT RAISE(ABORT, 'a checkpoint is never {what}'); END"
        )
