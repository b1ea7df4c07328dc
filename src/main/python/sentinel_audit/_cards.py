"""Finds payment card numbers (ISO/IEC 7812): in one piece or in the groups embossed on the card, with a valid check
digit.
"""

from __future__ import annotations

import re
from typing import Optional

from ._escapes import starts_word
from ._rules import spaced

_RUN = re.compile(r"[0-9]{13,20}")
_GROUPED = tuple(
    re.compile(form)
    for form in (
        r"[0-9]{4}([ -])[0-9]{4}\1[0-9]{4}\1[0-9]{4}\1[0-9]{3}",
        r"[0-9]{4}([ -])[0-9]{4}\1[0-9]{4}\1[0-9]{4}",
        r"[0-9]{4}([ -])[0-9]{6}\1[0-9]{5}",
        r"[0-9]{4}([ -])[0-9]{6}\1[0-9]{4}",
    )
)
_GOES_ON = re.compile(r"[.\-][0-9]|[A-Za-z0-9_]")
_MAX_DIGITS = 19
# How far before a number a word may say that it is a card's.
_HINT_REACH = 32
_HINTS = spaced("hints")

# The value of a doubled digit in the Luhn formula.
_TWICE = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def card_number(text: str, at: int, any_card: bool) -> Optional[tuple[int, int]]:
    """Where the number that begins here lies, if one does and nothing of a longer word or number is before it.

    In one piece it needs a word before it that says so, unless any number will do: one id in ten passes by chance.
    """
    if at > 0 and (text[at - 1] in ".+" or not starts_word(text, at)):
        return None
    run = _RUN.match(text, at)
    if run:
        card = not _GOES_ON.match(text, run.end()) and _is_card(run.group())
        return (at, run.end()) if card and (any_card or _is_named(text, at)) else None
    for form in _GROUPED:
        found = form.match(text, at)
        if found is None or _GOES_ON.match(text, found.end()):
            continue
        if _is_card(found.group().replace(found.group(1), "")):
            return at, found.end()
    return None


def _is_named(text: str, at: int) -> bool:
    before = text[max(0, at - _HINT_REACH) : at].lower()
    return any(hint in before for hint in _HINTS)


def is_card_number(digits: str) -> bool:
    """Whether an integer is a payment card number."""
    return 13 <= len(digits) <= _MAX_DIGITS and digits.isdigit() and _is_card(digits)


def _is_card(digits: str) -> bool:
    return _is_issued(int(digits[:4]), len(digits)) and _has_check_digit(digits)


def _is_issued(prefix: int, digits: int) -> bool:
    """Whether a large card scheme issues such numbers. Most others of these lengths are ids and timestamps."""
    two = prefix // 100
    visa = prefix // 1000 == 4
    maestro_or_union_pay = two == 50 or 56 <= two <= 69
    if digits == 13:
        return visa
    if digits == 14:
        return 3000 <= prefix <= 3059 or two in (36, 38, 39)
    if digits == 15:
        return two in (34, 37)
    if digits == 16:
        mastercard = 51 <= two <= 55 or 2221 <= prefix <= 2720
        return visa or mastercard or 3528 <= prefix <= 3589 or maestro_or_union_pay
    if digits in (17, 18):
        return maestro_or_union_pay
    return digits == _MAX_DIGITS and (visa or maestro_or_union_pay)


def _has_check_digit(digits: str) -> bool:
    """Checks the Luhn formula."""
    backwards = [ord(digit) - ord("0") for digit in reversed(digits)]
    return (sum(backwards[::2]) + sum(_TWICE[digit] for digit in backwards[1::2])) % 10 == 0
