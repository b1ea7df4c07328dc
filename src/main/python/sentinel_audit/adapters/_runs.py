"""Tracks runs in progress, for frameworks that report the start and the end of a run in separate calls."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, Optional

from .._plain import text_of
from ..client import AuditClient
from ..event import ActionType, AuditEvent, EventStatus, now

# The limit for one adapter. If a framework does not report ends, the oldest runs are dropped to bound memory.
_MAX_RUNS = 10_000


@dataclass
class Run:
    """A run in progress."""

    resource: str
    trace_id: str
    metadata: dict[str, Any] = field(default_factory=dict)
    span_id: Optional[str] = None
    parent_span_id: Optional[str] = None
    session_id: Optional[str] = None
    on_behalf_of: Optional[str] = None
    timestamp: str = field(default_factory=now)
    start: float = field(default_factory=time.perf_counter)

    def took_ms(self) -> float:
        """Milliseconds since the start."""
        return (time.perf_counter() - self.start) * 1000


class Runs:
    """The runs of an adapter. Any thread."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._runs: OrderedDict[Hashable, Run] = OrderedDict()

    def begin(self, key: Hashable, run: Run) -> None:
        """Adds a run."""
        with self._lock:
            self._runs[key] = run
            if len(self._runs) > _MAX_RUNS:
                self._runs.popitem(last=False)

    def get(self, key: Hashable) -> Optional[Run]:
        """The run in progress with this key; None if there is none."""
        with self._lock:
            return self._runs.get(key)

    def end(self, key: Hashable) -> Optional[Run]:
        """Removes and returns the run with this key; None if there is none."""
        with self._lock:
            return self._runs.pop(key, None)


class Recorder:
    """What the callbacks of every framework are built on: a client, and what has begun. Any thread."""

    def __init__(self, client: AuditClient, record_inputs: bool) -> None:
        super().__init__()
        self._client = client
        self._record_inputs = record_inputs
        self._runs = Runs()

    def _usable(self, session: Any) -> Optional[str]:
        """A session that the framework names. An event must not be lost for one that looks like a secret."""
        text = "" if session is None else text_of(session)
        return text if text and self._client._encoder.may_identify(text) else None

    def _end(
        self,
        key: Hashable,
        action_type: ActionType,
        metadata: Optional[dict[str, Any]] = None,
        status: EventStatus = EventStatus.SUCCESS,
    ) -> None:
        """Records what has begun under this key, if anything has."""
        run = self._runs.end(key)
        if run is not None:
            self._client.capture(
                AuditEvent(
                    trace_id=run.trace_id or None,
                    action_type=action_type,
                    resource=run.resource,
                    status=status,
                    latency_ms=run.took_ms(),
                    timestamp=run.timestamp,
                    metadata={**run.metadata, **(metadata or {})},
                    span_id=run.span_id,
                    parent_span_id=run.parent_span_id,
                    session_id=run.session_id,
                    on_behalf_of=run.on_behalf_of,
                )
            )
