"""Secrets behind their name within a text: ``password=…``, ``Cookie: …``, ``"api_key": "…"``, ``password: str = "…"``.

A sign (``= : := => ||`` or an escape of one) gives a value to the name before it. Every character belongs to at most
one value: signs within a value that was taken are not looked at again, and what is taken for harmless is short.
"""

from __future__ import annotations

import re
from typing import NamedTuple, Optional

from . import _app_roles, _code, _names, _prose, _values
from ._escapes import BLANK, CONTROL, QUOTES, ends_line, sequence_end
from ._name_before import MAX_NAME, NameBefore
from ._names import SecretNames, folded
from ._quotes import Quote, quote_at, quote_before
from ._rules import LISTS, NAMES, REPLACEMENT
from ._siblings import Siblings
from ._spans import Spans

_MAX_GAP = 40
_MAX_ELEMENTS = 64
_MAX_BALANCED = 64
# What is shorter is a placeholder, such as ? or $1.
_SHORTEST = 3
_SHORTEST_AGAIN = 9
_QUERY = NAMES["query"]
_WHOLE_LINE = LISTS["wholeline"]

_ESCAPED_SIGN = re.compile(r"%3[DdAa]|\\u003[dDaA]")
_PATH_LIKE = re.compile(r"[A-Za-z/_\-*:.]{1,64}")
_END_OF_LINE = re.compile(rf"[\n\r]|{CONTROL.pattern}")
# A part after "|" is the next one if it is a name: password=V|user=bob.
_END_OF_VALUE = re.compile(
    rf"[\x00-\x20\"'`&;,<>)\]}}]|\\[\"'`\\]|%2[260]|\|(?=[A-Za-z_]{{1,24}}=)|{CONTROL.pattern}"
)
_SEPARATORS = re.compile(r"[\x00-\x20,]*(?:\\[nrt][\x00-\x20,]*)*")
_ESCAPED_SPACES = ("\\n", "\\r", "\\t")
_VARIABLE = re.compile(r"[A-Z0-9_]*")
_OPENING = {")": "(", "}": "{", "]": "["}


class _Context(NamedTuple):
    """What stands before a value."""

    name: int
    name_end: int
    secrecy: int
    header: bool
    """Whether the value goes to the end of the line."""
    enclosing: Optional[Quote]
    """What name and value are in together."""
    quoted_name: bool
    colon: bool

    def likely(self) -> _Context:
        return self._replace(secrecy=_names.LIKELY, header=False)


