"""Secrets that a neighbor names: between tags, among the arguments of calls and the elements of lists."""

from __future__ import annotations

import re
from typing import Optional

from . import _code, _names, _values
from ._escapes import CONTROLS, LETTERS, QUOTES, SPACES, TOKEN, TOKEN_CHARS
from ._names import SecretNames, folded, words
from ._quotes import Quote, quote_at, quote_before
from ._rules import NAMES
from ._spans import Spans

_MAX_NAME = 64
_MAX_TAG = 200
_MAX_GAP = 8
_MAX_ARGUMENT = 200
_REACH = 80
_SHORTEST = 3
_CDATA = "<![CDATA["
_GETTERS = NAMES["getter"]
_LOGINS = NAMES["logins"]
_TYPING = NAMES["typing"]

_TAG_NAME = re.compile(r"[A-Za-z0-9_\-.:]{0,63}")
_NAMING = re.compile(r" (?:key|[nN]ame)=")
_SECURE_STRING = re.compile("ConvertTo-SecureString (?:-String )?")
_UP_TO_TWO_LETTERS = re.compile(r"[A-Za-z]{0,2}")
_ENDS_ARGUMENT = re.compile(r"[,)\n]")
_TOKENS = re.compile(r"[A-Za-z0-9_\-]+")


class Elements:
    """``<password>V</password>``, ``<entry key="db.password">V</entry>``; of one text."""

    def __init__(self, text: str, names: SecretNames, spans: Spans) -> None:
        self._text = text
        self._names = names
        self._spans = spans
        # From where on no CDATA section is closed: many may begin there, and each would search to the end.
        self._unclosed_from = len(text) + 1

    def tag(self, at: int) -> None:
        """Looks at the element whose start tag ends here, with ``>``."""
        text = self._text
        least = max(0, at - _MAX_TAG)
        opened = text.rfind("<", least, at)
        if opened < 0 or opened + 1 == at or text[at - 1] == "/" or text[opened + 1] not in LETTERS:
            return
        if text.find(">", opened, at) >= 0:
            return
        found = _TAG_NAME.match(text, opened + 1, at)
        end = found.end() if found else opened + 1
        name = max(opened, text.rfind(":", opened, end)) + 1
        secrecy = self._names.secrecy(text[name:end])
        if secrecy == _names.NONE:
            secrecy = self._of_attribute(end, at)
        if secrecy == _names.NONE:
            return
        cdata = text.startswith(_CDATA, at + 1)
        start = at + 1 + (len(_CDATA) if cdata else 0)
        if cdata and start >= self._unclosed_from:
            return
        last = text.find("]]>" if cdata else "<", start)
        if cdata and last < 0:
            self._unclosed_from = start
        if last >= 0 and (cdata or text.startswith("/", last + 1)):
            self._take(text[start:last], start, secrecy)

    def _of_attribute(self, at: int, to: int) -> int:
        text = self._text
        found = _NAMING.search(text, at, to)
        while found:
            quote = quote_at(text, found.end(), to)
            if quote:
                return self._names.secrecy(text[quote.end : quote.close(text, quote.end, to)])
            found = _NAMING.search(text, found.start() + 1, to)
        return _names.NONE

    def _take(self, content: str, at: int, secrecy: int) -> None:
        value = content.lstrip(CONTROLS)
        start = at + len(content) - len(value)
        value = value.rstrip(CONTROLS)
        if (
            len(value) >= _SHORTEST
            and _values.is_secret(secrecy, value)
            and not _values.is_harmless(value, True, self._names)
        ):
            self._spans.add(start, start + len(value))


