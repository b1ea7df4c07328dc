"""Tells what an answer means.

Only what a Sentinel server says of exactly these events is a decision: between a client and its server there may be
others, who answer 200 with a page to log in, or 404 while they are set up anew. Whoever rejects an event says so in a
problem of the server: JSON with the status of the answer and a detail.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Optional, Union

# Whoever asks for more is not obeyed: a broken clock would stop the client for good.
_LONGEST_WAIT = 300.0
_MAX_DETAIL = 500
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True)
class RawAnswer:
    """An answer as it came."""

    status: int
    retry_after: Optional[str]
    body: bytes


@dataclass(frozen=True)
class RejectedItem:
    """One event that the server does not take, by its position in the request."""

    index: int
    status: int
    detail: str


@dataclass(frozen=True)
class Decided:
    """The server has decided on each event: those that are not rejected are stored."""

    duplicates: int
    rejected: list[RejectedItem]


@dataclass(frozen=True)
class Refused:
    """The request was refused and would be again; parts of it might be taken if it is ``divisible``.

    It was the server who refused it, or it is divisible and has several events: to halve it loses none.
    """

    status: int
    detail: str
    divisible: bool


@dataclass(frozen=True)
class Undecided:
    """Nothing is decided. ``status`` is 0 if there was no answer; ``retry_after`` in seconds."""

    status: int
    reason: str
    retry_after: Optional[float] = None
    is_defect: bool = False
    """Whether the server says that something went wrong in it, which an event may have provoked."""


Answer = Union[Decided, Refused, Undecided]


def read(raw: RawAnswer, events: int) -> Answer:
    """What an answer says of a request with so many events."""
    status = raw.status
    body = _object(raw.body)
    if status in (201, 207, 422):
        decided = _decided(body, events)
        if decided is not None:
            return decided
    detail = _detail(body, status)
    said_by_server = _is_problem(body, status)
    divisible = status in (400, 413, 422)
    if divisible and (said_by_server or events > 1):
        return Refused(status, detail, divisible=True)
    if said_by_server and 400 <= status < 500 and status not in (408, 429):
        return Refused(status, detail, divisible=False)
    return Undecided(status, detail, _seconds(raw.retry_after), is_defect=said_by_server and status == 500)


def _is_problem(body: dict[str, Any], status: int) -> bool:
    """Whether it is what the server answers when it refuses or fails (RFC 9457)."""
    return _count(body.get("status")) == status and _has_detail(body)


def _has_detail(body: dict[str, Any]) -> bool:
    detail = body.get("detail")
    return isinstance(detail, str) and bool(detail.strip())


def _decided(body: dict[str, Any], events: int) -> Optional[Decided]:
    """The answer to a batch, if it is one and adds up."""
    captured, duplicates, items = _count(body.get("captured")), _count(body.get("duplicate")), body.get("rejected")
    if captured is None or duplicates is None or not isinstance(items, list):
        return None
    if captured + duplicates + len(items) != events:
        return None
    rejected: dict[int, RejectedItem] = {}
    for item in items:
        index = _count(item.get("index")) if isinstance(item, dict) else None
        if index is None or index >= events or index in rejected:
            return None
        status = _count(item.get("status")) or 422
        rejected[index] = RejectedItem(index, status, _detail(item, status))
    return Decided(duplicates, list(rejected.values()))


def _count(value: Any) -> Optional[int]:
    return value if type(value) is int and value >= 0 else None


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _detail(body: dict[str, Any], status: int) -> str:
    """The server's words, on one line."""
    if not _has_detail(body):
        if status < 300:
            return "The answer is not that of a Sentinel server."
        return f"The answer has the status {status} and no detail."
    line = _CONTROLS.sub(" ", body["detail"])
    return line if len(line) <= _MAX_DETAIL else line[:_MAX_DETAIL] + "…"


def _seconds(field: Optional[str]) -> Optional[float]:
    """Retry-After, seconds or a date (RFC 9110, section 10.2.3); None if it is neither."""
    if field is None:
        return None
    try:
        wait = float(int(field)) if field.strip().isdigit() else parsedate_to_datetime(field).timestamp() - time.time()
    except (TypeError, ValueError, OverflowError):
        return None
    return min(max(0.0, wait), _LONGEST_WAIT)
