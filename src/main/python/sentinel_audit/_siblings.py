"""Values that a sibling names: ``{"name":"DB_PASSWORD","value":"V"}``, ``<add key="ApiKey" value="V"/>``, in either
order; in YAML also without quotes. For text; in the members of an event, whoever copies them asks ``is_name`` and
``is_value``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from . import _names, _values
from ._escapes import CONTROL, QUOTES, TOKEN_CHARS, token_end
from ._names import SecretNames
from ._quotes import quote_at
from ._rules import NAMES
from ._spans import Spans
from ._web_keys import TYPE, WebKeys

if TYPE_CHECKING:
    from ._assignments import Assignments

LONGEST_NAME = 128
_NAMES = NAMES["named"]
_VALUES = NAMES["value"]
_WEAK = NAMES["weak"]
_CONTROLS = NAMES["control"]
_LONGEST_MEMBER = 14
_REACH = 200
_OBJECT_REACH = 100
_LONGEST_VALUE = 4096
_MAX_WORDS = 4
_NOWHERE = -_REACH - 1
_VARIABLE = 'variable "'

# What names and selectors have.
_SELECTOR = re.compile(r"[A-Za-z0-9_\-/.:\[\]#='\"\\ ]*")
_ENDS_OBJECT = re.compile(r"[{}>]")
_EMPTY_LINES = ("\n\n", "\r\n\r\n", "\\r\\n\\r\\n")


def is_name(member: str) -> bool:
    """Whether a member of this name names another member's value."""
    return len(member) <= _LONGEST_MEMBER and member.lower() in _NAMES


def is_value(member: str) -> bool:
    """Whether a member of this name holds the value that another member names."""
    return len(member) <= _LONGEST_MEMBER and member.lower() in _VALUES


def secrecy_of(member: str) -> int:
    """What a sibling's name says of the value of this member."""
    return _names.LIKELY if member.lower() in _WEAK else _names.ANY


def secrecy_named_by(text: str, names: SecretNames) -> int:
    """What a text says of the value that it names: a name, a selector or a label."""
    if not _SELECTOR.fullmatch(text):
        return _names.NONE
    return _of_label(text, names) if " " in text else names.secrecy(text)


def _of_label(label: str, names: SecretNames) -> int:
    """``Password textbox``, as a person calls a field of a form."""
    name = _without_control(label)
    return _names.NONE if name == label else names.secrecy(name[name.rfind(" ") + 1 :])


def _without_control(label: str) -> str:
    end = len(label)
    for _ in range(_MAX_WORDS):
        blank = label.rfind(" ", 0, end)
        if blank <= 0 or label[blank + 1 : end].lower() not in _CONTROLS:
            break
        end = blank
    return label[:end]


class Siblings:
    """In one text."""

    def __init__(self, text: str, names: SecretNames, spans: Spans) -> None:
        self._text = text
        self._names = names
        self._spans = spans
        self._web_keys = WebKeys(text, names, spans)
        # Where the last member that named a secret ends; what follows it soon, in the same object, is that secret.
        self._named = _NOWHERE
        # Where an object begins whose name is that of a secret; what it has is likely one.
        self._object = _NOWHERE
        # The last value that nothing named, to be taken if a name comes behind it.
        self._value = (0, _NOWHERE)

    def object_named(self, at: int) -> None:
        """An object begins here whose own name is that of a secret: its value, if it has one, is that secret."""
        self._named = at
        self._object = at

    def find(self, start: int, end: int, assignments: Assignments, after: int) -> None:
        """Looks at a member whose own name says nothing."""
        if end - start > _LONGEST_MEMBER:
            if self._is_in_object(start):
                assignments.value_at(after, _names.LIKELY)
            return
        written = self._text[start:end]
        member = written.lower() if written.isascii() else ""
        if written == TYPE:
            self._web_keys.find(start)
        elif member in _NAMES:
            self._name(after, assignments)
        elif member in _VALUES:
            if self._is_near(self._named, start):
                if assignments.value_at(after, secrecy_of(member)):
                    self._named = _NOWHERE
            elif self._is_default_of_secret(start):
                assignments.value_at(after, _names.LIKELY)
            else:
                self._remember(secrecy_of(member), after)
        elif self._is_in_object(start):
            assignments.value_at(after, _names.LIKELY)

    def _is_in_object(self, name: int) -> bool:
        return self._object >= 0 and name - self._object <= _OBJECT_REACH and self._is_near(self._object, name)

    def _argument_before(self, member: int) -> int:
        """Of ``getenv("NAME", default="V")``, where the name ends; -1 if there is none."""
        text = self._text
        i = member
        while i > 0 and text[i - 1] == " ":
            i -= 1
        return i - 2 if i > 2 and text[i - 1] == "," and text[i - 2] in QUOTES else -1

    def _is_default_of_secret(self, member: int) -> bool:
        """``variable "db_password" { default = "V" }`` of Terraform."""
        text = self._text
        if text[member] != "d":
            return False
        argument = self._argument_before(member)
        if argument > 0:
            least = max(0, argument - LONGEST_NAME)
            start = least + len(text[least:argument].rstrip(TOKEN_CHARS))
            return self._names.secrecy(text[start:argument]) != _names.NONE
        least = max(0, member - _REACH)
        found = text.rfind(_VARIABLE, least, member)
        if found < 0 or text.find("}", found, max(found, member - len(_VARIABLE) + 1)) >= 0:
            return False
        start = found + len(_VARIABLE)
        return self._names.secrecy(text[start : token_end(text, start, member)]) != _names.NONE

    def _name(self, after: int, assignments: Assignments) -> None:
        text = self._text
        to = len(text)
        self._named = _NOWHERE
        start = self._skip_blanks(after)
        quote = quote_at(text, start, to)
        if quote:
            start = quote.end
            end = quote.close(text, start, min(to, start + _REACH))
        else:
            end = token_end(text, start, min(to, start + _REACH))
            if end < to and text[end] not in "\n\r," and not CONTROL.match(text, end):
                return
        if end == start or secrecy_named_by(text[start:end], self._names) == _names.NONE:
            return
        self._named = end
        if self._is_near(self._value[1], after):
            self._spans.add(*self._value)
            self._value = (0, _NOWHERE)
        closing = quote_at(text, end, to) if quote else None
        if closing:
            for line in _EMPTY_LINES:
                # The value of a part of multipart/form-data (RFC 7578), which an empty line sets off.
                if text.startswith(line, closing.end):
                    assignments.value_at(closing.end + len(line), _names.TEXT)
                    break

    def _remember(self, secrecy: int, after: int) -> None:
        text = self._text
        to = len(text)
        quote = quote_at(text, self._skip_blanks(after), to)
        if quote is None:
            return
        end = quote.close(text, quote.end, min(to, quote.end + _LONGEST_VALUE))
        if _values.is_secret(secrecy, text[quote.end : end]):
            self._value = (quote.end, end)

    def _skip_blanks(self, after: int) -> int:
        i = after
        while i - after < 6 and self._text.startswith(" ", i):
            i += 1
        return i

    def _is_near(self, end: int, following: int) -> bool:
        """Whether one member follows the other in the same object."""
        if end < 0 or not 0 <= following - end <= _REACH:
            return False
        return _ENDS_OBJECT.search(self._text, end, following) is None
