"""Errors as problem details (RFC 9457): what is wrong, where, what would be right; never a traceback, never a word of a
message or a reporter.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from starlette.responses import Response

from gateway.errors import Problem, Problems

MEDIA_TYPE = "application/problem+json"
TITLES: dict[int, str] = {
    400: "请求有误 Bad request",
    401: "需要有效的令牌 A valid token is needed",
    403: "令牌没有此权限 The token may not do this",
    404: "没有此项 Not found",
    405: "不支持此方法 Method not allowed",
    408: "请求太慢 Too slow",
    409: "与当前状态冲突 In conflict with its state",
    413: "内容过大 Too large",
    415: "不支持此类型 Unsupported type",
    422: "内容不符合要求 Cannot be taken as it is",
    429: "请求过多 Too many requests",
    500: "内部错误 A fault of the service",
    503: "暂时无法处理 Not available now",
}


class Refused(Exception):
    """An answer that ends a request: the status, a word for programs, and a line for people. `changed`: something was
    done before it, so the same request with its `Idempotency-Key` hears it again and is not tried again."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        headers: Mapping[str, str] | None = None,
        errors: Sequence[Problem] = (),
        changed: bool = False,
    ) -> None:
        self.status, self.code, self.detail = status, code, detail
        self.headers, self.errors, self.changed = dict(headers or {}), tuple(errors), changed
        super().__init__(code)


def refused_by(problem: Problem, status: int, code: str, changed: bool = False) -> Refused:
    """What a person must put right, as an answer; each mistake by itself where there are several."""
    every = problem.found if isinstance(problem, Problems) else (problem,)
    return Refused(status, code, _line(every[0]), errors=every, changed=changed)


def problem_response(refused: Refused) -> Response:
    """The answer."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES.get(refused.status, TITLES[400]),
        "status": refused.status,
        "detail": refused.detail,
        "code": refused.code,
    }
    if refused.errors:
        body["errors"] = [{"place": one.place, "wrong": one.wrong, "remedy": one.remedy} for one in refused.errors]
    return Response(msgspec.json.encode(body), refused.status, refused.headers, MEDIA_TYPE)


def _line(problem: Problem) -> str:
    return f"{problem.place}: {problem.wrong}" + (f"; {problem.remedy}" if problem.remedy else "")
