"""Scopes, which set the trace of events implicitly."""

from __future__ import annotations

import re
import uuid
from contextvars import ContextVar, Token
from types import TracebackType
from typing import Optional

from . import _steps
from ._steps import Span, Step

# W3C Trace Context, section 3.2: version, trace id, parent id, flags. Versions after 00 may append fields.
_TRACEPARENT = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}(?:(?<!^00.{53})-.*)?"
)

_current: ContextVar[Optional[Trace]] = ContextVar("sentinel_audit_trace", default=None)


class Trace:
    """A scope. All events recorded within it belong to its trace: by any client, in this thread or task, and in tasks
    that it creates.

    ::

        with client.trace() as trace:
            ...
    """

    __slots__ = ("trace_id", "agent_instance_id", "session_id", "on_behalf_of", "_sender", "_token", "_step_token")

    def __init__(
        self,
        trace_id: str,
        agent_instance_id: Optional[str] = None,
        session_id: Optional[str] = None,
        on_behalf_of: Optional[str] = None,
        sender: Optional[Span] = None,
    ) -> None:
        """
        :param sender: the step in which the request was sent that is handled in this scope
        """
        self.trace_id = trace_id
        self.agent_instance_id = agent_instance_id
        self.session_id = session_id
        self.on_behalf_of = on_behalf_of
        self._sender = sender
        self._token: Optional[Token[Optional[Trace]]] = None
        self._step_token: Optional[Token[Optional[Step]]] = None

    def __enter__(self) -> Trace:
        self._token = _current.set(self)
        if self._sender is not None:
            self._step_token = _steps.enter(Step(self._sender, None))
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        step, self._step_token = self._step_token, None
        if step is not None:
            _steps.leave(step)
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


def sender_of(traceparent: Optional[str]) -> Optional[Span]:
    """The step that sent a request with this ``traceparent`` header; None if the header is invalid."""
    found = _TRACEPARENT.fullmatch(traceparent.strip()) if traceparent else None
    return Span(found.group(1), found.group(2)) if found else None


def new_trace_id() -> str:
    """Creates a trace id in the form of W3C Trace Context."""
    return uuid.uuid4().hex
