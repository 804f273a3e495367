"""What those who get a message know already: their own reports, and domains that are many people's.

In: who gets it, what was read, the subjects that are looked for. Out: `Familiar`. Raises StoreUnavailable.
"""

from collections.abc import Sequence

from gateway.detection import Familiar
from gateway.fingerprints.thread_ties import id_domains
from gateway.identity import Subject
from gateway.inspection.tools import InspectionDeps
from gateway.matching import Audience
from gateway.model import Reading


def familiar_to(who: Audience, reading: Reading, subjects: Sequence[Subject], tools: InspectionDeps) -> Familiar:
    """What of these subjects tells nobody anything."""
    domains = frozenset[str]().union(*(subject.domains for subject in subjects)) & id_domains(reading)
    shared = tools.reports.shared_domains(domains) if domains else domains
    addressed = frozenset(report for (report, _), relation in who.relations.items() if relation != "reporter")
    own = tuple(tools.subjects.all(sorted(reports)) for reports in who.own())
    return Familiar(own if all(own) else (), addressed, shared | ({who.domain()} - {""}))
