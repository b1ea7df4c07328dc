"""What a call was given, as far as an event can hold it."""

from __future__ import annotations

from typing import Any

from .._metadata import MAX_BYTES
from ..client import AuditClient

# The rest is for what else there is to tell of a call: whose it was, how it ended, the message of an error.
_MAX_BYTES = MAX_BYTES - 8 * 1024


def inputs(client: AuditClient, name: str, value: Any) -> dict[str, Any]:
    """Metadata with the value under this name, as it is now: the call may change it.

    Or that it was left out, if no event can hold it: the call itself must not be missing from the record. Never raises.
    """
    try:
        written = client._encoder.written(name, value)
        if len(written.json.encode()) <= _MAX_BYTES:
            return {name: written}
    except Exception:
        # Too large or too deep; or it is not what it seems, and says so when it is looked at.
        pass
    omitted: dict[str, Any] = {f"{name}_omitted": True}
    if isinstance(value, str):
        omitted[f"{name}_length"] = len(value)
    return omitted
