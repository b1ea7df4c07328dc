"""Audit events, as an agent records them."""

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
    """The kind of actor."""

    AGENT = "agent"
    HUMAN = "human"
    SYSTEM = "system"


class ActionType(str, Enum):
    """The kind of action."""

    TOOL_CALL = "tool_call"
    HTTP_REQUEST = "http_request"
    DB_QUERY = "db_query"
    FILE_READ = "file_read"
    FILE_WRITE = "file_write"
    API_CALL = "api_call"
    POLICY_CHECK = "policy_check"


class EventStatus(str, Enum):
    """The outcome of an action."""

    SUCCESS = "success"
    ERROR = "error"
    PENDING = "pending"
    DENIED = "denied"


# A private generator: an agent that seeds the shared one would create the same ids in every run.
_random = random.Random()


if hasattr(os, "register_at_fork"):
    # A child process must not create the same ids as its parent.
    os.register_at_fork(after_in_child=_random.seed)


def uuid7() -> str:
    """Creates a UUID of version 7 (RFC 9562, section 5.7). It begins with the time, which suits database indexes."""
    bits = _random.getrandbits(74)
    millis = time.time_ns() // 1_000_000
    return (
        f"{millis >> 16:08x}-{millis & 0xFFFF:04x}-{0x7000 | bits >> 62:04x}"
        f"-{0x8000 | bits >> 48 & 0x3FFF:04x}-{bits & 0xFFFF_FFFF_FFFF:012x}"
    )


def new_span_id() -> str:
    """Creates a span id in the form of W3C Trace Context: 16 hexadecimal digits, not all of them 0."""
    return f"{_random.getrandbits(64) or 1:016x}"


def now() -> str:
    """The current time as RFC 3339 in UTC, to the microsecond."""
    return datetime.now(timezone.utc).isoformat()


@dataclass
class AuditEvent:
    """One event. Its id and time are set when it is created, so that an event that is sent again is stored once.

    The client fills in a missing agent, trace, session or ``on_behalf_of`` from the scope (``AuditClient.trace``) or
    from its own settings.
    Invalid values raise no exception here; what is too long is cut. Such an event is counted and reported when it is captured.
    """

    agent_instance_id: Optional[str] = None
    """The acting agent, 1 to 255 characters. A longer one is cut and ends with ``~`` and 16 digits of its SHA-256."""
    trace_id: Optional[str] = None
    """The trace that the event belongs to, 1 to 255 characters. A longer one is cut as the agent is. Other types, such as
    a UUID, become text."""
    actor: Union[ActorType, str] = ActorType.AGENT
    action_type: Union[ActionType, str] = ActionType.TOOL_CALL
    resource: str = ""
    """The target of the action, 1 to 1,024 characters. A longer text is cut; other types, such as a path, become text."""
    status: Union[EventStatus, str] = EventStatus.SUCCESS
    latency_ms: Optional[float] = None
    """The duration of the action. A negative one counts as zero, and one of more than 24 days as 24 days."""
    metadata: Optional[Mapping[str, Any]] = None
    """Further details: up to 65,536 bytes of JSON, 32 levels deep; more is cut, the longest texts first. Values without a
    JSON form are converted to text. Iterators are not consumed."""
    event_id: Optional[str] = field(default_factory=uuid7)
    """A UUID. The same id must mean the same event. Another text becomes a UUID, always the same."""
    timestamp: Union[datetime, str, None] = field(default_factory=now)
    """When the action happened. A time without an offset is UTC. What is no time becomes that of the recording."""
    span_id: Optional[str] = None
    """The step of the trace that the event is, 1 to 64 letters, digits or ``._:-``. In another text, each other character
    becomes ``_``; the text is cut and ends with ``-`` and 16 digits of its SHA-256."""
    parent_span_id: Optional[str] = None
    """The step in which it happened, as ``span_id``. By default the innermost action (``AuditClient.action``) or span of
    OpenTelemetry around it, if that belongs to the same trace. There need not be an event for it."""
    session_id: Optional[str] = None
    """The conversation or run, over several traces, 1 to 255 characters. A longer one is cut as the agent is."""
    on_behalf_of: Optional[str] = None
    """The person or service that the agent acts for, 1 to 255 characters, better an id than an e-mail address. A longer
    one is cut as the agent is."""
