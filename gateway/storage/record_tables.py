"""Tables of what is kept of mail that went out and of decisions, of drills, and of the API's tokens; see `tables`."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
)

from gateway.storage.tables import metadata

passed = Table(
    "passed",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("day", Text, nullable=False),
    Column("size", Integer, nullable=False),  # octets of the row, about
    Column("sealed", LargeBinary, nullable=False),  # sender, recipients, time, id
    Column("keys", LargeBinary, nullable=False),  # keyed fingerprints, packed; see `storage.passed_mail`
    Column("words", LargeBinary, nullable=False),  # keyed words, likewise
    Index("passed_day", "day", "number", "size"),
    sqlite_autoincrement=True,
)

passed_recipients = Table(
    "passed_recipients",
    metadata,
    Column("digest", BigInteger, primary_key=True, autoincrement=False),  # the first 63 bits of that in `parties`
    Column("mail", Integer, ForeignKey("passed.number", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Index("passed_recipients_mail", "mail"),
    sqlite_with_rowid=False,
)

late_matches = Table(
    "late_matches",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("report", Text, ForeignKey("reports.id", ondelete="CASCADE"), nullable=False),
    Column("mail", Integer, nullable=False),  # `passed.number`, which may be gone by now
    Column("at", Text, nullable=False),  # when it was found
    Column("sealed", LargeBinary, nullable=False),  # what is shown of it
    Index("late_matches_once", "report", "mail", unique=True),
    Index("late_matches_at", "at"),
    sqlite_autoincrement=True,
)

late_checks = Table(
    "late_checks",
    metadata,
    Column("report", Text, ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True),
    Column("revision", Integer, nullable=False),  # for which passed mail was looked through
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

watched = Table(
    "watched",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("at", Text, nullable=False),
    Column("week", Text, nullable=False),  # its Monday
    Column("rule", Text, nullable=False),  # the one that would have acted
    Column("would", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("request", LargeBinary, nullable=False, unique=True),  # keyed digest: the same is noted once a day
    Column("verdict", Text, nullable=False, server_default=""),
    Column("marked_by", Text, nullable=False, server_default=""),
    Column("marked_at", Text),
    Column("summary", LargeBinary),  # its line in the list; none once its time is over
    Column("sealed", LargeBinary),  # what was found
    CheckConstraint("verdict IN ('', 'right', 'false')", name="watched_verdict"),
    Index("watched_counts", "week", "rule", "would", "verdict"),
    Index("watched_at", "at"),
    sqlite_autoincrement=True,
)

watched_chunks = Table(
    "watched_chunks",
    metadata,
    Column("watched", Text, ForeignKey("watched.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
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

tokens = Table(
    "tokens",
    metadata,
    Column("name", Text, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),  # keyed, of the secret
    Column("scopes", Text, nullable=False),
    Column("made_at", Text, nullable=False),
    Column("expires", Text),
    Column("seen_at", Text),
)

answers = Table(
    "answers",
    metadata,
    Column("key", LargeBinary, primary_key=True),  # keyed digest of a token and the `Idempotency-Key` that it gave
    Column("token", Text, nullable=False),
    Column("request", LargeBinary, nullable=False),  # digest of what was asked
    Column("status", Integer, nullable=False),  # 0: it is being answered
    Column("sealed", LargeBinary, nullable=False),  # the answer
    Column("at", Text, nullable=False),
    Index("answers_at", "at"),
    Index("answers_token", "token"),
)
