"""Finds secrets in a text. Every rule looks for itself, whatever another one has found there; ``Spans`` joins what they
find.

Expressions find the few places where a rule has to look: first the words, then the signs. Each expression begins with a
set of characters, so that it passes over all others fast.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Callable, Optional

from ._assignments import Assignments
from ._cards import card_number
from ._cookie_jars import CookieJars
from ._credentials import Credentials, PrivateKeys
from ._databases import SQLPLUS, Databases
from ._elements import Calls, Elements
from ._escapes import DIGITS, TOKEN, TOKEN_CHARS, ends_line, escape_part, token_end
from ._names import SecretNames
from ._options import Options
from ._phrases import Phrases, is_directive
from ._rules import LISTS
from ._shapes import RefusedRuns, Shapes
from ._spans import Spans

_Search = Callable[..., Optional[re.Match[str]]]

# The shortest token that is worth looking into for another one: eyJ and some more.
_JWT_PART = 8
_MAX_INDENT = 16
_MAX_HYPHENS = 8
_INDENT = " \t#"

_SIGNS = re.compile(
    r":(?!:)|=|>|,(?<=[\"'`;],)|\((?:(?<=[A-Za-z0-9_\-=]\()|(?=ConvertTo-))|%3[dDaA]|\\u003[dDaA]|\||\?\?"
)
# The same in a text without names of secrets: addresses, and calls that log in.
_NAMELESS_SIGNS = re.compile(r":(?=//|5432:|\*:)|(?<=oracle:thin):|%3[aA](?=%2[fF]%2[fF])|\((?:(?<=[A-Za-z0-9_\-=]\()|(?=ConvertTo-))")
# Parameters that are secrets, though they are not named like such.
_QUERY = re.compile(rf"[?&](?:{'|'.join(LISTS['query'])})(?![A-Za-z0-9_\-.])", re.IGNORECASE | re.ASCII)

# What belongs to an escape sequence at the beginning of a word.
_ESCAPE = (
    r"(?:(?<=\\)(?:[nrtbfve]|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2})|(?<=%)[0-9A-Fa-f]{2}|(?<=[\[;])[0-9]*[A-Za-z_\-])?"
)


class Places:
    """Where a word may be a secret, or have one in it or behind it. Any thread."""

    def __init__(self, prefixes: Iterable[str]) -> None:
        by_first: dict[str, list[str]] = {}
        for prefix in prefixes:
            by_first.setdefault(prefix[0], []).append(re.escape(prefix[1:]))
        forms = [f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in sorted(by_first.items())]
        nameless = [
            r"-{1,2}[A-Za-z]",
            "-----BEGIN",
            "---- BEGIN SSH2",
            "[bB](?:[eE][aA][rR][eE][rR]|[aA][sS][iI][cC])",
            "Private-Lines",
            "[iI][dD][eE][nN][tT][iI][fF][iI][eE][dD]",
            r"(?:TRUE|FALSE)(?:\t|\\t)/",
            f"{SQLPLUS} ",
            r"[0-9]{4}(?:[0-9]{9}|[ \-][0-9]{4})",
            *forms,
        ]
        named = ["[pP][aA][sS][sS][wW][oO][rR][dD]", "is ", "[sS][eE][tT][ \t]"]
        word = r"[A-Za-z0-9_\-]+)[ \t]"
        line = rf"|(?<=\n)(?:[{_INDENT}]|\\t){{0,{_MAX_INDENT}}}(?P<line>{word}"
        escaped = rf"|(?<=\\)n(?:[{_INDENT}]|\\t){{0,{_MAX_INDENT}}}(?P<escaped>{word}"
        self._kinds = {
            (names, escapes, token): re.compile(
                rf"[^A-Za-z0-9_](?:{_ESCAPE if escapes else ''}(?:{'|'.join(rules)}){line if names else ''}"
                + (escaped if names and escapes else "")
                + ")"
                + ("|eyJ" if token else "")
            )
            for names, rules in ((True, [*nameless, *named]), (False, nameless))
            for escapes in (True, False)
            for token in (True, False)
        }

    def of(self, text: str, names: bool) -> re.Pattern[str]:
        """The expression for a text: fewer places if it has no names, no escapes and no tokens."""
        return self._kinds[names, "\\" in text or "%" in text or "\x1b[" in text, "eyJ" in text]


_BY_NAME: dict[str, Callable[..., Any]] = {
    "_assignments": Assignments,
    "_elements": Elements,
    "_calls": Calls,
    "_options": Options,
    "_phrases": Phrases,
    "_cookie_jars": CookieJars,
    "_databases": Databases,
}
_BY_TEXT: dict[str, Callable[..., Any]] = {"_private_keys": PrivateKeys, "_credentials": Credentials}


class Scan:
    """One text being looked through."""

    _assignments: Assignments
    _elements: Elements
    _calls: Calls
    _options: Options
    _phrases: Phrases
    _cookie_jars: CookieJars
    _databases: Databases
    _private_keys: PrivateKeys
    _credentials: Credentials

    def __init__(self, text: str, names: SecretNames, shapes: Shapes, any_card: bool) -> None:
        self._text = text
        self._names = names
        self._shapes = shapes
        self._any_card = any_card
        self.spans = Spans()
        self._refused = RefusedRuns()
        # Whether a name in the text may say something.
        self._named = True
        # Pieces behind words that words go on after; no sign is looked at there.
        self._passed: list[tuple[int, int]] = []

    def __getattr__(self, part: str) -> Any:
        """Makes a rule when it is first asked: most texts need few of them."""
        if part in _BY_NAME:
            made = _BY_NAME[part](self._text, self._names, self.spans)
        elif part in _BY_TEXT:
            made = _BY_TEXT[part](self._text, self.spans)
        else:
            raise AttributeError(part)
        setattr(self, part, made)
        return made

    def find(self, places: Places) -> Spans:
        """What all rules find."""
        text = self._text
        named = self._names.may_occur_in(text) or _QUERY.search(text) is not None or _QUERY.match("?" + text[:32])
        self._named = bool(named) or "kty" in text
        self._find_words(places.of(text, self._named))
        self._find_signs((_SIGNS if self._named else _NAMELESS_SIGNS).search)
        return self.spans

    def _find_words(self, places: re.Pattern[str]) -> None:
        text = self._text
        to = len(text)
        search = places.search
        at = 0
        # A text begins like a line.
        first = places.match("\n" + text)
        if first and (not first.lastgroup or is_directive(first.group("line"), self._names)):
            at = self._word(first.start("line") - 1 if first.lastgroup else 0)
        from_here = at - 1 if at else 0
        while at < to:
            if at and text[at] in TOKEN and text[at - 1] in TOKEN:
                # A secret ended within a word.
                at = self._word(at)
                from_here = at - 1
                continue
            found = search(text, from_here)
            if found is None:
                break
            place = found.start() if found.group() == "eyJ" else found.start() + 1
            if found.lastgroup:
                if not is_directive(found.group(found.lastgroup), self._names):
                    # The word may be a secret itself all the same.
                    from_here = place
                    continue
                place = found.start(found.lastgroup)
            at = self._word(at + len(text[at:place].rstrip(TOKEN_CHARS)) if place > at else at)
            from_here = at - 1

    def _find_signs(self, search: _Search) -> None:
        text = self._text
        found = search(text)
        passed = iter((*self._passed, (len(text), len(text))))
        start, end = next(passed)
        while found:
            at = found.start()
            while at >= end:
                start, end = next(passed)
            if at >= start:
                at = end - 1
            else:
                self._sign(at)
            found = search(text, at + 1)

    def _sign(self, at: int) -> None:
        text = self._text
        char = text[at]
        if char == ">":
            self._elements.tag(at)
            if at > 0 and text[at - 1] == "-":
                self._assignments.find(at - 1)
        elif char == ",":
            self._calls.pair(at)
        elif char == "(":
            self._calls.call(at)
        elif char == ":" and text.startswith("//", at + 1):
            self._credentials.url(at + 3)
        elif char == "%" and text[at : at + 9].lower() == "%3a%2f%2f":
            self._credentials.encoded_url(at + 9)
        else:
            if char == ":":
                self._databases.colon(at)
            self._assignments.find(at)

    def _word(self, at: int) -> int:
        """Looks at the word that begins here, and at what it is without an escape before it; returns where to go on."""
        text = self._text
        end = token_end(text, at, len(text))
        found = self._beginning(at)
        if text.find("-", at, end) >= 0:
            found = max(found, self._behind_hyphens(at, end))
        if self._named and (self._starts_line(at) or (end - at == 3 and text[at:end].lower() == "set")):
            self._phrases.directive(at, end)
        if text[at:end] == SQLPLUS:
            self._databases.command(end)
        if at > 0 and text[at - 1] in "\\%[;":
            part = escape_part(text, at, end)
            if part and at + part < end:
                found = max(found, self._beginning(at + part))
                if text[at + part : end] == SQLPLUS:
                    self._databases.command(end)
                if self._named and (self._starts_line(at + part) or text[at + part : end].lower() == "set"):
                    self._phrases.directive(at + part, end)
        if end - at >= _JWT_PART and text.startswith(".", end):
            self._credentials.jwt(at, end)
        if found > end:
            self._passed.append((end, found))
            return found
        return end

    def _starts_line(self, at: int) -> bool:
        text = self._text
        i = at
        while i > 0 and at - i < _MAX_INDENT:
            if text[i - 1] in _INDENT:
                i -= 1
            elif text.endswith("\\t", 0, i):
                i -= 2
            else:
                break
        return i == 0 or ends_line(text, i)

    def _behind_hyphens(self, at: int, end: int) -> int:
        """``${X:-ghp_…}``, ``key-AKIA…``"""
        text = self._text
        tries = 0
        i = text.find("-", at, end - 1)
        while i >= 0 and tries < _MAX_HYPHENS:
            if text[i + 1] != "-":
                tries += 1
                found = self._shapes.find(text, i + 1, self._refused, self.spans)
                if found > 0:
                    return found
            i = text.find("-", i + 1, end - 1)
        return -1

    def _beginning(self, at: int) -> int:
        """Where a secret that goes beyond the word ends, or -1."""
        text = self._text
        char = text[at]
        if char == "-":
            end = self._private_keys.find(at)
            if end < 0:
                self._options.find(at)
            return end
        if char in "bB":
            self._credentials.http(at)
        elif char in "pPiI":
            end = self._private_keys.find_of_putty(at)
            if end > 0:
                return end
            self._phrases.find(at)
        elif char in "TF":
            self._cookie_jars.find(at)
        elif char in DIGITS:
            card = card_number(text, at, self._any_card)
            if card:
                self.spans.add(*card)
                return card[1]
        return self._shapes.find(text, at, self._refused, self.spans)
