"""Whether a client is closing, and its deadline."""

from __future__ import annotations

import threading
import time


class Closing:
    """Any thread. Times are in seconds."""

    def __init__(self) -> None:
        self._begun = threading.Event()
        self._lock = threading.Lock()
        self._deadline = 0.0

    def begin(self, seconds: float) -> bool:
        """Starts closing, with a deadline after this time. Returns False if closing has begun before."""
        with self._lock:
            if self._begun.is_set():
                return False
            self._deadline = time.monotonic() + seconds
            self._begun.set()
            return True

    def has_begun(self) -> bool:
        """Whether the client is closing or closed."""
        return self._begun.is_set()

    def left(self) -> float:
        """The time until the deadline, once closing has begun; not negative."""
        return max(0.0, self._deadline - time.monotonic())

    def pause(self, seconds: float) -> bool:
        """Waits for this time, or until closing begins. Returns whether closing has begun."""
        return self._begun.wait(seconds)
