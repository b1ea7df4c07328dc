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

# So often a limit on events is waited for; then it may be one that a batch of this size never meets.
_PATIENCE_WITH_LIMITS = 3

# So often a defect of the server is waited for; then it may be one that an event of the batch provokes.
_PATIENCE_WITH_DEFECTS = 8

# Events repeat themselves so much that the fastest level finds nearly as much as the slowest.
_GZIP_LEVEL = 1

_MAX_DOUBLINGS = 30


@dataclass(frozen=True)
class Backoff:
    """How long to wait before a retry: at random between nothing and a bound that doubles with each attempt ("full
    jitter"), so that clients which have lost a server together do not come back together. Seconds.
    """

    first: float
    longest: float

    def pause(self, failures: int, retry_after: Optional[float]) -> float:
        """After so many failures, and at least what the server has asked for."""
        bound = min(self.longest, self.first * 2 ** min(failures - 1, _MAX_DOUBLINGS))
        return max(random.uniform(0, bound), retry_after or 0.0)


@dataclass(frozen=True)
class DeliveryRules:
    """How one client delivers."""

    backoff: Backoff
    timeout: float
    """Seconds for one request."""
    max_retries: Optional[int]
    """Of one batch, before it is given up; None: as long as it takes."""
    gzip_above: Optional[int]
    """Bytes; larger bodies are compressed. None: never."""


class Delivery:
    """Waits between attempts, halves what is refused as a whole, gives up when the client closes. One thread."""

    def __init__(self, transport: Transport, rules: DeliveryRules, closing: Closing, ledger: Ledger) -> None:
        self._transport = transport
        self._rules = rules
        self._closing = closing
        self._ledger = ledger
        # Retries of which no answer says that the server has heard of them.
        self._unreported = 0
        # Whether a pause was cut short for closing; the next one is not.
        self._hurried = False
        self._took = 0.0

    def deliver(self, events: list[bytes]) -> int:
        """Sends these events; returns how many of them nothing was decided on, because the client closes."""
        parts: deque[list[bytes]] = deque([events])
        while parts:
            part = parts[0]
            settled = self._send(part)
            if settled is None:
                break
            parts.popleft()
            if not settled:
                middle = len(part) // 2
                parts.extendleft((part[middle:], part[:middle]))
        return sum(map(len, parts))

    def _send(self, part: list[bytes]) -> Optional[bool]:
        """Whether all is decided; False if it is to be halved, None if it is given up."""
        body = b"\n".join(part) + b"\n"
        compressed = self._rules.gzip_above is not None and len(body) > self._rules.gzip_above
        if compressed:
            body = gzip.compress(body, _GZIP_LEVEL)
        failures = limits = defects = 0
        while True:
            answer = self._attempt(body, compressed, len(part))
            if isinstance(answer, Decided):
                self._settle(part, answer, len(body))
                return True
            if isinstance(answer, Refused):
                return False if answer.divisible and len(part) > 1 else self._reject(part, answer.status, answer.detail)
            failures += 1
            limits = limits + 1 if answer.status == 429 else 0
            defects += answer.is_defect
            if limits == _PATIENCE_WITH_LIMITS and len(part) > 1:
                return False
            if defects == _PATIENCE_WITH_DEFECTS:
                return False if len(part) > 1 else self._reject(part, answer.status, answer.reason)
            if self._rules.max_retries is not None and failures > self._rules.max_retries:
                self._ledger.dropped(len(part), f"max_retries, after {answer.reason}")
                return True
            pause = self._rules.backoff.pause(failures, answer.retry_after)
            self._ledger.retrying(failures, len(part), answer.reason, pause)
            if not self._is_worth_waiting(pause, answer.retry_after is not None):
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

    def _settle(self, part: list[bytes], decided: Decided, size: int) -> None:
        for item in decided.rejected:
            self._ledger.refused(part[item.index], item.status, item.detail)
        stored = len(part) - len(decided.rejected)
        if stored:
            self._ledger.delivered(stored, decided.duplicates, size, self._took)

    def _reject(self, part: list[bytes], status: int, detail: str) -> bool:
        for event in part:
            self._ledger.refused(event, status, detail)
        return True

    def _is_worth_waiting(self, pause: float, ordered: bool) -> bool:
        """Waits before a retry. When the client closes, a pause that it has chosen itself ends at once, as the server may
        be back; and what would last longer than there is time is not waited for, but for one last attempt.
        """
        end = time.monotonic() + pause
        if not self._closing.has_begun() and (not self._closing.pause(pause) or not ordered):
            return True
        rest = max(0.0, end - time.monotonic())
        if rest < self._closing.left():
            time.sleep(rest)
            return True
        last = not self._hurried and self._closing.left() > 0
        self._hurried = True
        return last
