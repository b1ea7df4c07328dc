"""The tables of what is a secret: the server's own, which the wheel carries along."""

from __future__ import annotations

import pkgutil
from pathlib import Path

REPLACEMENT = "[REDACTED]"
VERSION = 5


def _lines(name: str) -> list[str]:
    try:
        # Also from a wheel on the path, which Python imports without unpacking it.
        data = pkgutil.get_data(__package__, name)
    except OSError:
        data = None
    if data is None:
        # In a checkout, where the server has the files.
        server = Path(__file__).parent.parent.parent / "resources/dev/sentinel/audit/redact"
        data = (server / name).read_bytes()
    return [line for line in data.decode().split("\n") if line and not line.startswith("#")]


# The lists of names.tsv, whose words it explains, in the order of the file.
LISTS: dict[str, tuple[str, ...]] = {
    line.split("\t")[0]: tuple(line.split("\t")[1].split(" ")) for line in _lines("names.tsv")
}
NAMES: dict[str, frozenset[str]] = {name: frozenset(words) for name, words in LISTS.items()}


def spaced(name: str) -> tuple[str, ...]:
    """The words of a list in which ``_`` stands for a blank."""
    return tuple(word.replace("_", " ") for word in LISTS[name])


# The lines of the table of shapes, whose columns it explains.
SHAPES: tuple[str, ...] = tuple(_lines("shapes.tsv"))
