"""That a client closes, and until when it may take."""

from __future__ import annotations

import threading
import time


class Closing:
    """Any thread. Seconds."""

    def __init__(self) -> None:
        self._begun = threading.Event()
        self._lock = threading.Lock()
        self._deadline = 0.0

    def begin(self, seconds: float) -> bool:
        """From now on there is so much time; only the first call counts, and is answered True."""
        with self._lock:
            if self._begun.is_set():
                return False
            self._deadline = time.monotonic() + seconds
            self._begun.set()
            return True

    def has_begun(self) -> bool:
        """Whether it closes, or has closed."""
        return self._begun.is_set()

    def left(self) -> float:
        """What is left once it has begun; not negative."""
        return max(0.0, self._deadline - time.monotonic())

    def pause(self, seconds: float) -> bool:
        """Waits, but not longer than until closing begins; returns whether it has."""
        return self._begun.wait(seconds)
