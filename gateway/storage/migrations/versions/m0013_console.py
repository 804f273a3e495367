"""For the people around the quarantine: accounts with roles and a second factor, messages that are returned, searched,
grouped, proposed and kept, what is still to be told to somebody, checkpoints of the log."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _accounts()
    _one_more_state()
    op.add_column("held", sa.Column("campaign", sa.LargeBinary, nullable=False, server_default=sa.text("X''")))
    op.add_column("held", sa.Column("kept", sa.Boolean, nullable=False, server_default=sa.text("0")))
    op.add_column("held", sa.Column("decided_at", sa.Text))
    op.create_index("held_queue", "held", ["state", "number"])
    op.create_index("held_campaign", "held", ["campaign", "state"])
    op.create_table(
        "held_terms",
        sa.Column("key", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("held", sa.Integer, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_index("held_terms_held", "held_terms", ["held"])
    op.create_table(
        "proposals",
        sa.Column("held", sa.Text, sa.ForeignKey("held.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "justifications",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("held", sa.Text, sa.ForeignKey("held.id", ondelete="CASCADE"), nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_index("justifications_held", "justifications", ["held"])
    op.create_table(
        "outbox",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("request", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("due_at", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'sending', 'sent', 'failed')", name="outbox_state"),
        sqlite_autoincrement=True,
    )
    op.create_index("outbox_due", "outbox", ["state", "due_at"])
    op.create_table(
        "checkpoints",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("signature", sa.Text, nullable=False),
    )


def _accounts() -> None:
    op.add_column("people", sa.Column("state", sa.Text, nullable=False, server_default="active"))
    op.add_column("people", sa.Column("seen_at", sa.Text))
    op.add_column("people", sa.Column("sealed", sa.LargeBinary))
    op.add_column("people", sa.Column("subject", sa.LargeBinary))
    op.create_index("people_subject", "people", ["subject"], unique=True)
    op.add_column("sessions", sa.Column("made_at", sa.Text, nullable=False, server_default=""))
    op.add_column("sessions", sa.Column("seen_at", sa.Text, nullable=False, server_default=""))
    op.add_column("sessions", sa.Column("sealed", sa.LargeBinary))
    op.drop_table("setups")
    op.create_table(
        "links",
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("expires", sa.Text, nullable=False),
    )
    op.create_index("links_name", "links", ["name"], unique=True)


def _one_more_state() -> None:
    """SQLite changes no CHECK. Making the table anew would move every held message; a wider CHECK is true of all rows
    that are there, so its words alone are changed (https://sqlite.org/lang_altertable.html, section 7)."""
    connection = op.get_bind()
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    changed = connection.exec_driver_sql(
        "UPDATE sqlite_schema SET sql = replace(sql, '''uncertain'', ''discarded'')', '''uncertain'', ''discarded'', "
        "''returned'')') WHERE type = 'table' AND name = 'held' AND sql LIKE '%''uncertain'', ''discarded'')%'"
    )
    if changed.rowcount != 1:
        raise RuntimeError("the table of held messages is not as version 0012 left it")
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")
