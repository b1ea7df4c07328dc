"""Interprets answers.

Only a Sentinel server's answer about exactly these events is a decision: proxies between client and server may answer
200 with a login page, or 404 during a deployment. A server rejects events with a problem document: JSON with the status
of the answer and a detail.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Optional, Union

# The maximum Retry-After that is honored. A server with a wrong clock must not stop the client forever.
_LONGEST_WAIT = 300.0
_MAX_DETAIL = 500
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True)
class RawAnswer:
    """An uninterpreted HTTP answer."""

    status: int
    retry_after: Optional[str]
    body: bytes


@dataclass(frozen=True)
class RejectedItem:
    """A rejected event, by its position in the request."""

    index: int
    status: int
    detail: str


@dataclass(frozen=True)
class Decided:
    """The server decided on each event: those that are not rejected are stored."""

    duplicates: int
    rejected: list[RejectedItem]


@dataclass(frozen=True)
class Refused:
    """The request was refused, and would be refused again. If it is ``divisible``, smaller requests may succeed.

    Either the server itself refused it, or it is divisible with several events, so that splitting it loses none.
    """

    status: int
    detail: str
    divisible: bool


@dataclass(frozen=True)
class Undecided:
    """The server decided nothing, so the request must be retried. ``status`` is 0 if there was no answer;
    ``retry_after`` is in seconds.
    """

    status: int
    reason: str
    retry_after: Optional[float] = None
    is_defect: bool = False
    """Whether the server itself failed, which one of the events may have caused."""


Answer = Union[Decided, Refused, Undecided]


def read(raw: RawAnswer, events: int) -> Answer:
    """Interprets the answer to a request with this number of events."""
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
    """Whether the body is the server's own problem document (RFC 9457)."""
    return _count(body.get("status")) == status and _has_detail(body)


def _has_detail(body: dict[str, Any]) -> bool:
    detail = body.get("detail")
    return isinstance(detail, str) and bool(detail.strip())


def _decided(body: dict[str, Any], events: int) -> Optional[Decided]:
    """The decision on a batch; None if the body is not one or its counts do not add up."""
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
    """The server's explanation, on one line."""
    if not _has_detail(body):
        if status < 300:
            return "The answer does not come from a Sentinel server."
        return f"The answer has status {status} and no detail."
    line = _CONTROLS.sub(" ", body["detail"])
    return line if len(line) <= _MAX_DETAIL else line[:_MAX_DETAIL] + "…"


def _seconds(field: Optional[str]) -> Optional[float]:
    """Parses Retry-After: seconds or a date (RFC 9110, section 10.2.3); None for anything else."""
    if field is None:
        return None
    try:
        wait = float(int(field)) if field.strip().isdigit() else parsedate_to_datetime(field).timestamp() - time.time()
    except (TypeError, ValueError, OverflowError):
        return None
    return min(max(0.0, wait), _LONGEST_WAIT)