class Calls:
    """``["authorization", "V"]``, ``setPassword("V")``, ``new PasswordAuthentication("user", "V")``,
    ``fill('#password', 'V')``; of one text.
    """

    def __init__(self, text: str, names: SecretNames, spans: Spans) -> None:
        self._text = text
        self._names = names
        self._spans = spans

    def pair(self, at: int) -> None:
        """Looks at the two elements of a list that this comma parts."""
        text = self._text
        closing = quote_before(text, at) if at and text[at - 1] not in TOKEN else None
        if closing is None:
            return
        end = closing.start
        if end > 0 and text[end - 1] == "]":
            # [name="password"] is a selector.
            end -= 1
            if end > 0 and text[end - 1] in QUOTES:
                end -= 1
        least = max(0, end - _MAX_NAME)
        start = least + len(text[least:end].rstrip(TOKEN_CHARS + "."))
        if start == end or self._names.secrecy(text[start:end]) == _names.NONE:
            return
        if not (start > 0 and self._is_of_selector(start)):
            opening = quote_before(text, start)
            if opening is None or self._follows(opening.start):
                return
        value = quote_at(text, self._skip_blanks(at + 1), len(text))
        if value:
            self._take_quoted(value, _names.LIKELY)

    def _is_of_selector(self, name: int) -> bool:
        """``#password``, ``[name="password"]``"""
        char = self._text[name - 1]
        return char in "#=" or (char in QUOTES and name >= 2 and self._text[name - 2] == "=")

    def call(self, at: int) -> None:
        """Looks at the call whose bracket this is."""
        text = self._text
        start = self._word_start(at, at)
        if start == at:
            self._tuple(at)
            self._secure_string(at + 1)
            return
        if text[at - 1] in "px":
            self._data_source(start, at)
        argument = self._argument(at + 1)
        called = text[start:at]
        if argument is None:
            if folded(called) in _LOGINS:
                self._last_arguments(at + 1)
            return
        if called in _TYPING:
            self._typed(start, argument)
        elif folded(called) in _LOGINS:
            self._last_arguments(at + 1)
        elif self._names.secrecy(called) != _names.NONE:
            first = words(called)[0]
            if first not in _GETTERS:
                self._take_quoted(argument, _names.TEXT if first in ("set", "with") else _names.LIKELY)

    def _word_start(self, end: int, bracket: int) -> int:
        least = max(0, bracket - _MAX_NAME)
        return least + len(self._text[least:end].rstrip(TOKEN_CHARS))

    def _data_source(self, name: int, at: int) -> None:
        """``user:V@tcp(db:3306)/shop``, as Go writes an address."""
        text = self._text
        if not text.startswith(("tcp", "unix"), name, at) or name == 0 or text[name - 1] != "@":
            return
        i = name - 2
        while i > 0 and name - i < _REACH and text[i] > " " and text[i] not in QUOTES:
            if text[i] == ":":
                self._take(i + 1, name - 1, _names.TEXT)
                return
            i -= 1

    def _tuple(self, at: int) -> None:
        """``auth=("user", "V")``"""
        if at < 2 or self._text[at - 1] != "=":
            return
        name = self._word_start(at - 1, at)
        if name < at - 1 and folded(self._text[name : at - 1]) in _LOGINS:
            self._last_arguments(at + 1)

    def _secure_string(self, at: int) -> None:
        """``(ConvertTo-SecureString "V" -AsPlainText -Force)`` of PowerShell."""
        found = _SECURE_STRING.match(self._text, at)
        value = quote_at(self._text, found.end(), len(self._text)) if found else None
        if value:
            self._take_quoted(value, _names.TEXT)

    def _argument(self, at: int) -> Optional[Quote]:
        """The text that is the argument which begins here, perhaps with a prefix such as ``b``."""
        text = self._text
        letters = _UP_TO_TWO_LETTERS.match(text, at)
        return quote_at(text, letters.end(), len(text)) if letters else None

    def _last_arguments(self, at: int) -> None:
        """The second and the third argument, if they look like secrets: the first is the user or the address."""
        text = self._text
        to = len(text)
        limit = min(to, at + _MAX_ARGUMENT)
        i = at
        for index in range(3):
            i = end = _code.behind_prefix(text, self._skip_blanks(i), self._names)
            quote = quote_at(text, i, to)
            if quote:
                end = quote.close(text, quote.end, to)
                if index > 0:
                    self._take(quote.end, end, _names.LIKELY)
            found = _ENDS_ARGUMENT.search(text, end, max(end, limit))
            if found is None or found.group() != ",":
                return
            i = found.end()

    def _typed(self, name: int, argument: Quote) -> None:
        """``getByLabel('Password').fill('V')``: the field was named on the same line."""
        text = self._text
        # The word that the window begins with may go on before it, and does not count.
        least = max(0, name - _REACH)
        line = text.rfind("\n", least, name) + 1
        least = max(least, line)
        for found in reversed(list(_TOKENS.finditer(text, least, name))):
            if found.end() < name and (found.start() > least) and self._names.secrecy(found.group()) != _names.NONE:
                self._take_quoted(argument, _names.LIKELY)
                return

    def _skip_blanks(self, at: int) -> int:
        found = SPACES.match(self._text, at)
        return found.end() if found else at

    def _follows(self, at: int) -> bool:
        """Whether what begins here is the value of a member rather than the element of a list."""
        i = at
        while i > 0 and at - i < _MAX_GAP and self._text[i - 1] == " ":
            i -= 1
        return i > 0 and self._text[i - 1] in ":="

    def _take_quoted(self, quote: Quote, secrecy: int) -> None:
        self._take(quote.end, quote.close(self._text, quote.end, len(self._text)), secrecy)

    def _take(self, start: int, end: int, secrecy: int) -> None:
        value = self._text[start:end]
        if (
            end - start >= _SHORTEST
            and _values.is_secret(secrecy, value)
            and not _values.is_harmless(value, True, self._names)
        ):
            self._spans.add(start, end)
