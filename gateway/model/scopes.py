"""What a token of the API may do."""

from typing import Literal, get_args

Scope = Literal["reports:write", "reports:read", "inspect", "quarantine:read", "quarantine:decide", "metrics"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
