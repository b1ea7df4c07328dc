"""Encodes the fields of an event other than its metadata."""

from __future__ import annotations

import math
import re
import uuid
from datetime import datetime, timedelta, timezone
from typing import Any, Optional

from ._cut_text import first
from ._loader import Loader
from ._marks import MAX_SPAN_ID, Mark, cut_identifier, mark_of, span_id_of
from ._plain import text_of
from ._rules import REPLACEMENT
from ._text import quote, storable
from .event import now
from .redaction import Redaction

MAX_ID = 255
MAX_RESOURCE = 1024
MAX_LATENCY = 2**31 - 1

_ID_RULE = "must be a string of 1 to 255 characters"
_LINK_RULE = "must be a string of 1 to 255 characters, or null"
_SPAN_ID_RULE = "must be a string of 1 to 64 letters, digits, dots, colons, hyphens or underscores, or null"
_ID_SECRET = (
    "must not contain a secret, such as an API key or a password; identifiers are stored as they are sent"
)
_RESOURCE_RULE = "must be a string of 1 to 1024 characters"
_SPAN_ID = re.compile(rf"[0-9A-Za-z._:\-]{{1,{MAX_SPAN_ID}}}")
_W3C_SPAN_ID = re.compile("[0-9a-f]{16}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
# The namespace (RFC 9562, section 6.6) of ids that are not UUIDs. It must never change: a retried event keeps its id.
_ID_NAMESPACE = uuid.UUID("5b0e6f0c-41a8-4c53-9d4e-0f1c5f3a9b27")
# RFC 3339, with the liberties that the server takes.
_TIMESTAMP = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.\d{1,30})?(?:[Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)?", re.ASCII
)


