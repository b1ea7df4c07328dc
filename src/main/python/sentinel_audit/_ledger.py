"""Counts and logs the outcome of events and notifies the listener."""

from __future__ import annotations

import json
import logging
import threading
import time
from dataclasses import dataclass
from typing import Callable, Optional

logger = logging.getLogger("sentinel_audit")

# Seconds between log lines about ongoing losses: an outage must not fill the agent's log.
_QUIET = 10.0


@dataclass(frozen=True)
class ClientStats:
    """Counts since the start of a client in this process.

    When no event is moving, ``recorded + recovered == sent + rejected + dropped + waiting``.
    """

    recorded: int = 0
    """Events that the agent recorded."""
    recovered: int = 0
    """Events of earlier processes, taken over from the spill directory."""
    sent: int = 0
    """Events that the server acknowledged."""
    duplicates: int = 0
    """Those of them that it had stored before."""
    rejected: int = 0
    """Events rejected permanently, each reported once."""
    dropped: int = 0
    """Events lost: the buffer was full, the close timeout passed, or a file was damaged."""
    retried: int = 0
    """Requests that repeated a failed one."""
    spilled: int = 0
    """Events written to the spill directory."""
    waiting: int = 0
    """Buffered events that are not decided yet."""
    waiting_bytes: int = 0
    """Their size in memory or on disk."""


@dataclass(frozen=True)
class Rejection:
    """An event that was rejected and will not be sent again."""

    event_id: Optional[str]
    """None if the event got no id."""
    status: int
    """The HTTP status that the server gave it (RFC 9110); 0 if the client itself rejected it."""
    detail: str
    """The reason, in the server's words."""
    event: Optional[str] = None
    """The redacted JSON that was sent; None if it could not be encoded."""


class AuditListener:
    """Receives the outcome of events. Override the methods of interest.

    Called on the client's thread; ``dropped`` and ``rejected`` also on the agent's. Exceptions are logged and otherwise
    ignored. Methods must not block, because they delay sending.
    """

    def sent(self, events: int, duplicates: int) -> None:
        """The server stored these events; ``duplicates`` of them it had stored before."""

    def retrying(self, failures: int, reason: str, pause: float) -> None:
        """A batch failed this number of times and will be retried after a pause, in seconds."""

    def rejected(self, rejection: Rejection) -> None:
        """An event was rejected permanently, by the server or because it breaks the contract."""

    def dropped(self, events: int, reason: str) -> None:
        """Events were lost."""


class Throttle:
    """Limits how often something is logged, and counts the suppressed occurrences."""

    def __init__(self) -> None:
        self._due = 0.0
        self._suppressed = 0

    def count(self, events: int) -> int:
        """Adds to the count. Returns the count since the last log line if a new one is due, else 0."""
        self._suppressed += events
        now = time.monotonic()
        if now < self._due:
            return 0
        self._due = now + _QUIET
        said, self._suppressed = self._suppressed, 0
        return said


class Ledger:
    """Any thread. The lock is not held during logging or a call of the listener, because their handlers may record,
    too.

    Counters are updated without a call between reading and writing. A signal handler, whose events count as well, could
    run in such a call.
    """

    def __init__(self, listener: AuditListener) -> None:
        self._listener = listener
        self.forget()

    def forget(self) -> None:
        """Starts from 0 in a child process. The parent keeps its counts."""
        self._lock = threading.RLock()
        self._recorded = self._recovered = self._spilled = 0
        self._sent = self._duplicates = self._rejected = self._dropped = self._retried = 0
        self._losses = Throttle()
        self._rejections = Throttle()
        self._fullness = Throttle()

    def recorded(self) -> None:
        """Counts an event that the agent recorded."""
        with self._lock:
            self._recorded += 1

    def spilled(self) -> None:
        """Counts an event that was written to a file."""
        with self._lock:
            self._spilled += 1

    def recovered(self, events: int) -> None:
        """Counts events taken over from earlier processes."""
        with self._lock:
            self._recovered += events
        logger.info("spilled events recovered events=%d", events)

    def delivered(self, events: int, duplicates: int, size: int, seconds: float) -> None:
        """The server acknowledged events, sent in a body of ``size`` bytes."""
        with self._lock:
            self._sent += events
            self._duplicates += duplicates
        logger.debug("batch sent events=%d duplicates=%d bytes=%d ms=%d", events, duplicates, size, seconds * 1000)
        self._notify(lambda listener: listener.sent(events, duplicates))

    def retrying(self, failures: int, events: int, reason: str, pause: float) -> None:
        """A request failed and will be retried."""
        logger.warning(
            "batch not delivered, retrying events=%d failures=%d pause_ms=%d reason=%s",
            events,
            failures,
            pause * 1000,
            reason,
        )
        self._notify(lambda listener: listener.retrying(failures, reason, pause))

    def retried(self) -> None:
        """Counts a retried request."""
        with self._lock:
            self._retried += 1

    def refused(self, event: bytes, status: int, detail: str) -> None:
        """The server rejected an event."""
        self.rejected(Rejection(_event_id(event), status, detail, event.decode()))

    def rejected(self, rejection: Rejection) -> None:
        """An event was rejected."""
        with self._lock:
            self._rejected += 1
            suppressed = self._rejections.count(1)
        if suppressed:
            logger.error(
                "event rejected event_id=%s status=%d since_last=%d detail=%s",
                rejection.event_id,
                rejection.status,
                suppressed,
                rejection.detail,
            )
        self._notify(lambda listener: listener.rejected(rejection))

    def dropped(self, events: int, reason: str) -> None:
        """Events are lost."""
        with self._lock:
            self._dropped += events
            suppressed, total = self._losses.count(events), self._dropped
        if suppressed:
            logger.error("events lost events=%d total=%d reason=%s", suppressed, total, reason)
        self._notify(lambda listener: listener.dropped(events, reason))

    def full(self, policy: str) -> None:
        """The buffer was full when an event was recorded."""
        with self._lock:
            suppressed = self._fullness.count(1)
        if suppressed:
            logger.warning("buffer full policy=%s events_since_last=%d", policy, suppressed)

    def spill_refused(self, cause: OSError) -> None:
        """The spill directory is not this user's alone, and the client goes on without it."""
        logger.warning('spill directory refused reason="%s" effect="events are kept in memory only"', cause)

    def spill_failed(self, what: str, cause: OSError) -> None:
        """An operation on the spill directory failed."""
        with self._lock:
            suppressed = self._fullness.count(1)
        if suppressed:
            logger.warning("spill failed what=%s reason=%s", what, cause)

    def defect(self, consequence: str) -> None:
        """Logs an unexpected exception. Must be called in its handler."""
        try:
            logger.error("%s after a defect", consequence, exc_info=True)
        except Exception:
            # Logging may fail too, for lack of memory.
            pass

    def stats(self) -> ClientStats:
        """A consistent snapshot of all counters, without the waiting events."""
        with self._lock:
            return ClientStats(
                self._recorded,
                self._recovered,
                self._sent,
                self._duplicates,
                self._rejected,
                self._dropped,
                self._retried,
                self._spilled,
            )

    def _notify(self, what: Callable[[AuditListener], None]) -> None:
        try:
            what(self._listener)
        except Exception:
            logger.warning("the listener raised an exception", exc_info=True)


def _event_id(event: bytes) -> Optional[str]:
    event_id = json.loads(event).get("event_id")
    return event_id if isinstance(event_id, str) else None
