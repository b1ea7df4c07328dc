"""The client that records an agent's events."""

from __future__ import annotations

import atexit
import ssl
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Callable, Optional, TypeVar, Union, overload

from . import _steps, context
from ._buffer import EventBuffer, MemoryBuffer
from ._closing import Closing
from ._delivery import Backoff, Delivery, DeliveryRules
from ._encoding import Encoder, given
from ._given import Defaults, InvalidEventError
from ._ledger import AuditListener, ClientStats, Ledger, Rejection, logger
from ._pipeline import Pipeline, PipelineRules, close_all, close_when_unused
from ._plain import text_of
from ._server_rules import ServerRules
from ._spill import SpillBuffer
from ._spill_access import SpillRefused
from ._transport import Transport, is_readable
from .context import Trace
from .event import ActionType, ActorType, AuditEvent
from .redaction import Redaction
from .tracing import Action, decorate

F = TypeVar("F", bound=Callable[..., Any])

_MEBIBYTE = 1024 * 1024


class AuditClient:
    """Records events: buffers them, sends them in batches from a background thread, and retries until the server has
    decided on them. Any thread, also from asynchronous code: only ``flush`` and ``close`` wait.

    ::

        with AuditClient("http://localhost:8000", token="snt_…", agent_instance_id="billing-agent-7") as client:
            client.capture(AuditEvent(action_type=ActionType.TOOL_CALL, resource="web_search", latency_ms=182))

    An agent that ends without closing its client waits up to ``close_timeout`` for events that are not sent. After a
    fork, the child's client is empty, and the parent's client is not affected.

    :param api_url: the server's URL, ``http`` or ``https``
    :param buffer_size: the maximum number of events in memory, including those in flight
    :param flush_interval: the maximum seconds that an event waits for a batch to fill
    :param max_retries: retries of a batch before its events are dropped and counted; None for no limit
    :param retry_backoff: the bound on the random pause before the first retry, in seconds. It doubles with each
        failure, up to ``max_backoff``. A longer pause is kept if the server requests one.
    :param token: the server's API token or an API key. A client that sends it over ``http`` to another machine logs one
        warning
    :param agent_instance_id: the agent of events that name no other
    :param session_id: the session of events that name no other
    :param on_behalf_of: the person or service that the agent acts for, if an event names no other
    :param buffer_bytes: the maximum size of the events in memory
    :param when_full: seconds that ``capture`` waits for space in a full buffer before it drops and counts the event;
        with 0, the agent never waits
    :param spill_directory: keeps events in files instead of memory. Each event is in a file before ``capture`` returns,
        so that even a killed process loses none; the next process with this directory sends the remaining events
    :param spill_bytes: the maximum size of these files
    :param batch_size: the maximum number of events in one request
    :param batch_bytes: the maximum size of one request before compression
    :param gzip_above: the body size in bytes above which requests are compressed; None for never
    :param timeout: seconds for one request
    :param max_backoff: the maximum of the bound on the pause before a retry, in seconds
    :param close_timeout: the default timeout of ``close`` in seconds
    :param ssl_context: the trusted authorities for ``https``; by default those of the system
    :param redaction: ``"strict"``, ``"full"``, ``"keys"`` or ``"off"``, as on the server, whose additions apply too
    :param redact_keys: additional names of secrets. They also match inside a longer name; case and separators do not
        count
    :param keep_keys: whole names that are never secret, even if a rule matches, in addition to those that the server
        exempts. The server needs the same setting, or it redacts them: ``REDACT_KEEP_KEYS``
    :param listener: receives the outcome of events
    :raises ValueError: if a setting is invalid
    :raises OSError: if the spill directory cannot be used
    """

    def __init__(
        self,
        api_url: str = "http://localhost:8000",
        buffer_size: int = 50_000,
        flush_interval: float = 0.2,
        max_retries: Optional[int] = None,
        retry_backoff: float = 0.2,
        *,
        token: Optional[str] = None,
        agent_instance_id: Optional[str] = None,
        session_id: Optional[str] = None,
        on_behalf_of: Optional[str] = None,
        buffer_bytes: int = 32 * _MEBIBYTE,
        when_full: float = 0.0,
        spill_directory: Union[str, Path, None] = None,
        spill_bytes: int = 256 * _MEBIBYTE,
        batch_size: int = 1_000,
        batch_bytes: int = _MEBIBYTE,
        gzip_above: Optional[int] = 16 * 1024,
        timeout: float = 30.0,
        max_backoff: float = 30.0,
        close_timeout: float = 5.0,
        ssl_context: Optional[ssl.SSLContext] = None,
        redaction: str = "full",
        redact_keys: Iterable[str] = (),
        keep_keys: Iterable[str] = (),
        listener: Optional[AuditListener] = None,
    ) -> None:
        for name, value in (("buffer_size", buffer_size), ("batch_size", batch_size), ("timeout", timeout)):
            if value <= 0:
                raise ValueError(f"{name} must be more than 0, not {value}")
        self._agent_instance_id = agent_instance_id
        self._session_id = session_id
        self._on_behalf_of = on_behalf_of
        self._trace_id = context.new_trace_id()
        rules = Redaction(redaction, redact_keys, keep_keys)
        self._encoder = Encoder(rules)
        delivery = DeliveryRules(Backoff(retry_backoff, max_backoff), timeout, max_retries, gzip_above)

        def make_buffer(ledger: Ledger) -> EventBuffer:
            if spill_directory is None:
                return MemoryBuffer(buffer_size, buffer_bytes)
            try:
                return SpillBuffer(Path(spill_directory), spill_bytes, ledger)
            except SpillRefused as e:
                ledger.spill_refused(e)
                return MemoryBuffer(buffer_size, buffer_bytes)

        def make_delivery(transport: Transport, closing: Closing, ledger: Ledger) -> Delivery:
            return Delivery(transport, delivery, closing, ledger)

        def make_transport() -> Transport:
            return Transport(api_url, token, ssl_context)

        self._pipeline = Pipeline(
            PipelineRules(
                # At most half of the buffer, so that there is space for new events while a batch is sent.
                min(batch_size, max(1, buffer_size // 2)),
                batch_bytes,
                flush_interval,
                when_full,
                close_timeout,
            ),
            listener or AuditListener(),
            make_transport(),
            make_buffer,
            make_delivery,
            ServerRules(rules, self._encoder.adopt, make_transport, timeout),
        )
        close_when_unused(self, self._pipeline)
        if token is not None and is_readable(api_url):
            logger.warning("token sent without encryption, use https endpoint=%s", api_url)
        logger.info("client started agent_instance_id=%s spill_directory=%s", agent_instance_id, spill_directory)

    def capture(self, event: AuditEvent) -> bool:
        """Records an event. Returns False if it is rejected or dropped at once: it breaks the contract, or the buffer
        is full.

        Never raises, and never waits unless ``when_full`` is set. The event's values are read before it returns, at most
        about a million characters of them. What is too long is cut, what cannot be written as JSON becomes text, and the
        member ``truncated`` of the metadata says what was cut. An event without an agent, a known action or a resource,
        or with a secret in an identifier, is rejected.
        """
        try:
            line = self._encoder.encode(event, self._defaults(event))
        except InvalidEventError as e:
            return self._refuse(event, f"The event breaks the contract: {e}.")
        except Exception as e:
            return self._refuse(event, f"The event cannot be written as JSON: {type(e).__name__}.")
        try:
            return self._pipeline.offer(line)
        except Exception:
            self._pipeline.ledger.defect("event lost")
            self._pipeline.ledger.dropped(1, "an unexpected exception in the client")
            return False

    def _defaults(self, event: AuditEvent) -> Defaults:
        scope, spanned = context.current(), _steps.open_telemetry_span()
        trace_id = given(event.trace_id, self._trace_id_in(scope, spanned))
        parent = _steps.enclosing(text_of(trace_id), spanned)
        if parent is not None and parent == text_of(event.span_id):
            # The event stands for the span of OpenTelemetry itself.
            parent = None
        if scope is None:
            return Defaults(self._agent_instance_id, trace_id, parent, self._session_id, self._on_behalf_of)
        return Defaults(
            scope.agent_instance_id or self._agent_instance_id,
            trace_id,
            parent,
            scope.session_id or self._session_id,
            scope.on_behalf_of or self._on_behalf_of,
        )

    def _trace_id_in(self, scope: Optional[Trace], spanned: Optional[_steps.Span]) -> str:
        if scope is not None and scope.trace_id is not None:
            return scope.trace_id
        return self._trace_id if spanned is None else spanned.trace_id

    def _begin_step(self) -> tuple[_steps.Step, Optional[str]]:
        """Creates a step of the current trace, and returns the one in which it happens, too, if that is known."""
        return _steps.begin(text_of(self._trace_id_in(context.current(), _steps.open_telemetry_span())))

    def _enclosing(self, trace_id: Optional[str]) -> Optional[str]:
        """The action or the span of OpenTelemetry that the code is in; None if none of this trace is known.

        :param trace_id: None for the current trace
        """
        spanned = _steps.open_telemetry_span()
        return _steps.enclosing(text_of(trace_id or self._trace_id_in(context.current(), spanned)), spanned)

    def _refuse(self, event: Any, detail: str) -> bool:
        event_id = getattr(event, "event_id", None)
        self._pipeline.ledger.recorded()
        self._pipeline.ledger.rejected(Rejection(event_id if isinstance(event_id, str) else None, 0, detail))
        return False

    def trace(
        self,
        trace_id: Optional[str] = None,
        *,
        agent_instance_id: Optional[str] = None,
        traceparent: Optional[str] = None,
        session_id: Optional[str] = None,
        on_behalf_of: Optional[str] = None,
    ) -> Trace:
        """A scope for ``with``, whose events belong to this trace.

        Without an id, the trace is that of the ``traceparent`` header (W3C Trace Context), of the current OpenTelemetry
        span, or a new one. With the header, the scope is within the step that sent the request. The agent, the session
        and ``on_behalf_of`` default to those of the enclosing scope. A scope belongs to its thread or asyncio task.
        """
        sender = context.sender_of(traceparent)
        if not trace_id:
            origin = sender or _steps.open_telemetry_span()
            trace_id = context.new_trace_id() if origin is None else origin.trace_id
        around = context.current()
        return Trace(
            trace_id,
            agent_instance_id or (around.agent_instance_id if around is not None else None),
            session_id or (around.session_id if around is not None else None),
            on_behalf_of or (around.on_behalf_of if around is not None else None),
            sender if sender is not None and sender.trace_id == trace_id else None,
        )

    def action(
        self,
        resource: str,
        action_type: Union[ActionType, str] = ActionType.TOOL_CALL,
        *,
        actor: Union[ActorType, str] = ActorType.AGENT,
        metadata: Optional[Mapping[str, Any]] = None,
        session_id: Optional[str] = None,
        on_behalf_of: Optional[str] = None,
    ) -> Action:
        """A context manager that times its block and records it, as an error if it raises. The event has a new span id,
        which what is recorded within the block has as its parent; the session and ``on_behalf_of`` apply there, too.
        """
        return Action(self, resource, action_type, actor, metadata, session_id, on_behalf_of)

    @overload
    def traced(self, resource: F) -> F: ...

    @overload
    def traced(
        self,
        resource: Optional[str] = None,
        action_type: Union[ActionType, str] = ActionType.TOOL_CALL,
        *,
        actor: Union[ActorType, str] = ActorType.AGENT,
        metadata: Optional[Mapping[str, Any]] = None,
        session_id: Optional[str] = None,
        on_behalf_of: Optional[str] = None,
    ) -> Callable[[F], F]: ...

    def traced(
        self,
        resource: Union[Callable[..., Any], str, None] = None,
        action_type: Union[ActionType, str] = ActionType.TOOL_CALL,
        *,
        actor: Union[ActorType, str] = ActorType.AGENT,
        metadata: Optional[Mapping[str, Any]] = None,
        session_id: Optional[str] = None,
        on_behalf_of: Optional[str] = None,
    ) -> Any:
        """A decorator that times and records each call, as an error if it raises. The exception propagates.

        For functions, coroutines, generators and asynchronous generators. Works with or without parentheses.

        :param resource: by default the name of the function
        """

        def decorator(function: F) -> F:
            name = resource if isinstance(resource, str) else getattr(function, "__name__", type(function).__name__)

            def action() -> Action:
                return self.action(
                    name,
                    action_type,
                    actor=actor,
                    metadata=metadata,
                    session_id=session_id,
                    on_behalf_of=on_behalf_of,
                )

            return decorate(function, action)

        return decorator(resource) if callable(resource) else decorator

    def flush(self, timeout: float = 5.0) -> bool:
        """Waits until the server has decided on all events recorded before this call; False if the time runs out first.
        """
        return self._pipeline.flush(timeout)

    def close(self, timeout: Optional[float] = None) -> bool:
        """Sends the remaining events and closes the client. Events that are not sent in time stay in the spill
        directory; without one, they are dropped and counted.

        :param timeout: seconds; by default ``close_timeout``
        :return: whether no event was lost or left
        """
        return self._pipeline.close(timeout)

    def stats(self) -> ClientStats:
        """Counts since the start of the client in this process."""
        return self._pipeline.stats()

    def __enter__(self) -> AuditClient:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()


atexit.register(close_all)
