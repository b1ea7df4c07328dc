"""Scopes, which set the trace of events implicitly."""

from __future__ import annotations

import re
import sys
import uuid
from contextvars import ContextVar, Token
from types import TracebackType
from typing import Optional

# W3C Trace Context, section 3.2: version, trace id, parent id, flags. Versions after 00 may append fields.
_TRACEPARENT = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:(?<!^00.{53})-.*)?"
)

_current: ContextVar[Optional[Trace]] = ContextVar("sentinel_audit_trace", default=None)


class Trace:
    """A scope. All events recorded within it belong to its trace: by any client, in this thread or task, and in tasks
    that it creates.

    ::

        with client.trace() as trace:
            ...
    """

    __slots__ = ("trace_id", "agent_instance_id", "_token")

    def __init__(self, trace_id: str, agent_instance_id: Optional[str] = None) -> None:
        self.trace_id = trace_id
        self.agent_instance_id = agent_instance_id
        self._token: Optional[Token[Optional[Trace]]] = None

    def __enter__(self) -> Trace:
        self._token = _current.set(self)
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        token, self._token = self._token, None
        if token is not None:
            try:
                _current.reset(token)
            except ValueError:
                # The scope was entered in another context, by an asynchronous generator that was finished elsewhere.
                pass


def current() -> Optional[Trace]:
    """The innermost scope; None outside of any."""
    return _current.get()


def trace_id_of(traceparent: Optional[str]) -> Optional[str]:
    """The trace id of a ``traceparent`` header; None if the header is invalid."""
    found = _TRACEPARENT.fullmatch(traceparent.strip()) if traceparent else None
    return found.group(1) if found else None


def open_telemetry_trace_id() -> Optional[str]:
    """The trace id of the current OpenTelemetry span; None if there is none. Imports nothing."""
    api = sys.modules.get("opentelemetry.trace")
    if api is None:
        return None
    try:
        context = api.get_current_span().get_span_context()
        return format(context.trace_id, "032x") if context.is_valid else None
    except Exception:
        return None


def new_trace_id() -> str:
    """Creates a trace id in the form of W3C Trace Context."""
    return uuid.uuid4().hex
