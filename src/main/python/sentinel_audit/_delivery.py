"""Sends one batch until the server has decided on each of its events."""

from __future__ import annotations

import gzip
import random
import time
from collections import deque
from dataclasses import dataclass
from typing import Optional

from ._answers import Answer, Decided, Refused, Undecided, read
from ._closing import Closing
from ._ledger import Ledger
from ._transport import NoAnswerError, Transport

# After this many refusals by a rate limit, the batch is split: it may be larger than the limit ever allows.
_MAX_LIMIT_REFUSALS = 3

# After this many server errors, the batch is split or rejected: one of its events may cause the error.
_MAX_SERVER_ERRORS = 8

# Events are so repetitive that the fastest level compresses nearly as well as the slowest.
_GZIP_LEVEL = 1

_MAX_DOUBLINGS = 30


@dataclass(frozen=True)
class Backoff:
    """The time to wait before a retry, in seconds: random between zero and a bound that doubles with each attempt
    ("full jitter"). Clients that lose their server at the same time do not all return at the same time.
    """

    first: float
    longest: float

    def pause(self, failures: int, retry_after: Optional[float]) -> float:
        """The pause after this number of failures, at least as long as the server requested."""
        bound = min(self.longest, self.first * 2 ** min(failures - 1, _MAX_DOUBLINGS))
        return max(random.uniform(0, bound), retry_after or 0.0)


@dataclass(frozen=True)
class DeliveryRules:
    """The delivery settings of a client."""

    backoff: Backoff
    timeout: float
    """Seconds for one request."""
    max_retries: Optional[int]
    """Retries of a batch before it is given up; None for no limit."""
    gzip_above: Optional[int]
    """The body size in bytes above which requests are compressed; None for never."""


class Delivery:
    """Waits between attempts, splits a batch that is refused as a whole, gives up when the client closes. One thread.
    """

    def __init__(self, transport: Transport, rules: DeliveryRules, closing: Closing, ledger: Ledger) -> None:
        self._transport = transport
        self._rules = rules
        self._closing = closing
        self._ledger = ledger
        # Retries that were not reported to the server in an answered request.
        self._unreported = 0
        # Whether the last attempt before closing was already made.
        self._last_attempt_made = False
        self._took = 0.0

    def deliver(self, events: list[bytes]) -> int:
        """Sends these events. Returns the number of events that are undecided because the client closes."""
        parts: deque[list[bytes]] = deque([events])
        while parts:
            part = parts[0]
            decided = self._send(part)
            if decided is None:
                break
            parts.popleft()
            if not decided:
                middle = len(part) // 2
                parts.extendleft((part[middle:], part[:middle]))
        return sum(map(len, parts))

    def _send(self, part: list[bytes]) -> Optional[bool]:
        """True if all events are decided, False if the part must be split, None if it is given up."""
        body = b"\n".join(part) + b"\n"
        compressed = self._rules.gzip_above is not None and len(body) > self._rules.gzip_above
        if compressed:
            body = gzip.compress(body, _GZIP_LEVEL)
        failures = limits = defects = 0
        while True:
            answer = self._attempt(body, compressed, len(part))
            if isinstance(answer, Decided):
                self._complete(part, answer, len(body))
                return True
            if isinstance(answer, Refused):
                return False if answer.divisible and len(part) > 1 else self._reject(part, answer.status, answer.detail)
            failures += 1
            limits = limits + 1 if answer.status == 429 else 0
            defects += answer.is_defect
            if limits == _MAX_LIMIT_REFUSALS and len(part) > 1:
                return False
            if defects == _MAX_SERVER_ERRORS:
                return False if len(part) > 1 else self._reject(part, answer.status, answer.reason)
            if self._rules.max_retries is not None and failures > self._rules.max_retries:
                self._ledger.dropped(len(part), f"max_retries, after {answer.reason}")
                return True
            pause = self._rules.backoff.pause(failures, answer.retry_after)
            self._ledger.retrying(failures, len(part), answer.reason, pause)
            if not self._await_retry(pause, answer.retry_after is not None):
                return None
            self._unreported += 1
            self._ledger.retried()

    def _attempt(self, body: bytes, compressed: bool, events: int) -> Answer:
        timeout = self._rules.timeout
        if self._closing.has_begun():
            timeout = min(timeout, self._closing.left())
        start = time.monotonic()
        try:
            raw = self._transport.post(body, compressed, self._unreported, timeout)
        except NoAnswerError as e:
            return Undecided(0, str(e))
        self._unreported = 0
        self._took = time.monotonic() - start
        return read(raw, events)

    def _complete(self, part: list[bytes], decided: Decided, size: int) -> None:
        for item in decided.rejected:
            self._ledger.refused(part[item.index], item.status, item.detail)
        stored = len(part) - len(decided.rejected)
        if stored:
            self._ledger.delivered(stored, decided.duplicates, size, self._took)

    def _reject(self, part: list[bytes], status: int, detail: str) -> bool:
        for event in part:
            self._ledger.refused(event, status, detail)
        return True

    def _await_retry(self, pause: float, requested_by_server: bool) -> bool:
        """Waits before a retry and returns whether to retry. When the client closes, a pause that the client chose ends
        at once, since the server may be back. A pause that the server requested is kept if it ends before the deadline.
        If it does not, one last attempt is made.
        """
        end = time.monotonic() + pause
        if not self._closing.has_begun() and (not self._closing.pause(pause) or not requested_by_server):
            return True
        rest = max(0.0, end - time.monotonic())
        if rest < self._closing.left():
            time.sleep(rest)
            return True
        attempt = not self._last_attempt_made and self._closing.left() > 0
        self._last_attempt_made = True
        return attempt
