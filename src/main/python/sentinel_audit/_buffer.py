"""Events waiting to be sent, in the order in which they were recorded."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from typing import Any, Optional, Protocol


class Offer(Enum):
    """The result of an offer."""

    ACCEPTED = 1
    FULL = 2
    """The buffer is full until a batch is completed."""
    FAILED = 3
    """The event cannot be stored: the buffer is closed, or has logged the reason."""


@dataclass(frozen=True)
class Batch:
    """Events taken from a buffer together, each as JSON. ``origin`` is opaque to others than the buffer."""

    events: list[bytes]
    origin: Any = None


class EventBuffer(Protocol):
    """``recover``, ``take`` and ``complete`` are called by one thread, all other methods by any.

    The bounds cover all events that are not completed, including those taken.
    """

    is_persistent: bool
    """Whether events that are not completed are kept for the next process."""

    def offer(self, event: bytes) -> Offer:
        """Adds an event if possible. Never blocks on a full buffer."""

    def recover(self) -> int:
        """Takes over the events of earlier processes and returns their number. Called once, before the first ``take``.
        """

    def take(self, max_events: int, max_bytes: int) -> Optional[Batch]:
        """Takes the next events; None if there are none."""

    def complete(self, batch: Batch) -> None:
        """Removes a batch on which the server has decided, and frees its space."""

    def offered(self) -> int:
        """The number of events accepted from offers."""

    def offered_completed(self) -> int:
        """How many of them are completed; negative while recovered events, which come first, are not completed."""

    def offered_taken(self) -> int:
        """How many of them were taken; negative while recovered events are not taken."""

    def waiting(self) -> int:
        """The number of events not completed, including recovered ones."""

    def untaken(self) -> int:
        """The number of events not taken yet."""

    def untaken_bytes(self) -> int:
        """The size of the events not taken yet, in bytes."""

    def waiting_bytes(self) -> int:
        """The space of the events not completed, in bytes."""

    def close(self) -> None:
        """Stops accepting events."""

    def forget(self) -> None:
        """Empties the buffer in a child process. Its events and files belong to the parent."""


class MemoryBuffer:
    """Keeps events in memory."""

    is_persistent = False

    # Bytes of an event in addition to its JSON: object header, padding, and its slot in the queue.
    OVERHEAD = 48

    def __init__(self, max_events: int, max_bytes: int) -> None:
        self._max_events = max_events
        self._max_bytes = max_bytes
        self.forget()

    def forget(self) -> None:
        # Reentrant, because a signal handler may record during a recording. So the most important counts are derived
        # from the queue, and counters are updated without a call between reading and writing.
        self._lock = threading.RLock()
        self._queue: deque[bytes] = deque()
        self._untaken_bytes = 0
        self._taken = 0
        self._completed = 0
        self._incomplete_bytes = 0
        self._closed = False

    def offer(self, event: bytes) -> Offer:
        size = len(event) + self.OVERHEAD
        with self._lock:
            if self._closed:
                return Offer.FAILED
            if self.waiting() >= self._max_events or self.waiting_bytes() + size > self._max_bytes:
                return Offer.FULL
            self._queue.append(event)
            self._untaken_bytes += size
            return Offer.ACCEPTED

    def recover(self) -> int:
        return 0

    def take(self, max_events: int, max_bytes: int) -> Optional[Batch]:
        with self._lock:
            # A single call, which no signal handler can interrupt.
            events = list(islice(self._queue, max_events))
            count = length = 0
            for event in events:
                length += len(event) + 1
                if length > max_bytes and count:
                    break
                count += 1
            del events[count:]
            size = sum(map(len, events)) + self.OVERHEAD * count
            batch = Batch(events, size) if events else None
            # Last, after all allocations: if one fails, every event must still be in the queue.
            for _ in events:
                self._queue.popleft()
            self._untaken_bytes -= size
            self._incomplete_bytes += size
            self._taken += count
        return batch

    def complete(self, batch: Batch) -> None:
        with self._lock:
            self._completed += len(batch.events)
            self._incomplete_bytes -= batch.origin

    def offered(self) -> int:
        with self._lock:
            return self._taken + len(self._queue)

    def offered_completed(self) -> int:
        return self._completed

    def offered_taken(self) -> int:
        return self._taken

    def waiting(self) -> int:
        with self._lock:
            return self._taken + len(self._queue) - self._completed

    def untaken(self) -> int:
        return len(self._queue)

    def untaken_bytes(self) -> int:
        return self._untaken_bytes

    def waiting_bytes(self) -> int:
        return self._untaken_bytes + self._incomplete_bytes

    def close(self) -> None:
        with self._lock:
            self._closed = True
