"""The inputs of a call, if they fit into an event."""

from __future__ import annotations

from typing import Any

from .._metadata import MAX_BYTES
from ..client import AuditClient

# The rest is reserved for other metadata of a call, such as an error message.
_MAX_BYTES = MAX_BYTES - 8 * 1024


def inputs(client: AuditClient, name: str, value: Any) -> dict[str, Any]:
    """Metadata with this value as it is now, because the call may change it.

    A value that does not fit is omitted, and the metadata says so: the call itself must still be recorded. Never
    raises.
    """
    try:
        written = client._encoder.written(name, value)
        if len(written.json.encode()) <= _MAX_BYTES:
            return {name: written}
    except Exception:
        # The value is too large or too deep, or raises when it is read.
        pass
    omitted: dict[str, Any] = {f"{name}_omitted": True}
    if isinstance(value, str):
        omitted[f"{name}_length"] = len(value)
    return omitted
