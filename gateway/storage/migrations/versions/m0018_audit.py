"""For reading the audit log: an index for each way in which it is asked, and which entries concern a report. Its
checkpoints are never changed."""

import json

import sqlalchemy as sa
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
    op.create_table(
        "audit_reports",
        sa.Column("report", sa.Text, primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    _concerning_reports()
    for statement, what in (("UPDATE", "changed"), ("DELETE", "deleted")):
        op.execute(
            f"CREATE TRIGGER checkpoints_no_{statement.lower()} BEFORE {statement} ON checkpoints "
            f"BEGIN SELECT RAISE(ABORT, 'a checkpoint is never {what}'); END"
        )


def _concerning_reports() -> None:
    """Of the entries that there are, a page at a time: a log may be long."""
    connection, after = op.get_bind(), 0
    query = sa.text("SELECT seq, detail FROM audit WHERE seq > :after ORDER BY seq LIMIT 5000")
    named = sa.text("INSERT INTO audit_reports (report, seq) VALUES (:report, :seq)")
    while page := connection.execute(query, {"after": after}).all():
        rows = [{"report": report, "seq": seq} for seq, detail in page for report in _reports(detail)]
        if rows:
            connection.execute(named, rows)
        after = page[-1][0]


def _reports(detail: str) -> set[str]:
    try:
        found = json.loads(detail)
    except ValueError:
        return set()
    return set(str(found.get("reports", "")).split()) if isinstance(found, dict) else set()
