"""Of messages: held, rewritten, passed, and what is told and said of them. See the package."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)

from gateway.storage.tables.schema import metadata

held = Table(
    "held",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("received_at", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("request", LargeBinary, nullable=False),  # keyed digest of envelope and content
    Column("lease", Text, nullable=False),  # which attempt holds a message that is `releasing`
    Column("lease_at", Text),
    Column("sending", Boolean, nullable=False),  # the final dot may be out
    Column("summary", LargeBinary, nullable=False),  # sealed: sender, recipients, reports, kinds
    Column("sealed", LargeBinary, nullable=False),  # envelope, findings, rules
    Column("campaign", LargeBinary, nullable=False, server_default=text("X''")),  # keyed digest of what it says
    Column("kept", Boolean, nullable=False, server_default=text("0")),  # by a legal hold
    Column("decided_at", Text),
    Column("form", Text, nullable=False, server_default=""),  # `rewritten` where that is what is being released
    CheckConstraint(
        "state IN ('held', 'releasing', 'released', 'uncertain', 'discarded', 'returned')", name="held_state"
    ),
    Index("held_queue", "state", "number", "campaign"),  # a page of the queue reads nothing else
    Index("held_campaign", "campaign", "state"),
    Index("held_decided", "decided_at"),
    Index("held_kept", "kept", sqlite_where=text("kept"), postgresql_where=text("kept")),
    Index(
        "held_request",
        "request",
        unique=True,
        sqlite_where=text("state IN ('held', 'releasing', 'uncertain')"),
        postgresql_where=text("state IN ('held', 'releasing', 'uncertain')"),
    ),
)

held_terms = Table(
    "held_terms",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),  # 48 bits, keyed, of a word to search by
    Column("held", Integer, primary_key=True, autoincrement=False),  # `held.number`
    Index("held_terms_held", "held"),
    sqlite_with_rowid=False,
)

held_chunks = Table(
    "held_chunks",
    metadata,
    Column("held", Text, ForeignKey("held.id"), primary_key=True),
    Column("kind", Text, primary_key=True),  # `content`: the bytes as sent; `reading`: what was found in them
    Column("number", Integer, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)

proposals = Table(
    "proposals",
    metadata,
    Column("held", Text, ForeignKey("held.id", ondelete="CASCADE"), primary_key=True),
    Column("action", Text, nullable=False),  # what a second person is to decide on
    Column("person", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # the reason
)

justifications = Table(
    "justifications",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("held", Text, ForeignKey("held.id", ondelete="CASCADE"), nullable=False),
    Column("at", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # what the sender says
    Index("justifications_held", "held"),
)

rewrites = Table(
    "rewrites",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("at", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("request", LargeBinary, nullable=False, unique=True),  # keyed digest of envelope, original and what was sent
    Column("summary", LargeBinary, nullable=False),  # sealed: sender, recipients, reports, kinds
    Column("sealed", LargeBinary, nullable=False),  # envelope, findings, rules, edits
    Column("kept", Boolean, nullable=False, server_default=text("0")),  # by a legal hold
    Index("rewrites_at", "at"),
    sqlite_autoincrement=True,
)

rewrite_terms = Table(
    "rewrite_terms",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),  # 48 bits, keyed, of whose mail it is
    Column("rewrite", Integer, primary_key=True, autoincrement=False),  # `rewrites.number`
    Index("rewrite_terms_rewrite", "rewrite"),
    sqlite_with_rowid=False,
)

rewrite_chunks = Table(
    "rewrite_chunks",
    metadata,
    Column("rewrite", Text, ForeignKey("rewrites.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", Text, primary_key=True),  # `content`: the original; `reading`: what was found in it
    Column("number", Integer, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("kind", Text, nullable=False),  # `model.notice.OutboxKind`
    Column("subject", Text, nullable=False),  # the held or rewritten message; empty where it is about none
    Column("request", LargeBinary, nullable=False, unique=True),  # keyed digest: the same is told once
    Column("state", Text, nullable=False),
    Column("due_at", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # to whom, and what; empty once it is settled
    Column("recipient", LargeBinary, nullable=False, server_default=text("X''")),  # keyed digest of the address
    Column("made_at", Text, nullable=False, server_default=""),
    Column("done_at", Text),
    CheckConstraint("state IN ('waiting', 'sending', 'sent', 'failed')", name="outbox_state"),
    Index("outbox_due", "state", "due_at"),
    Index("outbox_recipient", "recipient", "done_at"),
    Index("outbox_subject", "subject"),
    sqlite_autoincrement=True,
)

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

senders = Table(
    "senders",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("request", LargeBinary, nullable=False, unique=True),  # keyed digest: the same message again counts once
    Column("sender", LargeBinary, nullable=False),  # keyed digest of the address
    Column("sealed", LargeBinary, nullable=False),  # the folded address
    Column("client", LargeBinary, nullable=False),  # keyed digest of where it came from
    Column("at", Text, nullable=False),
    Column("kinds", Text, nullable=False),
    Column("lists", Boolean, nullable=False),
    Index("senders_sender", "sender"),
    Index("senders_at", "at"),
    sqlite_autoincrement=True,
)

passwords = Table(
    "passwords",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", Text, nullable=False),
    Column("kind", Text, nullable=False),  # `given`: what a mail says; `waits`: a held message that is locked
    Column("sender", LargeBinary, nullable=False),  # keyed digest of the address
    Column("tie", LargeBinary, nullable=False),  # keyed digest of what ties two mails together
    Column("value", LargeBinary, nullable=False, unique=True),  # keyed digest: the same is remembered once
    Column("sealed", LargeBinary, nullable=False),  # the words, or the id of the held message
    Index("passwords_at", "at"),
    Index("passwords_sender", "sender"),
    Index("passwords_tie", "tie"),
    sqlite_autoincrement=True,
)
