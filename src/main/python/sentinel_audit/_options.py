"""Secrets in command lines: ``--password V``, ``curl -u user:V``, ``mysql -pV``; also as lists of words."""

from __future__ import annotations

import re
from collections.abc import Iterable

from . import _code, _names, _values
from ._escapes import CONTROL, QUOTES, SPACES, is_behind_escape
from ._names import SecretNames
from ._quotes import quote_at
from ._rules import NAMES, spaced
from ._spans import Spans

_MAX_NAME = 64
_MAX_GAP = 8
# How far before an option its command is looked for.
_REACH = 200
_SHORTEST = 3
_SHORTEST_LONG_NAME = 4
_USERS = NAMES["users"]

_OPTION = re.compile(r"(-{1,2})([A-Za-z][A-Za-z0-9_\-]{0,63})")
_WORD_END = re.compile(rf"[\x00-\x20\"'`;|]|\\[\"'`]|{CONTROL.pattern}")
_SPACES = re.compile(r"[\x00-\x20]*(?:\\[nrt][\x00-\x20]*)*")
_NUMBER = re.compile(r"[0-9]+")
_ENDS_USER = re.compile(r"[:/%]")
_PRECEDES = frozenset("\"'`,[(")


def _commands(commands: Iterable[str]) -> re.Pattern[str]:
    """The words of a command may be elements of a list: ``["docker","login"]``."""
    gap = rf"[ ,\"'`]{{1,{_MAX_GAP}}}"
    return re.compile("|".join(gap.join(map(re.escape, command.split(" "))) for command in commands))


# Options of one letter, which means something else in every program: whether the value is in the same word, and the
# commands.
_LETTERS = (
    ("-p", True, _commands(spaced("attached-p"))),
    ("-p", False, _commands(spaced("letter-p"))),
    ("-P", False, _commands(spaced("letter-P"))),
    ("-a", False, _commands(spaced("letter-a"))),
    ("-k", False, _commands(spaced("letter-k"))),
    ("-w", False, _commands(spaced("letter-w"))),
)
_VALUE_COMMANDS = _commands(spaced("option-value"))
_CURL = _commands(["curl"])


class _Ends:
    """Where what begins at a position ends. Options may begin within the arguments of others and share the end, as in
    ``(-u=(-u=``, so it is remembered.
    """

    def __init__(self, ends: re.Pattern[str], text: str) -> None:
        self._ends = ends
        self._text = text
        self._from = 0
        self._end = -1

    def next(self, at: int) -> int:
        if not self._from <= at <= self._end:
            found = self._ends.search(self._text, at)
            self._from = at
            self._end = found.start() if found else max(at, len(self._text))
        return self._end


