"""Decides what a name says of its value; the tables' ``names.tsv`` has the words and explains them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from ._rules import LISTS, NAMES
from ._text import joined

# What a name says of its value: nothing; a secret if it looks generated; perhaps a secret, so that the value decides; a
# secret unless it is a number; a secret. In order: each says more than the one before.
NONE, GENERATED, LIKELY, TEXT, ANY = range(5)

_SECRET = LISTS["secret"]
_NUMERIC = LISTS["numeric"]
_FINAL = LISTS["final"]
_WHOLE = NAMES["whole"]
_UNSURE = NAMES["unsure"]
_KEYED = NAMES["keyed"]
_BEFORE = NAMES["before"]
_BEFORE_ORDERED = LISTS["before"]
_ABOUT = NAMES["about"]
_LAST = NAMES["last"]
_HARMLESS = NAMES["harmless"]
_CARD = NAMES["card"]
# Of the marks that combine with one letter, how many count; no language writes more than four.
_MAX_MARKS = 8
_SEVERAL = "tokens"
_KEY = "key"

_NOT_COUNTED = re.compile(r"[^a-z0-9]+")
_NO_LETTERS = re.compile(r"[\W_]+")
# Deletes what does not count, and lowers the rest.
_COUNTED = bytes(range(256)).lower()
_UNCOUNTED = bytes(code for code in range(256) if not chr(code).isalnum() or code > 127)
# The words of a name of ASCII: an acronym before a hump, a hump, an acronym.
_ASCII_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]*[a-z0-9]+|[A-Z]+")

# A cache of decisions: agents use the same few names again and again. Bounded.
_REMEMBERED = 4096
_LONGEST_REMEMBERED = 64


def folded(name: str) -> str:
    """A name as it is compared: NFKC, without case, without separators. Empty if nothing of it counts."""
    if name.isascii():
        return _NOT_COUNTED.sub("", name.lower())
    text = _without_case(_composed(name))
    return "".join(char for char in text if char.isalpha() or char.isdecimal())


def _composed(name: str) -> str:
    """A name in NFKC, without the marks that do not count: normalizing takes the square of the marks of a letter."""
    text = joined(name)
    if len(text) > _MAX_MARKS:
        kept = []
        marks = 0
        for char in text:
            # Of the two letters, NFKC makes marks.
            marks = marks + 1 if unicodedata.category(char)[0] == "M" or char in "\uff9e\uff9f" else 0
            if marks <= _MAX_MARKS:
                kept.append(char)
        text = "".join(kept)
    return unicodedata.normalize("NFKC", text)


def _without_case(text: str) -> str:
    """Letters are the same wherever they stand: a sigma has another form at the end of a word."""
    return text.upper().lower().replace("\u03c2", "\u03c3")


def words(name: str) -> list[str]:
    """The words of a name in lower case: ``DBPassword2_old`` has ``db``, ``password2`` and ``old``."""
    if name.isascii():
        return [word.lower() for word in _ASCII_WORDS.findall(name)]
    found: list[str] = []
    word: list[str] = []
    for i, char in enumerate(name):
        if char > "\uffff" or not (char.isalpha() or char.isdecimal()):
            if char < "\x80" and word:
                found.append("".join(word))
                word = []
            continue
        if "A" <= char <= "Z" and word and _starts_hump(name, i):
            found.append("".join(word))
            word = []
        word.append(char.lower()[0])
    if word:
        found.append("".join(word))
    return found


def _starts_hump(name: str, i: int) -> bool:
    if i == 0:
        return False
    before = name[i - 1]
    if "a" <= before <= "z" or "0" <= before <= "9":
        return True
    return "A" <= before <= "Z" and i + 1 < len(name) and "a" <= name[i + 1] <= "z"


def may_be_card(name: str) -> bool:
    """Whether a number of this name may be that of a payment card."""
    parts = words(name)
    return not _CARD.isdisjoint(parts) or "".join(parts) in _CARD


class SecretNames:
    """The built-in words, and those of one client. Any thread."""

    def __init__(self, more: Iterable[str] = (), kept: Iterable[str] = ()) -> None:
        self._more = tuple(folded(key) for key in more)
        self._kept = frozenset(folded(key) for key in kept)
        terms = (*_SECRET, *_FINAL, _KEY, *self._more)
        self._stems = _any_of(term for term in terms if term.isascii())
        # What is taken out of names may leave a stem that the text has not.
        self._signs = _any_of((*terms, *_HARMLESS))
        self._signs_of_ascii = re.compile(self._signs.pattern.encode())
        self._known: dict[str, int] = {}

    def may_occur_in(self, text: str) -> bool:
        """Whether a text may have a name in it that says something. Most have none; then few rules have to look."""
        if text.isascii():
            return self._signs_of_ascii.search(text.encode().translate(_COUNTED, _UNCOUNTED)) is not None
        # A part of a text is compared as it stands in the whole only if nothing in that is spelled in another way.
        if not unicodedata.is_normalized("NFKC", text):
            return True
        return self._signs.search(_NO_LETTERS.sub("", _without_case(text))) is not None

    def secrecy(self, name: str) -> int:
        """What the name says."""
        known = self._known.get(name)
        if known is not None:
            return known
        if name.isascii() and not self._stems.search(_NOT_COUNTED.sub("", name.lower())):
            known = NONE
        else:
            known = self._decide(name)
        if len(name) <= _LONGEST_REMEMBERED:
            if len(self._known) >= _REMEMBERED:
                # Replaced, not cleared, because another thread may be reading it.
                self._known = {}
            self._known[name] = known
        return known

    def _decide(self, written: str) -> int:
        name = written if written.isascii() else _composed(written)
        whole = folded(name)
        if whole in self._kept:
            return NONE
        if any(term in whole for term in self._more):
            return ANY
        parts = [word for word in words(name) if word not in _HARMLESS]
        if not parts:
            return NONE
        together = "".join(parts)
        # The last word may be a part of what makes the name secret: SAMLResponse.
        about = parts[-1] in _LAST and not together.endswith(_SECRET)
        if len(parts) > 1 and (about or parts[0] in _ABOUT):
            return NONE
        if any(term in together for term in _NUMERIC):
            return ANY
        if any(term in together for term in _SECRET):
            return TEXT
        return _of_final(parts)


def _any_of(terms: Iterable[str]) -> re.Pattern[str]:
    """Finds one of the terms; those that have another one in them are found with it."""
    every = sorted(set(terms))
    fewest = (term for term in every if not any(other != term and other in term for other in every))
    return re.compile("|".join(map(re.escape, fewest)))


def _of_final(parts: list[str]) -> int:
    last = parts[-1]
    for end in _FINAL:
        if last != end and (end in _WHOLE or not last.endswith(end)):
            continue
        rest = last[: len(last) - len(end)]
        if not _BEFORE.isdisjoint(parts[:-1]) or _is_before(rest):
            return NONE
        compound = len(parts) > 1 or rest != ""
        return TEXT if compound and end not in _UNSURE else LIKELY
    if last.endswith(_KEY):
        kind = parts[-2] if last == _KEY and len(parts) > 1 else last[: len(last) - len(_KEY)]
        return GENERATED if kind in _KEYED else NONE
    # Mostly counted; where texts are listed, each has to look like one.
    several = last.endswith(_SEVERAL) and _BEFORE.isdisjoint(parts)
    return LIKELY if several and len(parts) > 1 else NONE


def _is_before(rest: str) -> bool:
    """``nextpagetoken`` is written in one word too."""
    return rest != "" and (rest.startswith(_BEFORE_ORDERED) or rest.endswith(_BEFORE_ORDERED))