class Fields:
    """The fields of one event: what is too long is cut, and values of other types become text. One thread."""

    __slots__ = ("_redaction", "problems", "marks")

    def __init__(self, redaction: Redaction) -> None:
        self._redaction = redaction
        self.problems: list[str] = []
        """Why the event cannot be recorded, in the server's words."""
        self.marks: list[Mark] = []
        """What is cut."""

    def event_id(self, value: Any) -> str:
        """A UUID. Another text becomes the same UUID each time, so that an event that is sent again is stored once."""
        text = text_of(value)
        if _UUID.fullmatch(text):
            return text
        text = storable(text)
        if len(text) > MAX_RESOURCE or self._redaction.is_secret_identifier(text):
            self.problems.append("event_id must be a UUID in its canonical form of 8-4-4-4-12 hexadecimal digits")
            return ""
        self.marks.append(mark_of("/event_id", text))
        return str(uuid.uuid5(_ID_NAMESPACE, text))

    def timestamp(self, value: Any) -> str:
        """A time without an offset is UTC. What is no time becomes that of the recording."""
        if type(value) is str and (_is_now(value) or _is_timestamp(value)):
            return quote(value)
        if value is None:
            return quote(now())
        text: Optional[str] = None
        try:
            # In UTC, because some historical time zones have offsets with seconds, which RFC 3339 does not allow.
            text = _utc(value).isoformat() if isinstance(value, datetime) else text_of(value)
        except Exception:
            text = text_of(value)
        if not _is_timestamp(text):
            original = storable(text[:MAX_RESOURCE])
            self.marks.append(mark_of("/timestamp", self._redaction.clean(original) or original))
            text = now()
        return quote(text)

    def identifier(self, field: str, value: Any) -> str:
        """An identifier as JSON. A secret in it cannot be replaced without making it another identifier."""
        if value is None:
            self.problems.append(f"{field} is required")
            return ""
        return self._identifier(field, value, _ID_RULE)

    def link(self, field: str, value: Any) -> str:
        """An identifier that an event need not have, as JSON, with its name."""
        if value is None or type(value) is str and not value:
            return ""
        return f',"{field}":{self._identifier(field, value, _LINK_RULE)}'

    def span_id(self, field: str, value: Any) -> str:
        """The id of a step as JSON, with its name. It has fewer characters than other identifiers, so that another text
        is rewritten.
        """
        if value is None or type(value) is str and not value:
            return ""
        if type(value) is str and _W3C_SPAN_ID.fullmatch(value):
            # No rule takes 16 hexadecimal digits for a secret, and to ask them all takes longer than the other fields.
            return f',"{field}":"{value}"'
        loader = Loader(self._redaction)
        text = loader.load(text_of(value))
        if not text or not loader.whole:
            self.problems.append(f"{field} {_SPAN_ID_RULE}")
            return ""
        if not _SPAN_ID.fullmatch(text) and not self._redaction.is_secret_identifier(text):
            text, mark = span_id_of(text)
            self.marks.append(mark._replace(pointer=f"/{field}"))
        if self._redaction.is_secret_identifier(text):
            self.problems.append(f"{field} {_ID_SECRET}")
            return ""
        return f',"{field}":{quote(text)}'

    def _identifier(self, field: str, value: Any, rule: str) -> str:
        if type(value) is str and 0 < len(value) <= MAX_ID:
            text = storable(value)
            if not self._redaction.is_secret_identifier(text):
                return quote(text)
        given = text_of(value)
        loader = Loader(self._redaction)
        text = loader.load(given)
        if not text or not loader.whole:
            # The digest of one that is not read as a whole would take as long as the search for secrets.
            self.problems.append(f"{field} {rule}")
            return ""
        if len(text) > MAX_ID and not self._redaction.is_secret_identifier(text):
            text, mark = cut_identifier(text, MAX_ID, self._redaction)
            self.marks.append(mark._replace(pointer=f"/{field}"))
        if self._redaction.is_secret_identifier(text):
            self.problems.append(f"{field} {_ID_SECRET}")
            return ""
        return quote(text)

    def resource(self, value: Any) -> str:
        """A resource as JSON, redacted and then cut."""
        if value is None:
            self.problems.append(f"resource {_RESOURCE_RULE}")
            return ""
        if type(value) is str and 0 < len(value) <= MAX_RESOURCE:
            text = storable(value)
            if self._redaction.clean(text) is None:
                return quote(text)
        loader = Loader(self._redaction)
        text = loader.load(text_of(value))
        if not text:
            self.problems.append(f"resource {_RESOURCE_RULE}")
            return ""
        clean = loader.clean(text)
        whole = text if clean is None else clean
        if len(text) <= MAX_RESOURCE:
            # The replacement may be longer than the secret. The server does the same.
            return quote(whole if len(whole) <= MAX_RESOURCE else REPLACEMENT)
        if loader.whole and len(whole) <= MAX_RESOURCE:
            return quote(whole)
        size = len(text.encode()) if loader.whole else loader.size
        self.marks.append(Mark("/resource", size, mark_of("", whole).sha256 if loader.whole else None))
        return quote(first(whole, MAX_RESOURCE, self._redaction))

    def latency(self, value: Any) -> str:
        """A latency in milliseconds as JSON, with its name. What is no number is left out, and so is NaN."""
        if value is None:
            return ""
        try:
            if type(value) is int:
                return f',"latency_ms":{min(max(0, value), MAX_LATENCY)}'
            if isinstance(value, timedelta):
                value = value / timedelta(milliseconds=1)
            if math.isnan(value):
                return ""
            millis = int(value) if math.isfinite(value) else MAX_LATENCY if value > 0 else 0
            return f',"latency_ms":{min(max(0, millis), MAX_LATENCY)}'
        except Exception:
            text = storable(text_of(value)[:MAX_RESOURCE])
            self.marks.append(mark_of("/latency_ms", self._redaction.clean(text) or text))
            return ""


def _utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        # The server reads a time without an offset as UTC, too.
        return value.replace(tzinfo=timezone.utc)
    return value.astimezone(timezone.utc)


def _is_now(text: str) -> bool:
    """Whether this has the form of ``now``, which is checked in a third of the time."""
    if len(text) != 32 or text[10] != "T" or text[19] != "." or text[26:] != "+00:00" or text[4] != "-" or text[7] != "-":
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_timestamp(text: str) -> bool:
    """Whether the server accepts this as a timestamp."""
    found = _TIMESTAMP.fullmatch(text)
    if found is None:
        return False
    year, month, day, hour, minute, second = map(int, found.group(1, 2, 3, 4, 5, 6))
    try:
        # Year 0 is a leap year that Python does not know.
        datetime(year or 4, month, day, hour, minute, min(second, 59))
    except ValueError:
        return False
    return second <= 60 and (0 < year < 9999 or _is_utc(text))


def _is_utc(text: str) -> bool:
    """Whether a time at either end of the calendar stays in it."""
    return text.endswith(("Z", "z", "+00:00", "-00:00")) or text[-6] not in "+-"
