"""Creates the values of ``src/test/scenarios/values.ndjson``, whose README describes them."""

from __future__ import annotations

import enum
import itertools
from collections.abc import Iterator
from typing import Any


class Unreadable:
    """A value whose text cannot be read."""

    def __str__(self) -> str:
        raise RuntimeError("no text")

    __repr__ = __str__


class Color(enum.Enum):
    """A constant."""

    RED = 1


class Endless(list[Any]):
    """Says that it is small and never ends."""

    def __len__(self) -> int:
        return 1

    def __iter__(self) -> Iterator[Any]:
        return itertools.repeat("v")


def value_of(json: Any) -> Any:
    """The value that this JSON describes."""
    if isinstance(json, list):
        return [value_of(value) for value in json]
    if not isinstance(json, dict):
        return json
    if len(json) == 1:
        [(kind, given)] = json.items()
        if kind.startswith("$"):
            return _special(kind, given)
    return {name: value_of(value) for name, value in json.items()}


def _special(kind: str, given: Any) -> Any:
    if kind == "$repeat":
        return value_of(given[0]) * given[1]
    if kind == "$join":
        return "".join(str(value_of(text)) for text in given)
    if kind == "$range":
        return list(range(given))
    if kind == "$times":
        return [value_of(given[0]) for _ in range(given[1])]
    if kind == "$members":
        return {f"k{i}": i for i in range(given)}
    if kind == "$nest":
        nested = value_of(given[1])
        for _ in range(given[0]):
            nested = [nested]
        return nested
    if kind == "$circular":
        return _circular(given)
    if kind == "$map":
        return {value_of(key): value_of(value) for key, value in given}
    if kind == "$with":
        return {name: value for members in given for name, value in value_of(members).items()}
    simple = {
        "$unreadable": lambda: Unreadable(),
        "$endless": lambda: Endless(),
        "$double": lambda: float(given),
        "$power": lambda: given[0] ** given[1],
        "$bytes": lambda: bytes.fromhex(given),
        "$constant": lambda: Color[given],
        "$optional": lambda: value_of(given),
    }
    return simple[kind]()


def _circular(kind: str) -> Any:
    if kind == "map":
        members: dict[str, Any] = {}
        members["self"] = members
        return members
    values: list[Any] = []
    values.append(values)
    return values
