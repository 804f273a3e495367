"""Of reports: what is known of them, and by which keyed digests mail is compared with it. See the package."""

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
)

from gateway.storage.tables.schema import metadata

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