class Options:
    """Of one text."""

    def __init__(self, text: str, names: SecretNames, spans: Spans) -> None:
        self._text = text
        self._names = names
        self._spans = spans
        self._word_ends = _Ends(_WORD_END, text)
        self._user_ends = _Ends(_ENDS_USER, text)

    def find(self, at: int) -> None:
        """Looks at the option that begins here, with a hyphen."""
        text = self._text
        if at > 0 and not (text[at - 1] <= " " or text[at - 1] in _PRECEDES or is_behind_escape(text, at)):
            return
        found = _OPTION.match(text, at)
        if found is None:
            return
        end = found.end()
        single = found.group(1) == "-"
        if self._letter(at, end) or self._special(at, end):
            return
        if found.group() in _USERS:
            self._user(end + 1 if text.startswith("=", end) else self._argument(end))
        elif single and text[at + 1] == "u" and text.startswith(":", end):
            # curl -uuser:V
            self._user(at + 2)
        elif not single or end - at - 1 >= _SHORTEST_LONG_NAME:
            self._named(found.start(2), end, single)

    def _special(self, at: int, end: int) -> bool:
        """Options whose command, or what comes before it, says that they are about a secret."""
        text = self._text
        if text.startswith("--password-stdin", at, end):
            self._echoed(at)
            return True
        if text[at:end] == "--value":
            if self._is_before(at, _VALUE_COMMANDS):
                start = self._argument(end)
                if start >= 0:
                    self._take(start, self._argument_end(start))
            return True
        if text[at:end] == "-b" and self._is_before(at, _CURL):
            start = self._argument(end)
            if start >= 0:
                last = self._argument_end(start)
                sign = text.find("=", start, last)
                self._take(sign + 1 if sign >= 0 else last, last)
            return True
        return False

    def _echoed(self, at: int) -> None:
        """``echo V | docker login --password-stdin``"""
        text = self._text
        least = max(0, at - _REACH)
        line = text.rfind("\n", least, at)
        found = text.rfind("echo ", max(least, line + 1), at)
        if found >= 0:
            start = found + (8 if text.startswith("echo -n ", found, at) else 5)
            self._take(start, self._argument_end(start))

    def _named(self, name: int, end: int, single: bool) -> None:
        """:param single: whether the option has one hyphen, as prose has too"""
        text = self._text
        passed = text.startswith(("passin ", "passout "), name)
        if not passed and self._names.secrecy(text[name:end]) == _names.NONE:
            return
        start = self._argument(end)
        if start < 0:
            return
        if passed:
            if text.startswith("pass:", start):
                self._take(start + 5, self._argument_end(start + 5))
            return
        if text[start] == "(":
            # -Password (ConvertTo-SecureString "V" …)
            start = _code.behind_prefix(text, start + 1, self._names)
        last = self._argument_end(start)
        if not single or _values.is_random(text[start:last]):
            self._take(start, last)

    def _user(self, begin: int) -> None:
        if begin < 0:
            return
        text = self._text
        last = self._argument_end(begin)
        quote = quote_at(text, begin, len(text))
        start = quote.end if quote else begin
        colon = self._user_ends.next(start)
        if colon >= last or text[colon] == "/" or colon == start:
            return
        user = text[start : min(colon, start + _MAX_NAME)]
        same = last - colon - 1 == colon - start and text.startswith(user, colon + 1, last)
        if not text.startswith("://", colon) and not same and not _NUMBER.fullmatch(text, start, colon):
            self._take(colon + 1, last)

    def _letter(self, at: int, end: int) -> bool:
        text = self._text
        # In mysql -p'V' the quote belongs to the value; in ["-p","V"] it closes the option.
        listed = at > 0 and text[at - 1] in QUOTES
        is_attached = end - at > 2 or (not listed and quote_at(text, end, len(text)) is not None)
        for option, attached, commands in _LETTERS:
            if is_attached != attached or not text.startswith(option, at) or not self._is_before(at, commands):
                continue
            start = at + 2 if attached else self._argument(end)
            if start >= 0:
                self._take(start, self._argument_end(start))
            return True
        return False

    def _is_before(self, at: int, commands: re.Pattern[str]) -> bool:
        least = max(0, at - _REACH)
        return commands.search(self._text, max(least, self._text.rfind("\n", least, at) + 1), at) is not None

    def _argument(self, end: int) -> int:
        """Where the word behind an option begins, quoted or as the next element of a list; -1 if none does."""
        text = self._text
        to = len(text)
        i = end
        separated = False
        quote = quote_at(text, i, to)
        if quote:
            # The option is a word of a list.
            spaces = _SPACES.match(text, quote.end)
            i = spaces.end() if spaces else quote.end
            if i == to or text[i] != ",":
                return -1
            i += 1
            separated = True
        gap = i
        if quote:
            spaces = SPACES.match(text, i)
            i = spaces.end() if spaces else i
        while quote is None and i < to and i - gap < _MAX_GAP and text[i] in " \t":
            i += 1
            separated = True
        if quote is None and i - gap > 1:
            # The description of an option stands in a column of its own.
            return -1
        if text.startswith("<<< ", i):
            i += 4
        following = separated and i < to and text[i] != "-"
        return i if following and (quote is None or quote_at(text, i, to)) else -1

    def _argument_end(self, at: int) -> int:
        text = self._text
        quote = quote_at(text, at, len(text))
        if quote:
            return quote.close(text, quote.end, len(text))
        return self._word_ends.next(at)

    def _take(self, at: int, end: int) -> None:
        quote = quote_at(self._text, at, end)
        start = quote.end if quote else at
        if end - start < _SHORTEST or self._text[start] == "(":
            return
        if not _values.is_harmless(self._text[start:end], quote is not None, self._names):
            self._spans.add(start, end)
