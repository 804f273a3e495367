"""One open store: the parts that the rooms take, and its end."""

from collections.abc import Callable

from sqlalchemy import update

from gateway.errors import StoreUnavailable
from gateway.storage import tables
from gateway.storage.accounts import PeopleStore
from gateway.storage.api_tokens import TokenStore
from gateway.storage.audit import AuditLog
from gateway.storage.context import Ground
from gateway.storage.decisions import DecisionStore
from gateway.storage.drills import DrillStore
from gateway.storage.earlier import EarlierStore
from gateway.storage.fingerprint_index import MarkStore
from gateway.storage.justifications import JustificationStore
from gateway.storage.keeping import KeepingStore
from gateway.storage.mention_index import CallingStore
from gateway.storage.outbox import OutboxStore
from gateway.storage.party_directory import DirectoryStore
from gateway.storage.party_index import Relations
from gateway.storage.passed_mail import PassedStore
from gateway.storage.passwords import PasswordStore
from gateway.storage.proposals import ProposalStore
from gateway.storage.quarantine import QuarantineStore
from gateway.storage.reports import ReportStore
from gateway.storage.rewrites import RewriteStore
from gateway.storage.senders import SenderStore
from gateway.storage.suggestions import AskLimits, SuggestionStore
from gateway.storage.tallies import TallyStore
from gateway.storage.watched import WatchedStore

_ASK = AskLimits()


class SqlStore:
    """`protocols.Store` on SQL."""

    def __init__(self, ground: Ground, shut: Callable[[], None], ask: AskLimits = _ASK) -> None:
        self._ground = ground
        self._shut = shut
        self._marks = MarkStore(ground)
        self._relations = relations = Relations(ground)
        self._suggestions = SuggestionStore(ground, ask)
        self._reports = ReportStore(ground, relations, self._marks, self._suggestions)
        self._directory = DirectoryStore(ground, relations)
        self._quarantine = QuarantineStore(ground, relations.of)
        self._proposals = ProposalStore(ground)
        self._rewrites = RewriteStore(ground)
        self._senders = SenderStore(ground)
        self._passwords = PasswordStore(ground)
        self._outbox = OutboxStore(ground)
        self._justifications = JustificationStore(ground)
        self._audit = AuditLog(ground)
        self._people = PeopleStore(ground)
        self._earlier = EarlierStore(ground, self._quarantine.page)
        self._tallies = TallyStore(ground)
        self._keeping = KeepingStore(ground)
        self._passed = PassedStore(ground, relations.digests_of)
        self._drills = DrillStore(ground)
        self._watched = WatchedStore(ground)
        self._decisions = DecisionStore(ground)
        self._tokens = TokenStore(ground)

    @property
    def reports(self) -> ReportStore:
        return self._reports

    @property
    def marks(self) -> MarkStore:
        return self._marks

    @property
    def callings(self) -> CallingStore:
        return self._relations.callings

    @property
    def directory(self) -> DirectoryStore:
        return self._directory

    @property
    def quarantine(self) -> QuarantineStore:
        return self._quarantine

    @property
    def proposals(self) -> ProposalStore:
        return self._proposals

    @property
    def rewrites(self) -> RewriteStore:
        return self._rewrites

    @property
    def senders(self) -> SenderStore:
        return self._senders

    @property
    def suggestions(self) -> SuggestionStore:
        return self._suggestions

    @property
    def passwords(self) -> PasswordStore:
        return self._passwords

    @property
    def outbox(self) -> OutboxStore:
        return self._outbox

    @property
    def justifications(self) -> JustificationStore:
        return self._justifications

    @property
    def audit(self) -> AuditLog:
        return self._audit

    @property
    def people(self) -> PeopleStore:
        return self._people

    @property
    def earlier(self) -> EarlierStore:
        return self._earlier

    @property
    def tallies(self) -> TallyStore:
        return self._tallies

    @property
    def keeping(self) -> KeepingStore:
        return self._keeping

    @property
    def passed(self) -> PassedStore:
        return self._passed

    @property
    def drills(self) -> DrillStore:
        return self._drills

    @property
    def watched(self) -> WatchedStore:
        return self._watched

    @property
    def decisions(self) -> DecisionStore:
        return self._decisions

    @property
    def tokens(self) -> TokenStore:
        return self._tokens

    def ping(self) -> None:
        """A real write, made durable: a full disk shows only there."""
        with self._ground.transactions.write() as connection:
            value = self._ground.now().encode("ascii")
            written = connection.execute(update(tables.meta).where(tables.meta.c.key == "pinged").values(value=value))
            if written.rowcount != 1:
                raise StoreUnavailable("the store is not whole")

    def shut(self) -> None:
        """Close every connection. Nothing is lost by not calling it."""
        self._shut()
