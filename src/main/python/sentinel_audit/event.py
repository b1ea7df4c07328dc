"""What an agent says of one thing that it did."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from enum import Enum
from typing import Any, Optional, Union


class ActorType(str, Enum):
    """Who acted."""

    AGENT = "agent"
    HUMAN = "human"
    SYSTEM = "system"


class ActionType(str, Enum):
    """What kind of thing was done."""

    TOOL_CALL = "tool_call"
    HTTP_REQUEST = "http_request"
    DB_QUERY = "db_query"
    FILE_READ = "file_read"
    FILE_WRITE = "file_write"
    API_CALL = "api_call"
    POLICY_CHECK = "policy_check"


class EventStatus(str, Enum):
    """How it ended."""

    SUCCESS = "success"
    ERROR = "error"
    PENDING = "pending"
    DENIED = "denied"


# A generator of its own: an agent that seeds the shared one would make the same ids in every run.
_random = random.Random()


if hasattr(os, "register_at_fork"):
    # A child process must not make its parent's ids.
    os.register_at_fork(after_in_child=_random.seed)


def uuid7() -> str:
    """A new UUID of version 7 (RFC 9562, section 5.7): it begins with the time, which indexes like."""
    bits = _random.getrandbits(74)
    millis = time.time_ns() // 1_000_000
    return (
        f"{millis >> 16:08x}-{millis & 0xFFFF:04x}-{0x7000 | bits >> 62:04x}"
        f"-{0x8000 | bits >> 48 & 0x3FFF:04x}-{bits & 0xFFFF_FFFF_FFFF:012x}"
    )


def now() -> str:
    """The time as events hold it: RFC 3339 in UTC, to the microsecond."""
    return datetime.now(timezone.utc).isoformat()


@dataclass
class AuditEvent:
    """One event. Its id and its time are made with it, once, so that the same event sent again is stored once.

    What is left out, the client fills in: the agent and the trace of the scope (``AuditClient.trace``) or of the client.
    Nothing here raises for a value that is not allowed; such an event is counted and reported when it is captured.
    """

    agent_instance_id: Optional[str] = None
    """Who acted, 1 to 255 characters."""
    trace_id: Optional[str] = None
    """The run that it belongs to, 1 to 255 characters."""
    actor: Union[ActorType, str] = ActorType.AGENT
    action_type: Union[ActionType, str] = ActionType.TOOL_CALL
    resource: str = ""
    """What it was done to, 1 to 1,024 characters."""
    status: Union[EventStatus, str] = EventStatus.SUCCESS
    latency_ms: Optional[float] = None
    """How long it took; what is negative counts as nothing, what is longer than 24 days as 24 days."""
    metadata: Optional[Mapping[str, Any]] = None
    """What else there is to know: up to 64 KiB of JSON, 32 levels deep. What JSON has no form for is its text."""
    event_id: Optional[str] = field(default_factory=uuid7)
    """A UUID. The same id must mean the same event."""
    timestamp: Union[datetime, str, None] = field(default_factory=now)
    """When it happened; without an offset, in UTC."""
