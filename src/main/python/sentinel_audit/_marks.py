"""Says in an event's metadata what the SDK has cut, and shortens identifiers."""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple, Optional

from ._cut_text import first
from ._text import quote
from .redaction import Redaction

_DIGEST_DIGITS = 64

# 64 bits: two of a billion identifiers with a common beginning collide with a probability of 3 %.
_HASH_DIGITS = 16

MAX_SPAN_ID = 64

_NOT_OF_SPAN_ID = re.compile(r"[^0-9A-Za-z._:\-]")


class Mark(NamedTuple):
    """``{"pointer":"/metadata/output","bytes":102400,"sha256":"…"}``."""

    pointer: str
    """The JSON pointer (RFC 6901) of what was cut, within the event."""
    size: Optional[int]
    """The size of the original: of its UTF-8 text or, for a list or an object, of its JSON. None if it was not read as a
    whole."""
    sha256: Optional[str]
    """The digest of the original after redaction, in hexadecimal digits. None if it was not read as a whole."""

    def json(self) -> str:
        """The mark as JSON."""
        size = "" if self.size is None else f',"bytes":{self.size}'
        sha256 = "" if self.sha256 is None else f',"sha256":"{self.sha256}"'
        return f'{{"pointer":{quote(self.pointer)}{size}{sha256}}}'


def mark_of(pointer: str, text: str) -> Mark:
    """A mark for a text that was read as a whole and holds no secret."""
    coded = text.encode()
    return Mark(pointer, len(coded), hashlib.sha256(coded).hexdigest())


def mark_size(pointer: str, size: Optional[int], digested: bool) -> int:
    """The size of a mark and a comma as JSON. Its digest need not be known yet."""
    return len(Mark(pointer, size, "0" * _DIGEST_DIGITS if digested else None).json().encode()) + 1


def cut_identifier(identifier: str, most: int, redaction: Redaction) -> tuple[str, Mark]:
    """Shortens an identifier so that different ones stay different, and equal ones equal: its beginning, ``~``, and the
    first digits of its digest.

    :param most: the characters of the result, unless a replacement would be cut in two
    :return: the result, and a mark without a pointer
    """
    mark = mark_of("", identifier)
    return f"{first(identifier, most - _HASH_DIGITS - 1, redaction)}~{(mark.sha256 or '')[:_HASH_DIGITS]}", mark


def span_id_of(identifier: str) -> tuple[str, Mark]:
    """Makes a span id of a text that is none: its beginning in characters of span ids, ``-``, and the first digits of its
    digest.

    :return: the result, and a mark without a pointer
    """
    mark = mark_of("", identifier)
    kept = _NOT_OF_SPAN_ID.sub("_", identifier[: MAX_SPAN_ID - _HASH_DIGITS - 1])
    return f"{kept}-{(mark.sha256 or '')[:_HASH_DIGITS]}", mark
