"""What waits to be sent, in the order of arrival."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from typing import Any, Optional, Protocol


class Offer(Enum):
    """What has become of an offer."""

    ACCEPTED = 1
    FULL = 2
    """There is no room; there will be when something is settled."""
    FAILED = 3
    """It cannot be kept, for a reason that the buffer has logged, or because it is closed."""


@dataclass(frozen=True)
class Batch:
    """Events that were taken from a buffer together, each as its JSON; only the buffer knows what ``origin`` means."""

    events: list[bytes]
    origin: Any = None


class EventBuffer(Protocol):
    """``offer`` is called by any thread, ``recover``, ``take`` and ``settle`` by one, all else by any.

    The bounds hold for all that is not settled, including what was taken.
    """

    survives: bool
    """Whether what is not settled stays for the next process."""

    def offer(self, event: bytes) -> Offer:
        """Keeps an event, or does not; never waits for room."""

    def recover(self) -> int:
        """Takes over what earlier processes have left; once, before the first ``take``. Returns how many events."""

    def take(self, max_events: int, max_bytes: int) -> Optional[Batch]:
        """The next events; None if there are none."""

    def settle(self, batch: Batch) -> None:
        """The server has decided on all events of a batch: they are forgotten, and their room is free."""

    def offered(self) -> int:
        """How many events were accepted from offers."""

    def offered_settled(self) -> int:
        """How many of them are settled; less than 0 while there is something recovered to settle, which comes first."""

    def offered_taken(self) -> int:
        """How many of them were taken; less than 0 likewise."""

    def waiting(self) -> int:
        """How many events are not settled, with those that were recovered."""

    def untaken(self) -> int:
        """How many of them have not been taken."""

    def untaken_bytes(self) -> int:
        """The size of those."""

    def waiting_bytes(self) -> int:
        """How much room those take that are not settled."""

    def close(self) -> None:
        """Accepts nothing more."""

    def forget(self) -> None:
        """In a child process: all is the parent's, and is left to it."""


class MemoryBuffer:
    """Keeps events in memory."""

    survives = False

    # Of an event beside its bytes: the header of the object, its padding, and its place in the queue.
    OVERHEAD = 48

    def __init__(self, max_events: int, max_bytes: int) -> None:
        self._max_events = max_events
        self._max_bytes = max_bytes
        self.forget()

    def forget(self) -> None:
        # Re-entrant: a signal handler may record in the middle of a recording. So what counts most is derived from the
        # queue, and the counters are changed without a call between reading and writing.
        self._lock = threading.RLock()
        self._queue: deque[bytes] = deque()
        self._untaken_bytes = 0
        self._taken = 0
        self._settled = 0
        self._unsettled_bytes = 0
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
            # One call, in which no signal handler comes.
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
            # All that takes memory is done: what leaves the queue is in hand.
            for _ in events:
                self._queue.popleft()
            self._untaken_bytes -= size
            self._unsettled_bytes += size
            self._taken += count
        return batch

    def settle(self, batch: Batch) -> None:
        with self._lock:
            self._settled += len(batch.events)
            self._unsettled_bytes -= batch.origin

    def offered(self) -> int:
        with self._lock:
            return self._taken + len(self._queue)

    def offered_settled(self) -> int:
        return self._settled

    def offered_taken(self) -> int:
        return self._taken

    def waiting(self) -> int:
        with self._lock:
            return self._taken + len(self._queue) - self._settled

    def untaken(self) -> int:
        return len(self._queue)

    def untaken_bytes(self) -> int:
        return self._untaken_bytes

    def waiting_bytes(self) -> int:
        return self._untaken_bytes + self._unsettled_bytes

    def close(self) -> None:
        with self._lock:
            self._closed = True
