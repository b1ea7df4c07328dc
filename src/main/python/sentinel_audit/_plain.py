"""Gives values without a JSON form one that they share with the Java SDK."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import Enum
from itertools import islice
from typing import Any

# No longer integer is written in decimal digits: it would take quadratic time, and Python 3.11 refuses from 4,301 on.
_MAX_BITS = 8_192


def text_of(value: Any) -> str:
    """The text of a value: the name of a constant, bytes as UTF-8, or else ``str``; its type if it has no text. Raises
    nothing.
    """
    try:
        if type(value) is str:
            return str(value)
        if isinstance(value, Enum):
            return text_of(value.value) if isinstance(value, str) else text_of(value.name or str(value))
        if isinstance(value, str):
            return str.__str__(value)
        if value is None:
            return "null"
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int):
            return digits_of(value)
        if isinstance(value, date):
            return str.__str__(value.isoformat())
        if isinstance(value, (bytes, bytearray, memoryview)):
            return bytes(value).decode("utf-8", "replace")
        return str.__str__(str(value))
    except Exception:
        return type_of(value)


def type_of(value: Any) -> str:
    """What stands for a value that cannot be read."""
    return f"<{type(value).__name__}>"


def digits_of(value: int) -> str:
    """The digits of an integer: decimal ones, or hexadecimal ones with ``0x`` if it is very large."""
    return hex(value) if value.bit_length() > _MAX_BITS else int.__repr__(value)


def taken(values: Iterable[Any], most: int) -> tuple[list[Any], bool]:
    """The first values, and whether these are all. Of a built-in collection they are those of this moment, because
    another thread may change it meanwhile.
    """
    read: list[Any] = []
    try:
        # Also if an exception ends this, what was read until then is in the list.
        read.extend(islice(values, most + 1))
    except Exception:
        return read[:most], False
    return (read, True) if len(read) <= most else (read[:most], False)
