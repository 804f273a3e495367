"""What would become of a mail, for whoever asks before it is sent. Nothing is sent, nothing is stored."""

from starlette.concurrency import run_in_threadpool as off_loop
from starlette.responses import Response

from gateway.api.bodies import MAIL
from gateway.api.deps import ApiDeps
from gateway.api.operations import Call, Operation, QueryParameter, json_response
from gateway.api.problems import Refused
from gateway.api.shapes import Inspected
from gateway.api.work_limit import WorkLimit
from gateway.text.addresses import fold_address

_MOST_RECIPIENTS = 1000


class InspectCalls:
    """The call."""

    def __init__(self, deps: ApiDeps, work: WorkLimit) -> None:
        self._deps, self._work = deps, work

    def operations(self) -> list[Operation]:
        """One."""
        return [
            Operation(
                "POST", "/inspect", "inspect", "What would become of a mail; nothing is sent or stored", self.inspect,
                {200: ("The decision", Inspected)},
                (
                    QueryParameter("sender", "Who sends it; empty as of a bounce", {"type": "string"}, needed=True),
                    QueryParameter(
                        "recipient", "Who gets it; once for each",
                        {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": _MOST_RECIPIENTS},
                        needed=True,
                    ),
                ),
                takes={MAIL: None},
            )
        ]  # fmt: skip

    async def inspect(self, call: Call) -> Response:
        """The decision."""
        query = call.request.query_params
        recipients = query.getlist("recipient")
        if "sender" not in query or not recipients:
            raise Refused(422, "envelope", "give sender and one recipient at least")
        if len(recipients) > _MOST_RECIPIENTS:
            raise Refused(422, "envelope", f"there are more than {_MOST_RECIPIENTS} recipients")
        sender = query["sender"]
        for address in (*recipients, *([sender] if sender else ())):
            if not fold_address(address):
                raise Refused(422, "envelope", "sender and recipients are mail addresses, as name@domain")
        if not call.body.strip():
            raise Refused(422, "no_mail", "the body is the mail, and is empty")
        async with self._work.one():
            found = await off_loop(self._deps.inspect, call.body, sender, recipients)
        return json_response(found)
