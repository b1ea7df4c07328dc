"""Sees through the ways in which text is written within text: JSON in JSON, percent-encoding, terminal colors.

ASCII only: no secret that a rule knows has other characters.
"""

from __future__ import annotations

import re

LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
UPPER = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
DIGITS = frozenset("0123456789")
# Of base64url (RFC 4648, section 5), and of most names and tokens.
TOKEN = LETTERS | DIGITS | frozenset("_-")
TOKEN_CHARS = "".join(sorted(TOKEN))
QUOTES = frozenset("\"'`")
# What is no more than a blank.
CONTROLS = "".join(map(chr, range(33)))

BLANK = re.compile(r"[ \t+]|%20|\\u0020|\\t")
# White space, also as escapes of JSON.
SPACE = r"(?:[\x00-\x20]|\\[nrt])"
SPACES = re.compile(rf"{SPACE}{{0,8}}")
# An escape that is a control character: it ends a value.
CONTROL = re.compile(r"\\[nrt]|\\u(?:000|001b)|%0[AaDd]")

_ESCAPE = re.compile(r"[nrtbfve]|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}")
_HEX = re.compile(r"[0-9A-Fa-f]{2}")
_BEFORE = re.compile(r"\\[nrtbfve0]|%[0-9A-Fa-f]{2}|\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}")
_NUMBER = re.compile(r"[0-9]*")
# The longest terminal sequence that is looked back over: [38;2;255;255;255m.
_LONGEST_SEQUENCE = 20
# How ESC is written.
_MARKS = ("\x1b", "\\u001b", "\\u001B", "\\x1b", "\\x1B", "\\033", "\\e")
_OF_SEQUENCE = frozenset("0123456789;")
_MARK = re.compile("|".join(re.escape(mark) for mark in _MARKS))
_TOKEN_RUN = re.compile(r"[A-Za-z0-9_\-]*")


def token_end(text: str, at: int, to: int) -> int:
    """Where the characters of names and tokens end that begin here."""
    found = _TOKEN_RUN.match(text, at, to)
    return found.end() if found else at


def starts_word(text: str, at: int) -> bool:
    """Whether nothing before belongs to the same word; the letters of an escape sequence do not."""
    if at == 0 or text[at - 1] not in TOKEN:
        return True
    for length in (2, 3, 4, 6):
        if at >= length and _BEFORE.fullmatch(text, at - length, at):
            return True
    return text[at - 1] in LETTERS and _ends_sequence(text, at - 1)


def is_behind_escape(text: str, at: int) -> bool:
    """Whether an escape comes before this."""
    return at > 0 and text[at - 1] in TOKEN and starts_word(text, at)


def ends_line(text: str, at: int) -> bool:
    """Whether a line end comes before this, or its escape in JSON."""
    return at > 0 and (text[at - 1] == "\n" or text.endswith("\\n", 0, at))


def _ends_sequence(text: str, letter: int) -> bool:
    """ECMA-48, section 5.4: ESC [ parameters, a letter."""
    i = letter
    while i > 0 and letter - i < _LONGEST_SEQUENCE and text[i - 1] in _OF_SEQUENCE:
        i -= 1
    return i > 0 and text[i - 1] == "[" and text.endswith(_MARKS, 0, i - 1)


def escape_part(text: str, word: int, end: int) -> int:
    """How much of a word that begins here belongs to an escape sequence which began before it."""
    if word == 0:
        return 0
    before = text[word - 1]
    if before == "%":
        return 2 if _HEX.match(text, word, end) else 0
    if before == "\\":
        found = _ESCAPE.match(text, word, end)
        return found.end() - word if found else 0
    if before in "[;":
        number = _NUMBER.match(text, word, end)
        letter = number.end() if number else word
        return letter + 1 - word if letter < end and _ends_sequence(text, letter) else 0
    return 0


def sequence_start(text: str, end: int) -> int:
    """Where the terminal sequence begins that ends here; the same place if none does."""
    if end == 0 or text[end - 1] not in LETTERS or not _ends_sequence(text, end - 1):
        return end
    bracket = text.rfind("[", 0, end)
    for mark in _MARKS:
        if text.endswith(mark, 0, bracket):
            return bracket - len(mark)
    return end


def sequence_end(text: str, at: int) -> int:
    """Where the terminal sequence ends that begins here; the same place if none does."""
    mark = _MARK.match(text, at)
    if mark is None or not text.startswith("[", mark.end()):
        return at
    i = mark.end() + 1
    while i < len(text) and i - at < _LONGEST_SEQUENCE and text[i] in _OF_SEQUENCE:
        i += 1
    return i + 1 if i < len(text) and text[i] in LETTERS else at
