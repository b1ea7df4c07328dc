"""How programs write values: with types, prefixes and calls around them, or as expressions; and YAML."""

from __future__ import annotations

import re

from . import _names
from ._escapes import LETTERS, QUOTES, TOKEN, UPPER
from ._name_before import MAX_NAME
from ._names import SecretNames, words
from ._rules import NAMES

_MAX_PLACEHOLDER = 120
_MAX_ALTERNATIVE = 60
_MAX_INDENT = 64
_WRAPPERS = NAMES["wrapper"]
_CARRIERS = NAMES["carrier"]

_TYPE = re.compile(r"[A-Za-z0-9 _.\[\]<>?|*&':]{1,60}")
_PREFIX = re.compile(r"[A-Za-z0-9_\-.@$:]{1,64}")
_UP_TO_TWO_LETTERS = re.compile(r"[A-Za-z]{0,2}")
_EXPRESSION = re.compile(r"[A-Za-z_.]*")
_UPPER = re.compile(r"[A-Z]")
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z_]*[0-9][A-Za-z_]*")
_FORMAT = re.compile(r"[0-9<>^=+\-#., ]*.?", re.DOTALL)
_OR = re.compile(r" (?:or|\|\||\?\?) (?=[\"'`])")
_ANCHOR_OR_TAG = re.compile(r"[&!](?=[A-Za-z!])[A-Za-z0-9_\-!]{1,31}")
_BLOCK = re.compile(r"(?:[|>][\-+0-9]{0,2})?(?:\r?\n|(?:\\r)?\\n)")
_ESCAPED_LINE = re.compile(r'[^\\"\n]*(?:\\(?!n)(?:.|\Z)[^\\"\n]*)*', re.DOTALL)
_INDENT = re.compile(r"[ \-]*")
_BLANKS = re.compile(r" {0,64}")


def behind_type(text: str, at: int) -> int:
    """Of ``password: str = "V"``, where the value stands; -1 if no type does."""
    found = _TYPE.match(text, at)
    if found is None:
        return -1
    i = found.end()
    assigned = i + 1 < len(text) and text[i] == "=" and text[i + 1] not in "=>"
    if not assigned or text.startswith(("self.", "this."), at):
        return -1
    return i + 1 if text[at] in LETTERS or text[at] == "&" else -1


def behind_prefix(text: str, at: int, names: SecretNames) -> int:
    """Where the quote stands in ``b'V'``, ``SecretStr('V')``, ``[]byte("V")``; else the same place."""
    to = len(text)
    word = at
    if text.startswith("new ", at):
        word = at + 4
    elif text.startswith("[]", at):
        word = at + 2
    found = _PREFIX.match(text, word)
    if found is None or found.end() == to:
        return at
    i = found.end()
    if text[i] in QUOTES:
        return i if i - word <= 2 else at
    if text[i] == " " and text.startswith("ConvertTo-", word, i) and _is_wrapped(text[word:i]):
        # ConvertTo-SecureString "V" of PowerShell
        i += 1
        return i + 8 if text.startswith("-String ", i) else i
    if text[i] != "(" or not _is_wrapper(text, word, i, names):
        return at
    letters = _UP_TO_TWO_LETTERS.match(text, i + 1)
    i = letters.end() if letters else i + 1
    return i if i < to and (text[i] in QUOTES or text[i] == "\\") else at


def _is_wrapper(text: str, word: int, end: int, names: SecretNames) -> bool:
    name = text[max(text.rfind(".", word, end), text.rfind(":", word, end), word - 1) + 1 : end]
    return _is_wrapped(name) or (is_constructor(text, word, end) and names.secrecy(name) != _names.NONE)


def is_constructor(text: str, start: int, end: int) -> bool:
    """Whether a call makes an object of a class that may be named like a secret: ``new Cookie("theme")``."""
    last = end
    while last > start and text[last - 1] not in LETTERS:
        last -= 1
    word = last
    while word > start and text[word - 1] in TOKEN:
        word -= 1
    return word < last and text[word] in UPPER and not _is_wrapped(text[word:last])


def _is_wrapped(name: str) -> bool:
    return name in _CARRIERS or not _WRAPPERS.isdisjoint(words(name))


def is_expression(text: str, start: int, end: int, after: int, colon: bool, quoted_name: bool) -> bool:
    """Whether what is not quoted is code or prose rather than a value: ``token == other_token``, ``"token":
    tokenOfUser``, ``:param token: The token of …``, ``{token:>12s}``.
    """
    to = len(text)
    found = _EXPRESSION.match(text, start, end) if end - start <= MAX_NAME else None
    i = found.end() if found else start
    block = i == end - 1 and i > start and text[i] == ":"
    spaced = after >= 2 and text[after - 2] == " " and start > after
    if i < end and not colon and end < to and text[end] == ";" and _is_identifier(text[start:end]):
        # wc.baseSecret = nplus1;
        return spaced
    if (i < end and not block) or end == start:
        return colon and after == start and text.startswith("}", end) and _is_format(text, start, end)
    word = text[start:i]
    mixed = "_" in word or "." in word or _UPPER.search(word, 1) is not None
    compared = after >= 2 and text[after - 2 : after] == "=="
    argument = end < to and text[end] in ",);"
    statement = spaced and end < to and text[end] == ";"
    sentence = colon and text[start] in UPPER and end + 1 < to and text[end] == " " and text[end + 1] in LETTERS
    generic = colon and text.startswith("<", end)
    return compared or generic or sentence or statement or (quoted_name and colon) or (mixed and (spaced or argument or block))


