"""The description of the API (OpenAPI 3.1), made from its operations: what is not there is not answered."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from gateway.api.bodies import MULTIPART
from gateway.api.operations import LONGEST_KEY, Operation
from gateway.api.problems import MEDIA_TYPE, TITLES
from gateway.api.shapes import ProblemDetails

_REFERENCE = "#/components/schemas/{name}"
_ALWAYS = (400, 401, 403, 405, 429, 500, 503)
_WITH_BODY, _WITH_PATH = (408, 413, 415, 422), (404,)


def described(operations: Sequence[Operation], version: str, most: int) -> dict[str, Any]:
    """The document. `most` octets of one body."""
    shapes = list(dict.fromkeys(_shapes(operations)))
    _, components = msgspec.json.schema_components([*shapes, ProblemDetails], ref_template=_REFERENCE)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(shown_path(operation.path), {})[operation.method.lower()] = _operation(operation, most)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Hushgate",
            "version": version,
            "description": "举报人身份保护邮件网关的接口。The API of the mail gateway that protects reporters.",
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(components.items())),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "hushgate tokens create NAME --scope SCOPE",
                }
            },
        },
    }


def shown_path(path: str) -> str:
    """A path without what says how much an id may be."""
    return re.sub(r"\{(\w+)(?::\w+)?\}", r"{\1}", path)


def _shapes(operations: Iterable[Operation]) -> Iterable[type]:
    for operation in operations:
        yield from (kind for kind in operation.takes.values() if kind is not None)
        yield from (kind for _, kind in operation.answers.values() if kind is not None)


def _operation(operation: Operation, most: int) -> dict[str, Any]:
    names = re.findall(r"\{(\w+)", operation.path)
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}} for name in names
    ]
    parameters += [
        {
            "name": one.name,
            "in": "query",
            "required": one.needed,
            "description": one.says,
            "schema": dict(one.schema),
        }
        for one in operation.parameters
    ]
    if operation.repeatable:
        parameters.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "description": "The same request again with the same key within a day hears the first answer",
                "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[ -~]+$"},
            }
        )
    told: dict[str, Any] = {
        "operationId": _id(operation),
        "summary": operation.says,
        "description": f"Scope: `{operation.scope}`",
        "responses": {
            **{str(status): _answer(says, kind) for status, (says, kind) in operation.answers.items()},
            **{str(status): _problem(status) for status in _errors(operation)},
        },
    }
    if parameters:
        told["parameters"] = parameters
    if operation.takes:
        told["requestBody"] = {
            "required": True,
            "description": f"At most {most} octets",
            "content": {media: _body(media, kind) for media, kind in operation.takes.items()},
        }
    return told


def _id(operation: Operation) -> str:
    words = re.findall(r"[a-z]+", re.sub(r"\{.*?\}", "one", operation.path))
    return "_".join((operation.method.lower(), *words))


def _errors(operation: Operation) -> list[int]:
    found = set(_ALWAYS)
    if operation.takes:
        found |= {*_WITH_BODY}
    if operation.parameters:
        found |= {422}
    if "{" in operation.path:
        found |= {*_WITH_PATH}
    if operation.repeatable:
        found |= {409, 422}
    return sorted(found - set(operation.answers))


def _answer(says: str, kind: type | None) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": says}
    if kind is not None:
        answer["content"] = {"application/json": {"schema": {"$ref": _REFERENCE.format(name=kind.__name__)}}}
    return answer


def _problem(status: int) -> dict[str, Any]:
    schema = {"$ref": _REFERENCE.format(name=ProblemDetails.__name__)}
    return {"description": TITLES[status], "content": {MEDIA_TYPE: {"schema": schema}}}


def _body(media: str, kind: type | None) -> dict[str, Any]:
    if kind is None:
        return {"schema": {"type": "string", "contentMediaType": media, "minLength": 1}}
    reference = {"$ref": _REFERENCE.format(name=kind.__name__)}
    if media != MULTIPART:
        return {"schema": reference}
    file = {"type": "string", "contentMediaType": "application/octet-stream"}
    return {
        "schema": {
            "type": "object",
            "required": ["report"],
            "properties": {"report": reference, "file": {"type": "array", "items": file}},
        },
        "encoding": {"report": {"contentType": "application/json"}},
    }
