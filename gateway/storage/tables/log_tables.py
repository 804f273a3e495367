"""Of the store itself and of what happened: the audit log, decisions, counts, drills. See the package."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from gateway.storage.tables.schema import metadata

meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Index("audit_at", "at", "seq"),
    Index("audit_actor", "actor", "seq"),
    Index("audit_event", "event", "seq"),
    Index("audit_actor_event", "actor", "event", "seq"),
    Index("audit_subject", "subject", "seq"),
)

audit_reports = Table(
    "audit_reports",
    metadata,
    Column("report", Text, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),  # of an entry that names the report in its detail
    sqlite_with_rowid=False,
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("seal", LargeBinary, nullable=False),
    CheckConstraint("id = 1", name="audit_head_is_one_row"),
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),  # of the newest entry that it vouches for
    Column("at", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("signature", Text, nullable=False),
)

decisions = Table(
    "decisions",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("would", Text, nullable=False),  # what enforcement would have done, in monitor mode; else empty
    Column("would_rule", Text, nullable=False),
    Column("policy", Text, nullable=False),  # digest of the rules
    Column("message", LargeBinary, nullable=False),  # keyed digest of envelope and content
    Column("held", Text, nullable=False),  # `held.id`, which may be gone by now; empty where it was not held
    Column("review", Text, nullable=False),  # `model.decision_record.ReviewOutcome`
    Column("sealed", LargeBinary, nullable=False),  # what rules may ask of it
    Index("decisions_message", "message", "held", unique=True),
    Index("decisions_at", "at"),
    Index("decisions_held", "held"),
    sqlite_autoincrement=True,
)

decision_reports = Table(
    "decision_reports",
    metadata,
    Column("report", Text, primary_key=True),
    Column(
        "decision",
        Integer,
        ForeignKey("decisions.number", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Index("decision_reports_decision", "decision"),
    sqlite_with_rowid=False,
)

decision_days = Table(
    "decision_days",
    metadata,
    Column("day", Text, primary_key=True),
    Column("clean", Integer, nullable=False),  # messages that were inspected and in which nothing was found
)

tallies = Table(
    "tallies",
    metadata,
    Column("day", Text, primary_key=True),
    Column("event", Text, primary_key=True),
    Column("axis", Text, primary_key=True),
    Column("value", Text, primary_key=True),  # of a team, a domain, a recipient: a keyed digest, see `tally_words`
    Column("count", Integer, nullable=False),
    sqlite_with_rowid=False,
)

tally_words = Table(
    "tally_words",
    metadata,
    Column("value", Text, primary_key=True),
    Column("axis", Text, nullable=False),
    Column("day", Text, nullable=False),  # the last on which it was counted
    Column("sealed", LargeBinary, nullable=False),  # the word
)

drills = Table(
    "drills",
    metadata,
    Column("digest", LargeBinary, primary_key=True),  # of its token
    Column("until", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # the made-up report, and where what passes goes
)

drill_answers = Table(
    "drill_answers",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("name", Text, primary_key=True),  # of the mail
    Column("action", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("would", Text, nullable=False),
)