def _is_identifier(value: str) -> bool:
    return _IDENTIFIER.fullmatch(value) is not None


def _is_format(text: str, start: int, end: int) -> bool:
    """How Python and others format: ``{token:056d}``."""
    return end - start <= 6 and _FORMAT.fullmatch(text, start, end) is not None


def placeholder_end(text: str, start: int, end: int) -> int:
    """The brackets of ``${X}``, ``$(cat x)``, ``${{ X }}`` and ``{{X}}`` belong to it."""
    to = len(text)
    if start == to:
        return end
    opened = start + 1 if text[start] == "$" else start
    if opened >= to or (text[opened] != "{" and (text[opened] != "(" or opened == start)):
        return end
    bracket = text[opened]
    close = "}" if bracket == "{" else ")"
    depth = 0
    for i in range(opened, min(to, start + _MAX_PLACEHOLDER)):
        char = text[i]
        if char == "\n":
            break
        if char == bracket:
            depth += 1
        elif char == close:
            depth -= 1
            if depth == 0:
                return max(i + 1, end)
        elif bracket == "{" and opened == start and char in QUOTES:
            break
    return end


def is_chained(text: str, end: int) -> bool:
    """Whether another value is assigned to what stands here: ``passwd = acct = ''``."""
    return text.startswith(" = ", end)


def alternative(text: str, at: int) -> int:
    """Where what follows ``or``, ``||`` or ``??`` on the same line begins, if it is in quotes: the value of a name that
    has none in ``password = os.environ.get(X) or "V"``; -1 if nothing does.
    """
    limit = min(len(text) - 4, at + _MAX_ALTERNATIVE)
    line = text.find("\n", at, max(at, limit))
    last = line if line >= 0 else limit
    found = _OR.search(text, at, max(at, last + 4))
    return found.end() if found and found.start() < last and found.end() < len(text) else -1


def behind_tag(text: str, at: int) -> int:
    """Behind an anchor or a tag of YAML: ``&pw V``, ``!!str V``."""
    to = len(text)
    i = at
    found = _ANCHOR_OR_TAG.match(text, i)
    while found:
        end = found.end()
        if end + 1 >= to or text[end] != " " or text[end + 1] == "=":
            break
        i = end + 1
        found = _ANCHOR_OR_TAG.match(text, i)
    return i


def block_start(text: str, at: int) -> int:
    """Where the line after ``|``, ``>-`` or nothing begins in YAML; -1 if something else stands here."""
    found = _BLOCK.match(text, at)
    return found.end() if found else -1


def block_end(text: str, name: int, start: int) -> int:
    """Where the lines end that are indented deeper than that of the name. Indents are looked at as far as 64 blanks.

    In JSON within text, line ends are escapes, and the quote that closes the text ends the last one.
    """
    if text[start - 1] == "n":
        return _escaped_block_end(text, name, start)
    to = len(text)
    least = max(0, name - _MAX_INDENT)
    line = max(least, text.rfind("\n", least, name) + 1)
    found = _INDENT.match(text, line, name)
    indent = found.end() - line if found else 0
    end = i = start
    while i < to:
        blanks = _BLANKS.match(text, i)
        first = blanks.end() if blanks else i
        blank = first == to or text[first] in "\n\r"
        if not blank and first - i <= indent:
            break
        feed = text.find("\n", first)
        first = feed if feed >= 0 else to
        end = end if blank else first
        i = first + 1
    return end


def _escaped_block_end(text: str, name: int, start: int) -> int:
    to = len(text)
    least = max(0, name - _MAX_INDENT)
    feed = text.rfind("\\n", max(0, least - 1), name)
    line = feed + 2 if feed >= 0 else least
    found = _INDENT.match(text, line, name)
    indent = found.end() - line if found else 0
    end = i = start
    while i < to:
        blanks = _BLANKS.match(text, i)
        first = blanks.end() if blanks else i
        blank = first == to or text[first] in "\n\r\"" or text.startswith(("\\n", "\\r"), first)
        if not blank and first - i <= indent:
            break
        found = _ESCAPED_LINE.match(text, first)
        first = found.end() if found else first
        end = end if blank else first
        if not text.startswith("\\n", first):
            break
        i = first + 2
    return end - 2 if text.endswith("\\r", start, end) else end
