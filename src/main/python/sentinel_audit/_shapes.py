"""Secrets that their first characters tell, as the table ``shapes.tsv`` says, which explains its columns."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from ._rules import SHAPES
from ._spans import Spans

_ALPHABETS = {
    "digits": re.compile(r"[0-9]*"),
    "hex": re.compile(r"[0-9A-Fa-f]*"),
    "upper": re.compile(r"[0-9A-Z]*"),
    "alnum": re.compile(r"[0-9A-Za-z]*"),
    "word": re.compile(r"[A-Za-z0-9_\-]*"),
    "dotted": re.compile(r"[A-Za-z0-9_\-.]*"),
    "base64": re.compile(r"[A-Za-z0-9_\-.+/=]*"),
    "colon": re.compile(r"[A-Za-z0-9_\-:]*"),
    "path": re.compile(r"[A-Za-z0-9_\-/.:%@]*"),
}
# What the body must have to be more than a word.
_NEEDS = ("any", "digit", "mixed", "all")
_COLUMNS = 8
_PREFIX = re.compile(r"[A-Za-z0-9][!-~]{2,}")
_DIGIT = re.compile(r"[0-9]")
_UPPER = re.compile(r"[A-Z]")
_LOWER = re.compile(r"[a-z]")


class RefusedRuns:
    """Runs of characters of one text that were found to be no secret, since they lack a digit or a letter. What begins
    within such a run lacks it too, so it need not be read again: texts may repeat a prefix without end.
    """

    __slots__ = ("_runs",)

    def __init__(self) -> None:
        self._runs: dict[tuple[str, str], tuple[int, int]] = {}

    def has(self, kind: tuple[str, str], at: int) -> bool:
        """Whether what begins here is within such a run."""
        run = self._runs.get(kind)
        return run is not None and run[0] <= at < run[1]

    def add(self, kind: tuple[str, str], start: int, end: int) -> None:
        """Adds a run, which takes the place of the one before."""
        self._runs[kind] = (start, end)


class Shape(NamedTuple):
    """One line of the table."""

    prefix: str
    kind: tuple[str, str]
    """The alphabet, and what the body needs."""
    least: int
    keeps_prefix: bool

    def end(self, text: str, at: int, refused: RefusedRuns) -> int:
        """Where the secret that begins here ends, or -1 if none does."""
        if not text.startswith(self.prefix, at):
            return -1
        body = at + len(self.prefix)
        if refused.has(self.kind, body):
            return -1
        alphabet, needs = self.kind
        found = _ALPHABETS[alphabet].match(text, body)
        end = found.end() if found else body
        # A sentence may end behind it.
        while end > body and text[end - 1] == ".":
            end -= 1
        if not _is_random(text, body, end, needs):
            refused.add(self.kind, body, end)
            return -1
        return end if end - body >= self.least else -1


def _is_random(text: str, start: int, end: int, needs: str) -> bool:
    if needs == "any":
        return True
    digit = _DIGIT.search(text, start, end) is not None
    if needs == "digit" or (needs == "mixed" and digit) or (needs == "all" and not digit):
        return digit
    return _UPPER.search(text, start, end) is not None and _LOWER.search(text, start, end) is not None


def shape(line: str) -> Shape:
    """Reads a line; raises ValueError that says what is wrong with it."""
    columns = line.split("\t")
    if len(columns) != _COLUMNS:
        raise ValueError(f"a shape has {_COLUMNS} columns, separated by tabs")
    prefix, alphabet, least, needs, keeps = columns[:5]
    if not _PREFIX.fullmatch(prefix):
        raise ValueError("a prefix has at least three printable characters of ASCII, the first a letter or a digit")
    kind = alphabet.lower(), needs.lower()
    if kind[0] not in _ALPHABETS or kind[1] not in _NEEDS:
        raise ValueError(f"unknown: {alphabet} or {needs}")
    made = Shape(prefix, kind, int(least), keeps == "prefix")
    example = prefix + columns[7]
    if made.end(example, 0, RefusedRuns()) != len(example):
        raise ValueError(f"the example of {prefix} has not its shape")
    return made


def is_understood(line: str) -> bool:
    """Whether a line has the form that this version reads."""
    try:
        shape(line)
        return True
    except ValueError:
        return False


_BUILT_IN = tuple(map(shape, SHAPES))


class Shapes:
    """All of the table, and perhaps some more. Any thread."""

    def __init__(self, more: Iterable[str] = ()) -> None:
        every = [*_BUILT_IN, *map(shape, more)]
        # Prefixes that begin alike are tried from the longest to the shortest, and of the same the last one first.
        every.sort(key=lambda form: len(form.prefix))
        every.reverse()
        self.prefixes = [form.prefix for form in every]
        self._by_beginning: dict[str, list[Shape]] = {}
        for form in every:
            self._by_beginning.setdefault(form.prefix[:2], []).append(form)

    def find(self, text: str, at: int, refused: RefusedRuns, spans: Spans) -> int:
        """Finds the secret that begins here; returns where it ends, or -1."""
        for form in self._by_beginning.get(text[at : at + 2], ()):
            end = form.end(text, at, refused)
            if end >= 0:
                spans.add(at + len(form.prefix) if form.keeps_prefix else at, end)
                return end
        return -1