class Assignments:
    """Of one text."""

    def __init__(self, text: str, names: SecretNames, spans: Spans) -> None:
        self._text = text
        self._to = len(text)
        self._names = names
        self._spans = spans
        self._siblings = Siblings(text, names, spans)
        self._before = NameBefore(text)
        self._context = _Context(0, 0, _names.NONE, False, None, False, False)
        self._taken_until = 0
        self._run = (0, -1)

    def find(self, at: int) -> None:
        """Finds the value that the sign here, if it is one, gives to a name."""
        if at < self._taken_until:
            return
        text = self._text
        sign = self._sign(at)
        before = self._before
        if not sign or not before.find(at):
            return
        secrecy = self._names.secrecy(text[before.start : before.end])
        quoted = before.quoted
        if secrecy == _names.NONE and not quoted:
            secrecy = self._of_parameter_or_label(at)
        name, name_end = before.start, before.end
        after = at + sign
        if secrecy == _names.NONE and _app_roles.is_secret_in(text, name, name_end, after):
            secrecy = _names.TEXT
        if secrecy == _names.NONE:
            self._siblings.find(name, name_end, self, after)
            return
        char = text[at]
        colon = (char == ":" and sign == 1) or (char == "%" and text[at + 2] in "Aa")
        bare = colon and not quoted
        if bare and (self._is_part_of_path(name, name_end, after) or self._is_variable_of_psql(at, name_end)):
            return
        if secrecy == _names.LIKELY and bare and not self._starts_line(name):
            # "Unexpected token: name" is prose.
            secrecy = _names.GENERATED
        enclosing = None if quoted else quote_before(text, name)
        header = not quoted and colon and folded(text[name:name_end]).endswith(("authorization", "cookie"))
        weak = char in "|?-"
        self._context = _Context(
            name, name_end, _names.LIKELY if weak else secrecy, header, enclosing, quoted, colon
        )
        if weak:
            self._alternative(after)
        else:
            self._value(after)

    def value_at(self, at: int, secrecy: int) -> bool:
        """Finds the value that stands here, of a name that is known to be that of a secret."""
        self._context = _Context(at, at, secrecy, False, None, True, False)
        return self._value(at)

    def _of_parameter_or_label(self, sign: int) -> int:
        """``?Signature=…``, ``API key: …``"""
        text = self._text
        before = self._before
        char = text[before.start - 1] if before.start else "&"
        if char in "?&" and text[sign] == "=":
            return _names.GENERATED if text[before.start : before.end].lower() in _QUERY else _names.NONE
        return before.secrecy_of_label(self._names) if char == " " else _names.NONE

    def _sign(self, at: int) -> int:
        text = self._text
        char = text[at]
        before = text[at - 1] if at else ""
        following = text[at + 1] if at + 1 < self._to else ""
        if char == ":":
            return 0 if following == ":" or before == ":" else 2 if following == "=" else 1
        if char == "=":
            return 0 if before == ":" or before == "=" else 2 if following == ">" or following == "=" else 1
        if char == "|":
            return 2 if following == "|" else 1 if self._is_cell(at) else 0
        if char == "?":
            return 2 if following == "?" else 0
        if char == "-":
            return 2 if before == " " and text.startswith("-> ", at) else 0
        found = _ESCAPED_SIGN.match(text, at)
        return found.end() - at if found else 0

    def _is_cell(self, at: int) -> bool:
        """The end of a cell of a table that has one before: ``| DB_PASSWORD | V |``."""
        least = max(0, at - MAX_NAME)
        bar = self._text.rfind("|", max(0, least - 1), at)
        return bar >= 0 and "\n" not in self._text[bar:at]

    def _is_part_of_path(self, name: int, name_end: int, after: int) -> bool:
        """``arn:aws:secretsmanager:eu-west-1:1:secret:db``, ``https://token:V@h``, ``registry/secret:v2``,
        ``"secretsmanager:GetSecretValue"``.
        """
        text = self._text
        if after >= self._to or text[after] == " " or after - name_end != 1:
            return False
        if name > 0 and text[name - 1] in ":/":
            return True
        if quote_before(text, name) is None:
            return False
        found = _PATH_LIKE.match(text, after)
        return found is not None and (found.end() == self._to or text[found.end()] in "\"'`\\")

    def _is_variable_of_psql(self, at: int, name_end: int) -> bool:
        """``ALTER USER app PASSWORD :'pw'``"""
        return name_end < at and self._text.startswith("'", at + 1)

    def _starts_line(self, name: int) -> bool:
        """Whether nothing but an indent, a dash of YAML or an opening quote is before it on its line."""
        text = self._text
        i = name
        while i > 0 and name - i < MAX_NAME:
            char = text[i - 1]
            if char in "\r{," or ends_line(text, i):
                return True
            tab = text.endswith("\\t", 0, i)
            if not tab and char not in " \t-\"'`":
                return False
            i -= 2 if tab else 1
        return i == 0

    def _value(self, after: int) -> bool:
        text = self._text
        to = self._to
        start = self._skip_blanks(after)
        context = self._context
        if context.colon and not context.quoted_name:
            start = _code.behind_tag(text, start)
            block = _code.block_start(text, start)
            if block >= 0:
                return self._block(block, start)
        first = text[start] if start < to else ""
        if first == "[" and not text.startswith("]", start + 1):
            return self._array(start + 1, "]")
        if first == "{" and context.secrecy >= _names.TEXT and not self._is_header():
            self._siblings.object_named(start + 1)
        if first == "(":
            return quote_at(text, start + 1, to) is not None and self._array(start + 1, ")")
        header = context.header and _prose.is_header_value(text, start)
        if context.header and not header:
            # "authorization: denied by policy"
            self._context = context.likely()
        typed = _code.behind_type(text, start) if context.colon and not header else -1
        start = start if typed < 0 else self._skip_blanks(typed)
        opened = start if header else _code.behind_prefix(text, start, self._names)
        quote = quote_at(text, opened, to)
        if quote:
            if opened > start and _code.is_constructor(text, start, opened):
                self._context = self._context.likely()
            return self._quoted_value(quote)
        return self._header_value(start) if header else self._unquoted_value(start, after)

    def _header_value(self, start: int) -> bool:
        enclosing = self._context.enclosing
        end = enclosing.close(self._text, start, self._to) if enclosing else self._line_end(start)
        credentials = _prose.behind_scheme(self._text, start, end)
        return (
            not _prose.is_prose(self._text, start, end)
            and not _values.is_stand_in(self._text[credentials:end])
            and not self._text.startswith(REPLACEMENT, credentials, end)
            and end - credentials >= _SHORTEST
            and self._add(credentials, end)
        )

    def _unquoted_value(self, start: int, after: int) -> bool:
        text = self._text
        context = self._context
        if context.secrecy != _names.LIKELY and self._name().endswith(_WHOLE_LINE):
            return self._take(start, self._line_end(start), False)
        end = self._unquoted_end(start)
        if context.enclosing:
            end = min(end, context.enclosing.close(text, start, end))
        end = self._balanced_end(start, _code.placeholder_end(text, start, end))
        if not context.enclosing and not context.colon and self._is_variable_of_shell(after):
            end = self._shell_end(start, end)
        if _prose.goes_on(text, start, end) if context.colon else _code.is_chained(text, end):
            return False
        if self._is_name_again(start, end) or (context.colon and start == after and _prose.is_word(text, start, end)):
            return False
        if not _code.is_expression(text, start, end, after, context.colon, context.quoted_name):
            if self._take(start, end, False):
                return True
        other = _code.alternative(text, end)
        return other >= 0 and self._alternative(other)

    def _is_variable_of_shell(self, after: int) -> bool:
        """``DB_PASSWORD=V`` at the beginning of a line or behind a blank."""
        text = self._text
        name, name_end = self._context.name, self._context.name_end
        if name_end != after - 1 or (
            name > 0 and text[name - 1] > " " and not text.endswith(_ESCAPED_SPACES, 0, name)
        ):
            return False
        return _VARIABLE.fullmatch(text, name, name_end) is not None

    def _shell_end(self, start: int, least: int) -> int:
        """In a file of variables, the value goes to the next blank; the end of a statement is no part of it."""
        text = self._text
        end = least
        while end < self._to and end - start < _values.LONGEST_HARMLESS and text[end] > " ":
            char = text[end]
            if char in "\\%" and CONTROL.match(text, end):
                break
            if char in QUOTES or char == "\\" or char == "|":
                return least
            end += 1
        return end - 1 if end > least and text[end - 1] in ";," else end

    def _alternative(self, after: int) -> bool:
        """The value that stands in for a name which has none: ``env.API_KEY || "V"``; and a cell of a table."""
        text = self._text
        start = self._skip_blanks(after)
        self._context = self._context.likely()
        quote = quote_at(text, start, self._to)
        if quote:
            return self._quoted_value(quote)
        cell = after > 0 and text[after - 1] != "?" and not (after >= 2 and text[after - 2] == "|")
        return cell and self._take(start, self._unquoted_end(start), False)

    def _name(self) -> str:
        return folded(self._text[self._context.name : self._context.name_end])

    def _is_header(self) -> bool:
        """Values of these have blanks: a scheme and its credentials, or several cookies."""
        return self._name().endswith(("authorization", "cookie"))

    def _block(self, start: int, mark: int) -> bool:
        text = self._text
        end = _code.block_end(text, self._context.name, start)
        first = self._skip_blanks(start)
        last = end
        while last > first and text[last - 1] <= " ":
            last -= 1
        # Where line ends are escapes, it may be a line of a program, and what follows no part of the text.
        if text[mark] in "|>" and text[start - 1] == "\n" and self._context.secrecy >= _names.TEXT:
            return self._add(first, last)
        # Without a mark it may be a mapping as well as one value.
        return (
            self._unquoted_end(first) == last
            and _values.is_random(text[first:last])
            and self._take(first, last, False)
        )

    def _quoted_value(self, quote: Quote) -> bool:
        text = self._text
        opened = quote.end
        enclosing = self._context.enclosing
        first = text[opened] if opened < self._to else ""
        joined = first in QUOTES and text.startswith("+", opened + 1)
        if (enclosing is not None and quote.is_like(enclosing)) or joined or (first and first in " +,).;"):
            # The quote closes a text that the name is in: "?token=" + token.
            return False
        close = quote.close(text, opened, self._to)
        if close - opened < _SHORTEST and text.startswith(".", close + 1):
            # It is a separator.
            return False
        command = quote.is_command() and text.find(" ", opened, close) >= 0
        return not command and not self._is_name_again(opened, close) and self._take(opened, close, True)

    def _take(self, begin: int, end: int, quoted: bool) -> bool:
        text = self._text
        secrecy = self._context.secrecy
        start = _prose.behind_scheme(text, begin, end)
        if end - start < _SHORTEST and not (quoted and secrecy > _names.LIKELY and end > start):
            return False
        value = text[start:end]
        if not _values.is_secret(secrecy, value) or self._is_working_directory(value):
            return False
        return not _values.is_harmless(value, quoted, self._names) and self._add(start, end)

    def _add(self, start: int, end: int) -> bool:
        if end <= start:
            return False
        self._spans.add(start, end)
        self._taken_until = max(self._taken_until, end)
        return True

    def _is_name_again(self, start: int, end: int) -> bool:
        """``REFRESH_TOKEN = "refresh_token"``, ``CallGetSecret = "GetSecret"``: a constant."""
        if not _SHORTEST <= end - start <= MAX_NAME:
            return False
        name = self._name()
        value = folded(self._text[start:end])
        return name == value or (_length(value) >= _SHORTEST_AGAIN and name.endswith(value))

    def _is_working_directory(self, value: str) -> bool:
        """``PWD=/work``: the working directory, not a password."""
        context = self._context
        name = self._text[context.name : context.name_end]
        return name[-3:].lower() == "pwd" and _values.is_path(value)

    def _array(self, at: int, close: str) -> bool:
        """``["V1", "V2"]`` or, in YAML, ``[V1, V2]``."""
        text = self._text
        to = self._to
        context = self._context
        found = False
        i = self._skip_separators(at)
        for _ in range(_MAX_ELEMENTS):
            if i >= to or text[i] == close or text[i] == "{":
                break
            start = i
            quote = quote_at(text, i, to)
            if quote:
                end = quote.close(text, quote.end, to)
                found |= self._take(quote.end, end, True)
                closing = quote_at(text, end, to)
                i = closing.end if closing else end
            else:
                end = self._balanced_end(i, self._unquoted_end(i))
                if not _code.is_expression(text, i, end, i, context.colon, context.quoted_name):
                    found |= self._take(i, end, False)
                i = end
            i = self._skip_separators(i)
            if i == start:
                break
        return found

    def _skip_separators(self, at: int) -> int:
        found = _SEPARATORS.match(self._text, at)
        return found.end() if found else at

    def _skip_blanks(self, at: int) -> int:
        """Behind blanks, colors, and what Markdown makes a label bold with."""
        text = self._text
        i = at
        while i < self._to and i - at < _MAX_GAP:
            char = text[i]
            if char == " " or (char == "*" and i - at < 2):
                i += 1
                continue
            blank = BLANK.match(text, i) if char in "\t%\\" else None
            end = blank.end() if blank else sequence_end(text, i) if char in "\x1b\\" else i
            if end == i:
                break
            i = end
        return i

    def _line_end(self, at: int) -> int:
        found = _END_OF_LINE.search(self._text, at)
        return found.start() if found else self._to

    def _unquoted_end(self, at: int) -> int:
        """Remembered, since many signs may stand before the same end."""
        if not self._run[0] <= at <= self._run[1]:
            found = _END_OF_VALUE.search(self._text, at)
            self._run = (at, found.start() if found else max(at, self._to))
        self._run = (at, self._run[1])
        return self._run[1]

    def _balanced_end(self, start: int, first: int) -> int:
        """A bracket that closes one of the value belongs to the value."""
        text = self._text
        end = first
        while end < self._to and end - start < _MAX_BALANCED and text[end] in _OPENING:
            if text.count(_OPENING[text[end]], start, end) <= text.count(text[end], start, end):
                break
            found = _END_OF_VALUE.search(text, end + 1, max(end + 1, start + _MAX_BALANCED + 32))
            end = min(found.start() if found else self._to, max(end + 1, start + _MAX_BALANCED))
        return end


def _length(value: str) -> int:
    """As the server counts."""
    return len(value) if value.isascii() else len(value) + sum(char > "\uffff" for char in value)
