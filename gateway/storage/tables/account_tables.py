"""Of who may come in: people, their sessions, tokens of the API and what was answered to them. See the package."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from gateway.storage.tables.schema import metadata

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
