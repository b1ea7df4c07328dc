"""Times an agent's actions and records their outcome."""

from __future__ import annotations

import functools
import inspect
import time
from collections.abc import AsyncGenerator, Generator, Mapping
from types import TracebackType
from typing import (
    Any,
    Callable,
    Optional,
    Protocol,
    TypeVar,
    Union,
    cast,
)

from . import _steps, context
from ._given import Shortened
from ._steps import Step
from .context import Trace
from .event import ActionType, ActorType, AuditEvent, EventStatus, now

F = TypeVar("F", bound=Callable[..., Any])

_MAX_MESSAGE = 500


class Recorder(Protocol):
    """Accepts events, as a client does."""

    def _begin_step(self) -> tuple[Step, Optional[str]]:
        """A step of the current trace, and the one in which it happens."""

    def capture(self, event: AuditEvent) -> bool:
        """Records an event. Never raises."""


class Action:
    """An action in progress, recorded with its duration when the ``with`` block ends.

    An exception makes it an error, with the exception's type and message in the metadata, and propagates. Use once.
    """

    def __init__(
        self,
        recorder: Recorder,
        resource: str,
        action_type: Union[ActionType, str],
        actor: Union[ActorType, str],
        metadata: Optional[Mapping[str, Any]],
        session_id: Optional[str] = None,
        on_behalf_of: Optional[str] = None,
    ) -> None:
        self._recorder = recorder
        self._resource = resource
        self._action_type = action_type
        self._actor = actor
        self._session_id = session_id
        self._on_behalf_of = on_behalf_of
        self._step: Optional[Step] = None
        self._parent: Optional[str] = None
        self._token: Any = None
        self._scope: Optional[Trace] = None
        self._start = 0.0
        self._timestamp = ""
        self.status: Union[EventStatus, str] = EventStatus.SUCCESS
        """May be set to another outcome, such as ``denied``."""
        self.metadata: dict[str, Any] = dict(metadata or {})
        """May be extended until the block ends."""

    @property
    def span_id(self) -> Optional[str]:
        """The span id of the event, which others within it have as their parent; None before the block."""
        return None if self._step is None else self._step.span.span_id

    def __enter__(self) -> Action:
        self._begin()
        self._enter()
        return self

    def _begin(self) -> None:
        self._timestamp = now()
        self._step, self._parent = self._recorder._begin_step()
        if self._session_id or self._on_behalf_of:
            around = context.current()
            self._scope = Trace(
                self._step.span.trace_id,
                None if around is None else around.agent_instance_id,
                self._session_id or (None if around is None else around.session_id),
                self._on_behalf_of or (None if around is None else around.on_behalf_of),
            )
        self._start = time.perf_counter()

    def _enter(self) -> None:
        """What is recorded from now on happens within the action."""
        if self._scope is not None:
            self._scope.__enter__()
        if self._step is not None:
            self._token = _steps.enter(self._step)

    def _leave(self) -> None:
        token, self._token = self._token, None
        if token is not None:
            _steps.leave(token)
        if self._scope is not None:
            self._scope.__exit__(None, None, None)

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self._leave()
        self._end(error)

    def _end(self, error: Optional[BaseException]) -> None:
        took = (time.perf_counter() - self._start) * 1000
        if error is not None:
            self.status = EventStatus.ERROR
            self.metadata.update(describe(error))
        self._recorder.capture(
            AuditEvent(
                actor=self._actor,
                action_type=self._action_type,
                resource=self._resource,
                status=self.status,
                latency_ms=took,
                metadata=self.metadata,
                timestamp=self._timestamp,
                trace_id=None if self._step is None else self._step.span.trace_id,
                span_id=self.span_id,
                parent_span_id=self._parent,
                session_id=self._session_id,
                on_behalf_of=self._on_behalf_of,
            )
        )


def describe(error: BaseException) -> dict[str, Any]:
    """The metadata of an exception: its type and its message, truncated."""
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    try:
        message = str(error)
    except Exception:
        message = ""
    return {"error_type": name, "error_message": Shortened(message, _MAX_MESSAGE)}


def decorate(function: F, action: Callable[[], Action]) -> F:
    """Wraps a function, coroutine, generator or asynchronous generator so that each call is recorded."""
    if inspect.iscoroutinefunction(function):
        wrapper: Callable[..., Any] = _coroutine(function, action)
    elif inspect.isasyncgenfunction(function):
        wrapper = _asynchronous_generator(function, action)
    elif inspect.isgeneratorfunction(function):
        wrapper = _generator(function, action)
    else:
        wrapper = _function(function, action)
    return cast(F, functools.wraps(function)(wrapper))


def _function(function: Callable[..., Any], action: Callable[[], Action]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        with action():
            return function(*args, **kwargs)

    return call


def _coroutine(function: Callable[..., Any], action: Callable[[], Action]) -> Callable[..., Any]:
    async def call(*args: Any, **kwargs: Any) -> Any:
        with action():
            return await function(*args, **kwargs)

    return call


def _generator(function: Callable[..., Any], action: Callable[[], Action]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
        with _unless_closed(action()) as running:
            return (yield from _steps_of(function(*args, **kwargs), running))

    return call


def _steps_of(generator: Generator[Any, Any, Any], action: Action) -> Generator[Any, Any, Any]:
    """Like ``yield from``, but what the caller does between the steps of the generator is not within the action."""
    resume: Callable[[Any], Any] = generator.send
    value: Any = None
    while True:
        try:
            with _within(action):
                item = resume(value)
        except StopIteration as end:
            return end.value
        try:
            value = yield item
            resume = generator.send
        except GeneratorExit:
            with _within(action):
                generator.close()
            raise
        except BaseException as thrown:
            value = thrown
            resume = generator.throw


def _asynchronous_generator(function: Callable[..., Any], action: Callable[[], Action]) -> Callable[..., Any]:
    async def call(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:
        with _unless_closed(action()) as running:
            generator: AsyncGenerator[Any, Any] = function(*args, **kwargs)
            try:
                with _within(running):
                    item = await generator.__anext__()
                while True:
                    try:
                        sent = yield item
                    except GeneratorExit:
                        raise
                    except BaseException as thrown:
                        with _within(running):
                            item = await generator.athrow(thrown)
                    else:
                        with _within(running):
                            item = await generator.asend(sent)
            except StopAsyncIteration:
                return
            finally:
                with _within(running):
                    await generator.aclose()

    return call


class _within:
    """The part of the code that is within an action which has begun."""

    def __init__(self, action: Action) -> None:
        self._action = action

    def __enter__(self) -> None:
        self._action._enter()

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self._action._leave()


class _unless_closed:
    """Records an action. A generator that is closed before its end is not an error."""

    def __init__(self, action: Action) -> None:
        self._action = action

    def __enter__(self) -> Action:
        self._action._begin()
        return self._action

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        if isinstance(error, GeneratorExit):
            self._action.metadata["closed_early"] = True
            error = None
        self._action._end(error)
