"""The inputs of a call, as they are when it begins."""

from __future__ import annotations

from typing import Any

from ..client import AuditClient


def inputs(client: AuditClient, name: str, value: Any) -> dict[str, Any]:
    """Metadata with this value as it is now, because the call may change it. What does not fit into an event beside
    other metadata is cut. Never raises.
    """
    try:
        return {name: client._encoder.written(name, value)}
    except Exception:
        # The agent's memory or stack may be exhausted.
        return {f"{name}_omitted": True}
