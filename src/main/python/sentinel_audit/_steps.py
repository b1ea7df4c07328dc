"""The step that the code is in: the innermost of the actions of the clients and the spans of OpenTelemetry."""

from __future__ import annotations

import sys
from contextvars import ContextVar, Token
from typing import NamedTuple, Optional

from .event import new_span_id


class Span(NamedTuple):
    """A step of a trace, within which others happen."""

    trace_id: str
    span_id: str
    """The id that the events within it have as their parent."""


class Step(NamedTuple):
    """An action in progress."""

    span: Span
    around: Optional[Span]
    """The span of OpenTelemetry in which the action began. While another one is current, that one is the innermost."""


_current: ContextVar[Optional[Step]] = ContextVar("sentinel_audit_step", default=None)


def enter(step: Step) -> Token[Optional[Step]]:
    """Makes an action the innermost one, in this thread or task, and in tasks that it creates."""
    return _current.set(step)


def leave(token: Token[Optional[Step]]) -> None:
    """Makes the action around it the innermost one again."""
    try:
        _current.reset(token)
    except ValueError:
        # It was entered in another context, by an asynchronous generator that was finished elsewhere.
        pass


def is_known() -> bool:
    """Whether the code is in any step."""
    return _current.get() is not None or open_telemetry_span() is not None


def begin(trace_id: str) -> tuple[Step, Optional[str]]:
    """Creates a step of a trace, and returns the one in which it happens, too, if that is known."""
    spanned = open_telemetry_span()
    return Step(Span(trace_id, new_span_id()), spanned), enclosing(trace_id, spanned)


def enclosing(trace_id: str, spanned: Optional[Span]) -> Optional[str]:
    """The step in which an event happens now; None if none of its trace is known.

    :param spanned: the current span of OpenTelemetry
    """
    step = _current.get()
    in_span = spanned is not None and spanned.trace_id == trace_id
    if step is not None and step.span.trace_id == trace_id and (not in_span or spanned == step.around):
        return step.span.span_id
    return spanned.span_id if spanned is not None and in_span else None


def open_telemetry_span() -> Optional[Span]:
    """The current OpenTelemetry span; None if there is none. Imports nothing."""
    api = sys.modules.get("opentelemetry.trace")
    if api is None:
        return None
    try:
        context = api.get_current_span().get_span_context()
        return Span(format(context.trace_id, "032x"), format(context.span_id, "016x")) if context.is_valid else None
    except Exception:
        return None
