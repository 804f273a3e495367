"""The tables as the code uses them. The migrations make them; a test compares the two.

Plain columns hold only what a query needs: our own ids, states, times, sizes and keyed digests. Everything that says
who somebody is, or what a message says, is in a sealed column.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)

metadata = MetaData()

LIVE = ("held", "releasing", "uncertain")
"""States in which the same envelope and content again is the same held message."""

meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

reports = Table(
    "reports",
    metadata,
    Column("id", Text, primary_key=True),
    Column("status", Text, nullable=False),
    Column("opened_at", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("parties", LargeBinary, nullable=False),  # sealed: the names that a list shows
    Column("sealed", LargeBinary, nullable=False),  # the whole report
    Column("number", Integer),  # by which the marks name it; none while they are still to be made
    Column("ended_at", Text),  # when it was closed or withdrawn
    CheckConstraint("status IN ('open', 'closed', 'withdrawn', 'erased')", name="reports_status"),
    Index("reports_number", "number", unique=True),
)

marks = Table(
    "marks",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),  # 48 bits, keyed; see `storage.fingerprint_index`
    Column("report", Integer, primary_key=True, autoincrement=False),  # `reports.number`
    sqlite_with_rowid=False,
)

picture_marks = Table(
    "picture_marks",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("report", Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

mark_sieve = Table(
    "mark_sieve",
    metadata,
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("bits", LargeBinary, nullable=False),  # see `storage.bloom_filter`
)

mark_changes = Table(
    "mark_changes",
    metadata,
    Column("change", BigInteger, primary_key=True, autoincrement=False),
    Column("added", LargeBinary, nullable=False),  # that came into `marks` with it, eight octets each
    Column("anew", LargeBinary, nullable=False),  # parts of `mark_sieve` that were made anew
)

common_marks = Table(
    "common_marks",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),  # of `marks` or `picture_marks`: tells of nobody
    sqlite_with_rowid=False,
)

given_marks = Table(
    "given_marks",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),  # of `marks`: a report gave it
    Column("report", Integer, primary_key=True, autoincrement=False),
    Index("given_marks_report", "report"),
    sqlite_with_rowid=False,
)

reporters = Table(
    "reporters",
    metadata,
    Column("report", Integer, primary_key=True, autoincrement=False),
    Column("digest", LargeBinary, primary_key=True),  # keyed: two reports with the same are one person's
    # of `marks`, each by which it is found; 0 where it is by none
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),  # of the item
    sqlite_with_rowid=False,
)

parties = Table(
    "parties",
    metadata,
    Column("report", Text, ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True),
    Column("digest", LargeBinary, primary_key=True),  # keyed, of a folded address, account or name
    Column("relation", Text, primary_key=True),  # party, representative, reporter; account, named: by the directory;
    # domain: of the reporter's addresses
    Index("parties_digest", "digest"),
)

callings = Table(
    "callings",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),  # 48 bits, keyed; see `storage.mention_index`
    Column("report", Text, ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True),
    Column("sort", Text, nullable=False),  # name, number
    Index("callings_report", "report"),
)

directory = Table(
    "directory",
    metadata,
    Column("id", Text, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),  # name, accounts, addresses, representatives
)

directory_keys = Table(
    "directory_keys",
    metadata,
    Column("entry", Text, ForeignKey("directory.id", ondelete="CASCADE"), primary_key=True),
    Column("digest", LargeBinary, primary_key=True),  # as in `parties`
    Column("relation", Text, primary_key=True),
    Index("directory_keys_digest", "digest"),
)

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

rewrite_terms = Table(
    "rewrite_terms",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),  # 48 bits, keyed, of whose mail it is
    Column("rewrite", Integer, primary_key=True, autoincrement=False),  # `rewrites.number`
    Index("rewrite_terms_rewrite", "rewrite"),
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

rewrite_chunks = Table(
    "rewrite_chunks",
    metadata,
    Column("rewrite", Text, ForeignKey("rewrites.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", Text, primary_key=True),  # `content`: the original; `reading`: what was found in it
    Column("number", Integer, primary_key=True),
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

suggestions = Table(
    "suggestions",
    metadata,
    Column("item", BigInteger, primary_key=True, autoincrement=False),  # 48 bits, keyed; see `storage.suggestions`
    Column("report", Text, ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True),
    Column("groups", LargeBinary, nullable=False),  # keyed digests by which mail has it
    Column("asked", Boolean, nullable=False),
    Index("suggestions_report", "report"),
)

sightings = Table(
    "sightings",
    metadata,
    Column("item", BigInteger, primary_key=True, autoincrement=False),  # 0: all ordinary mail
    Column("day", Text, primary_key=True),
    Column("senders", LargeBinary, nullable=False),  # bitmaps, at places that are keyed digests
    Column("domains", LargeBinary, nullable=False),
    Index("sightings_day", "day"),
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

people = Table(
    "people",
    metadata,
    Column("name", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("password_hash", Text, nullable=False),  # empty where no password is set
    Column("state", Text, nullable=False, server_default="active"),  # active, disabled
    Column("seen_at", Text),
    Column("sealed", LargeBinary),  # second factor, recovery codes, mail address
    Column("subject", LargeBinary),  # keyed digest of whom an identity provider means
    Index("people_subject", "subject", unique=True),
)

links = Table(
    "links",
    metadata,
    Column("digest", LargeBinary, primary_key=True),  # keyed, of a token that works once
    Column("name", Text, nullable=False),  # whose it is; empty for the first account
    Column("role", Text, nullable=False),
    Column("expires", Text, nullable=False),
    Index("links_name", "name", unique=True),
)

sessions = Table(
    "sessions",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("name", Text, ForeignKey("people.name", ondelete="CASCADE"), nullable=False),
    Column("expires", Text, nullable=False),
    Column("made_at", Text, nullable=False, server_default=""),
    Column("seen_at", Text, nullable=False, server_default=""),
    Column("sealed", LargeBinary),  # from which address and browser, and how it was signed in
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

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),  # of the newest entry that it vouches for
    Column("at", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("signature", Text, nullable=False),
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
