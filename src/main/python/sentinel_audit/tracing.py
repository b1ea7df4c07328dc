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

from ._given import Shortened
from .event import ActionType, ActorType, AuditEvent, EventStatus, now

F = TypeVar("F", bound=Callable[..., Any])

_MAX_MESSAGE = 500


class Recorder(Protocol):
    """Accepts events, as a client does."""

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
    ) -> None:
        self._recorder = recorder
        self._resource = resource
        self._action_type = action_type
        self._actor = actor
        self._start = 0.0
        self._timestamp = ""
        self.status: Union[EventStatus, str] = EventStatus.SUCCESS
        """May be set to another outcome, such as ``denied``."""
        self.metadata: dict[str, Any] = dict(metadata or {})
        """May be extended until the block ends."""

    def __enter__(self) -> Action:
        self._timestamp = now()
        self._start = time.perf_counter()
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
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
        with _unless_closed(action()):
            return (yield from function(*args, **kwargs))

    return call


def _asynchronous_generator(function: Callable[..., Any], action: Callable[[], Action]) -> Callable[..., Any]:
    async def call(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:
        with _unless_closed(action()):
            generator: AsyncGenerator[Any, Any] = function(*args, **kwargs)
            try:
                item = await generator.__anext__()
                while True:
                    try:
                        sent = yield item
                    except GeneratorExit:
                        raise
                    except BaseException as thrown:
                        item = await generator.athrow(thrown)
                    else:
                        item = await generator.asend(sent)
            except StopAsyncIteration:
                return
            finally:
                await generator.aclose()

    return call


class _unless_closed:
    """Records an action. A generator that is closed before its end is not an error."""

    def __init__(self, action: Action) -> None:
        self._action = action

    def __enter__(self) -> None:
        self._action.__enter__()

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        if isinstance(error, GeneratorExit):
            self._action.metadata["closed_early"] = True
            kind = error = trace = None
        self._action.__exit__(kind, error, trace)
