"""The name that stands before a sign: ``password =``, ``"api_key":``, ``d['token'] =``, ``user[pwd]=``, and with a type
between them, as in ``const Token string =``.
"""

from __future__ import annotations

from . import _names
from ._escapes import DIGITS, TOKEN_CHARS, escape_part, sequence_start
from ._names import SecretNames
from ._quotes import quote_before
from ._rules import NAMES

MAX_NAME = 64
_MAX_GAP = 40
_MAX_ACCESSORS = 40
_MAX_TYPE = 6
_MAX_PART = 6
# Types that Go and others write between a name and its value.
_TYPES = NAMES["types"]
_PARTS = NAMES["parts"]
# Blanks, and what Markdown makes a label bold with.
_BETWEEN = " \t*"
_OF_NAME = TOKEN_CHARS + "."


def name_start(text: str, end: int) -> int:
    """Where the name begins that ends here; without the letters of an escape sequence before it."""
    least = end - MAX_NAME if end > MAX_NAME else 0
    start = least + len(text[least:end].rstrip(_OF_NAME))
    while start > least and text[start - 1] > "\x7f" and text[start - 1].isalpha():
        start = least + len(text[least : start - 1].rstrip(_OF_NAME))
    if start and text[start - 1] in "[;%\\":
        return min(end, start + escape_part(text, start, end))
    return start


class NameBefore:
    """In one text."""

    __slots__ = ("_text", "start", "end", "quoted")

    def __init__(self, text: str) -> None:
        self._text = text
        self.start = 0
        self.end = 0
        # Whether the name is in quotes by itself.
        self.quoted = False

    def find(self, sign: int) -> bool:
        """Finds the name before a sign; False if none stands there."""
        text = self._text
        end = sign
        if end and text[end - 1] in _BETWEEN:
            least = max(0, sign - _MAX_GAP)
            end = least + len(text[least:sign].rstrip(_BETWEEN))
        if not end:
            return False
        if text[end - 1] == "}":
            end = self._behind_accessors(end)
        last = text[end - 1] if end else ""
        if last == "]":
            end -= 1
            if text.endswith("[", 0, end):
                # char token[] = "V"
                end -= 1
        elif last == "D" and text.endswith("%5D", 0, end):
            end -= 3
        quote = quote_before(text, end)
        self.quoted = quote is not None
        end = quote.start if quote else sequence_start(text, end)
        self.start = name_start(text, end)
        self.end = end
        if not self.quoted and text[sign] == "=":
            self._behind_type()
        return self.start < self.end

    def _behind_accessors(self, at: int) -> int:
        """``string ApiKey { get; set; } = "V"``"""
        text = self._text
        i = at - 1
        while i > 0 and at - i < _MAX_ACCESSORS and text[i] not in "{\n":
            i -= 1
        if not text.startswith("{ get;", i, at):
            return at
        while i > 0 and text[i - 1] == " ":
            i -= 1
        return i

    def _behind_type(self) -> None:
        text = self._text
        start = self.start
        if self.end - start > _MAX_TYPE or start == 0 or text[start - 1] != " " or text[start : self.end] not in _TYPES:
            return
        name = name_start(text, start - 1)
        if name < start - 1:
            self.end = start - 1
            self.start = name

    def _extend(self) -> bool:
        """Takes the word before into the name, if one is there: ``API key:``, ``Unseal Key 1:``."""
        before = self.start
        if before == 0 or self._text[before - 1] != " ":
            return False
        word = name_start(self._text, before - 1)
        if word == before - 1 or self.end - word > MAX_NAME:
            return False
        self.start = word
        return True

    def _behind_number(self) -> None:
        """``Unseal Key 1``"""
        text = self._text
        start, end = self.start, self.end
        if end - start <= 2 and text[end - 1] in DIGITS and start > 0 and text[start - 1] == " ":
            self.start = name_start(text, start - 1)
            self.end = start - 1

    def _is_part_of_label(self) -> bool:
        """Whether the name is the last word of what people call a secret, such as key or phrase, or "is"."""
        return self.end - self.start <= _MAX_PART and self._text[self.start : self.end].lower() in _PARTS

    def secrecy_of_label(self, names: SecretNames) -> int:
        """The secrecy of a label in prose, such as ``API key`` or ``the password is``."""
        text = self._text
        if self.start < self.end and text[self.start] in DIGITS:
            self._behind_number()
        word = self.start
        if not self._is_part_of_label() or not self._extend():
            return _names.NONE
        if text[word] == "i":
            # The name precedes "is".
            self.end = word - 1
            told = names.secrecy(text[self.start : self.end])
            return told if told != _names.NONE or not self._is_part_of_label() else self._secrecy_of_two_words(names)
        self.start = word
        return self._secrecy_of_two_words(names)

    def _secrecy_of_two_words(self, names: SecretNames) -> int:
        word = self.start
        secrecy = names.secrecy(self._text[self.start : self.end]) if self._extend() else _names.NONE
        if secrecy == _names.NONE:
            self.start = word
        return secrecy
