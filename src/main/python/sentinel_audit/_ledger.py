"""What has become of events: counted, told to the listener, logged."""

from __future__ import annotations

import json
import logging
import threading
import time
from dataclasses import dataclass
from typing import Callable, Optional

logger = logging.getLogger("sentinel_audit")

# So long nothing is said again about losses that go on: an outage must not fill the agent's log.
_QUIET = 10.0


@dataclass(frozen=True)
class ClientStats:
    """What a client has done so far in this process.

    When nothing moves, ``recorded + recovered == sent + rejected + dropped + waiting``.
    """

    recorded: int = 0
    """Events that the agent has given."""
    recovered: int = 0
    """Events that earlier processes have left in the spill directory, taken over by this one."""
    sent: int = 0
    """Events that the server has acknowledged."""
    duplicates: int = 0
    """Those of them that it had before."""
    rejected: int = 0
    """Events refused for good, each reported once."""
    dropped: int = 0
    """Events lost: no room, no time before the end, or damaged on the disk."""
    retried: int = 0
    """Requests that repeated one that had failed."""
    spilled: int = 0
    """Events that were written to the spill directory."""
    waiting: int = 0
    """Events that are kept and not decided on."""
    waiting_bytes: int = 0
    """The room that they take, in memory or on the disk."""


@dataclass(frozen=True)
class Rejection:
    """An event that is not taken, and will not be sent again."""

    event_id: Optional[str]
    """None if it never had one that counts."""
    status: int
    """The status that the server gave it (RFC 9110); 0 if the client has refused it itself."""
    detail: str
    """Why, in the words of the server."""
    event: Optional[str] = None
    """Its JSON as it was sent, without its secrets; None if it could not be written as JSON."""


class AuditListener:
    """Hears what becomes of events; override what is of interest.

    Called on the client's thread, and ``dropped`` and ``rejected`` on that of the agent too. What a method raises is logged
    and goes no further. It must not wait: sending does, meanwhile.
    """

    def sent(self, events: int, duplicates: int) -> None:
        """The server has these events, and had so many of them before."""

    def retrying(self, failures: int, reason: str, pause: float) -> None:
        """A batch could not be delivered so many times and is going to be sent again after these seconds."""

    def rejected(self, rejection: Rejection) -> None:
        """One event was refused for good, by the server or because it breaks the contract."""

    def dropped(self, events: int, reason: str) -> None:
        """So many events are lost."""


class Throttle:
    """Lets something be said once in a while, with how often it has happened since."""

    def __init__(self) -> None:
        self._due = 0.0
        self._unsaid = 0

    def count(self, events: int) -> int:
        """How much is to be said now; 0 if nothing."""
        self._unsaid += events
        now = time.monotonic()
        if now < self._due:
            return 0
        self._due = now + _QUIET
        said, self._unsaid = self._unsaid, 0
        return said


class Ledger:
    """Any thread. Nothing is logged and nobody is told while the lock is held: a handler may want to record, too.

    Counting makes no call between reading a counter and writing it: there a signal handler, whose events count as well,
    could come in between.
    """

    def __init__(self, listener: AuditListener) -> None:
        self._listener = listener
        self.forget()

    def forget(self) -> None:
        """Counts from 0: in a child process, whose parent goes on with the counts that there were."""
        self._lock = threading.RLock()
        self._recorded = self._recovered = self._spilled = 0
        self._sent = self._duplicates = self._rejected = self._dropped = self._retried = 0
        self._losses = Throttle()
        self._rejections = Throttle()
        self._fullness = Throttle()

    def recorded(self) -> None:
        """The agent has given an event."""
        with self._lock:
            self._recorded += 1

    def spilled(self) -> None:
        """It was written to a file."""
        with self._lock:
            self._spilled += 1

    def recovered(self, events: int) -> None:
        """A process before this one has left these."""
        with self._lock:
            self._recovered += events
        logger.info("spilled events found events=%d", events)

    def delivered(self, events: int, duplicates: int, size: int, seconds: float) -> None:
        """The server has acknowledged them, in a body of so many bytes."""
        with self._lock:
            self._sent += events
            self._duplicates += duplicates
        logger.debug("batch sent events=%d duplicates=%d bytes=%d ms=%d", events, duplicates, size, seconds * 1000)
        self._tell(lambda listener: listener.sent(events, duplicates))

    def retrying(self, failures: int, events: int, reason: str, pause: float) -> None:
        """A request has failed."""
        logger.warning(
            "batch not delivered, retrying events=%d failures=%d pause_ms=%d reason=%s",
            events,
            failures,
            pause * 1000,
            reason,
        )
        self._tell(lambda listener: listener.retrying(failures, reason, pause))

    def retried(self) -> None:
        """A request goes out again."""
        with self._lock:
            self._retried += 1

    def refused(self, event: bytes, status: int, detail: str) -> None:
        """The server does not take it."""
        self.rejected(Rejection(_event_id(event), status, detail, event.decode()))

    def rejected(self, rejection: Rejection) -> None:
        """An event that breaks the contract."""
        with self._lock:
            self._rejected += 1
            unsaid = self._rejections.count(1)
        if unsaid:
            logger.error(
                "event rejected event_id=%s status=%d since_last=%d detail=%s",
                rejection.event_id,
                rejection.status,
                unsaid,
                rejection.detail,
            )
        self._tell(lambda listener: listener.rejected(rejection))

    def dropped(self, events: int, reason: str) -> None:
        """They are lost."""
        with self._lock:
            self._dropped += events
            unsaid, total = self._losses.count(events), self._dropped
        if unsaid:
            logger.error("events lost events=%d total=%d reason=%s", unsaid, total, reason)
        self._tell(lambda listener: listener.dropped(events, reason))

    def full(self, policy: str) -> None:
        """There was no room for an event."""
        with self._lock:
            unsaid = self._fullness.count(1)
        if unsaid:
            logger.warning("buffer full policy=%s events_since_last=%d", policy, unsaid)

    def spill_failed(self, what: str, cause: OSError) -> None:
        """The disk does not do what it should."""
        with self._lock:
            unsaid = self._fullness.count(1)
        if unsaid:
            logger.warning("spill failed what=%s reason=%s", what, cause)

    def defect(self, consequence: str) -> None:
        """An exception that nobody has foreseen, to be called where it is handled."""
        try:
            logger.error("%s after a defect", consequence, exc_info=True)
        except Exception:
            # There may be no memory for it.
            pass

    def stats(self) -> ClientStats:
        """All counters at one moment, but for what waits."""
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

    def _tell(self, what: Callable[[AuditListener], None]) -> None:
        try:
            what(self._listener)
        except Exception:
            logger.warning("the listener has raised", exc_info=True)


def _event_id(event: bytes) -> Optional[str]:
    event_id = json.loads(event).get("event_id")
    return event_id if isinstance(event_id, str) else None
