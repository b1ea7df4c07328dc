"""Judges what stands where a secret is expected: a placeholder, a reference to where the secret is, a word, a sentence,
or the secret itself. Looks at a bounded number of characters: what is longer than that is no placeholder.
"""

from __future__ import annotations

import re

from . import _names
from ._escapes import DIGITS, LETTERS
from ._names import SecretNames
from ._rules import LISTS, NAMES, REPLACEMENT

# No placeholder and no reference is longer.
LONGEST_HARMLESS = 256
_SHORTEST_RANDOM = 6
_LONG_RANDOM = 20
_LONGEST_WORD = 4096
_SHORTEST_GENERATED = 16
_LONGEST_NUMBER = 12
_FILLERS = frozenset("*xX.-_#\u2022\u2026")

_WORDS = NAMES["words"]
_OWNERS = NAMES["owners"]
_LINKING = NAMES["linking"]
_PROSE = NAMES["prose"]
_REFERENCES = LISTS["references"]
_PATTERNS = ("(?", "[^", "[A-Z", "[a-z", "[0-9]", "\\w", "\\s", "\\d+", "\\d{")

_NAME = re.compile(r"[A-Za-z0-9_]+")
_LABEL = re.compile(r"[A-Za-z0-9_\- .]+")
_FILLED_IN = re.compile(r"[A-Za-z0-9_\-. ]*")
_MEMBER = re.compile(r"[A-Za-z0-9_]+(\[|->)?")
_FIRST_WORD = re.compile(r"[A-Za-z']+(?= )")
_DATE = re.compile(r"[0-9\-:.+TZ ]*")
_VERSION = re.compile(r"([\^~=v>< ]*)([0-9.]*)")
_CONSTANT = re.compile(r"[A-Z0-9_]*")
_YOURS = re.compile(r"your[\-_]|<your", re.IGNORECASE | re.ASCII)
_LETTERS_AND_BLANKS = re.compile(r"[A-Za-z ]*")
_DOTTED = re.compile(r"[A-Za-z._]*")
_FILE = re.compile(r"[a-z/._\-]*")
_PATH = re.compile(r"[/~]|\.[/.]|[A-Za-z]:[/\\]")
_PRINTABLE = re.compile(r"[!-~]+")
# A letter that is not of ASCII, as JSON may spell it: the tokens of models have such.
_ESCAPED_LETTER = re.compile(r"\\u(?:[1-9A-Fa-f].|0[^0])..")
_DIGIT = re.compile(r"[0-9]")
_UPPER = re.compile(r"[A-Z]")
_LOWER = re.compile(r"[a-z]")
_GENERATED = re.compile(r"[A-Za-z0-9+/=_\-.~%:]*")
_RUN = re.compile(r"[A-Za-z0-9]{16,}")
_BASE64_RUN = re.compile(r"[A-Za-z0-9+/=]{16,}")


def is_secret(secrecy: int, value: str) -> bool:
    """Whether a text is a secret, by what its name says: the text itself decides as much."""
    if secrecy == _names.NONE:
        return False
    if secrecy == _names.GENERATED:
        return is_generated(value)
    if secrecy == _names.LIKELY:
        return is_random(value) and not is_stand_in(value)
    return value != "" and not is_stand_in(value)


def is_placeholder(value: str) -> bool:
    """Whether it only stands for a secret: ``${DB_PASSWORD}``, ``{{token}}``, ``****``."""
    length = len(value)
    if length == 0 or length > LONGEST_HARMLESS:
        return length == 0
    first, last = value[0], value[-1]
    if first == "$":
        return _is_variable(value)
    if first == "{":
        return last == "}" and ((length > 1 and value[1] == "{") or _is_filled_in(value[1:-1]))
    if first == "#":
        return (length > 2 and value[1] == "{" and last == "}") or _is_filler(value)
    if first == "<":
        return last == ">" and _is_label(value[1:-1])
    if first == "[":
        return last == "]" and _is_label(value[1:-1])
    if first == "%":
        return length <= 2 or (last == "%" and _is_name(value[1:-1])) or _is_format(value)
    if first in ":@":
        return length > 1 and _is_name(value[1:]) and not _has_digit(value)
    if first == "!":
        return _is_name(value[1:]) and not _has_digit(value)
    if first == "?":
        return length == 1
    return _is_filler(value)


def is_stand_in(value: str) -> bool:
    """Whether it stands for a secret, or says where one is or what it should be."""
    return is_placeholder(value) or _is_meant(value)


def is_harmless(value: str, quoted: bool, names: SecretNames) -> bool:
    """The same, or another thing that no secret is in text or code: a word, a type, a call, another variable."""
    if is_placeholder(value):
        return True
    if len(value) > LONGEST_HARMLESS:
        return False
    return (
        _first_word(value).lower() in _WORDS
        or _is_meant(value)
        or _is_address(value)
        or value.startswith(".*")
        or any(pattern in value for pattern in _PATTERNS)
        or _is_file(value)
        or _is_number_or_dotted(value)
        or _is_about_secret(value, names)
        or ((quoted or "${" in value) and _is_template(value))
        or (not quoted and _is_reference(value, names))
    )


def _is_about_secret(value: str, names: SecretNames) -> bool:
    """``deleted orphaned secret``"""
    blank = value.rfind(" ")
    return (
        blank > 0
        and _LETTERS_AND_BLANKS.fullmatch(value) is not None
        and names.secrecy(value[blank + 1 :]) != _names.NONE
    )


def _first_word(value: str) -> str:
    """``required|min:8``, ``REDACTED/``: the word, if nothing but a sign or a rule follows it."""
    bar = value.find("|")
    return (value[:bar] if bar > 0 else value).rstrip("/.!;:")


def _is_meant(value: str) -> bool:
    """What says where a secret is, what it should be, or which version something has."""
    if len(value) > LONGEST_HARMLESS:
        return False
    return (
        value.startswith(_REFERENCES)
        or _is_sentence(value)
        or _is_version(value)
        or _is_date(value)
        or _is_constant(value)
        or _is_instruction(value)
    )


def _is_sentence(value: str) -> bool:
    """``This field may not be blank.``"""
    found = _FIRST_WORD.match(value)
    if found is None:
        return False
    blanks = value.count(" ", found.end())
    begins = blanks >= 2 and found.group().lower() in _PROSE
    if not begins and (blanks < 3 or _LINKING.isdisjoint(value.lower().split(" "))):
        return False
    return not any(is_random(word) for word in value[found.end() :].split(" "))


def _is_version(value: str) -> bool:
    """``^9.0.2``, ``0.18.1``, ``~> 1.4``."""
    found = _VERSION.fullmatch(value)
    if found is None or value[-1] not in DIGITS:
        return False
    points = found.group(2).count(".")
    return points == 2 or (points == 1 and found.group(1) != "")


def _is_date(value: str) -> bool:
    """``2026-11-27``, also with a time behind it."""
    return len(value) >= 10 and value[4] == "-" and value[7] == "-" and _DATE.fullmatch(value) is not None


def _is_constant(value: str) -> bool:
    """``HIDDEN_DUE_TO_SECURITY_REASONS``"""
    underscores = value.count("_")
    return underscores >= 2 and _CONSTANT.fullmatch(value) is not None and (underscores > 2 or not _has_digit(value))


def _is_instruction(value: str) -> bool:
    """``your-api-key-here``, ``YOUR_TOKEN``, ``sk-...``."""
    if len(value) > 3 and value.endswith("..."):
        return len(value) < 16
    return _YOURS.match(value) is not None and not _has_digit(value)


def _is_address(value: str) -> bool:
    """Other rules look at the secrets in it."""
    sign = value.find("://")
    return 1 < sign < 12 and value[0] in LETTERS and "@" not in value


def _is_number_or_dotted(value: str) -> bool:
    """``0x00000377L``, ``java.naming.security.credentials`` and a sign alone."""
    if len(value) == 1:
        return not (value.isalpha() or value.isdecimal())
    if value.startswith("0x"):
        return len(value) <= _LONGEST_NUMBER
    return value.count(".") >= 2 and _DOTTED.fullmatch(value) is not None


def _is_file(value: str) -> bool:
    if value.startswith(("./", "../", "~/")):
        return True
    slash = value.rfind("/")
    point = value.rfind(".")
    kind = len(value) - point - 1
    return slash > 0 and point > slash and 2 <= kind <= 4 and _FILE.fullmatch(value) is not None


def _is_template(value: str) -> bool:
    """``f"{user}-token"``: what is not filled in tells nothing."""
    rest: list[str] = []
    found = False
    i = 0
    while i < len(value):
        close = value.find("}", i) if value[i] == "{" else -1
        if close > i + 1 and _is_filled_in(value[i + 1 : close]):
            found = True
            i = close + 1
        elif value.startswith(("${", "$("), i):
            i += 1
        else:
            rest.append(value[i])
            i += 1
    return found and not is_random("".join(rest))


def _is_variable(value: str) -> bool:
    if len(value) < 2:
        return False
    opened = value[1]
    if opened in "{(":
        # What stands behind ":-" is the value if there is no other.
        return value[-1] == ("}" if opened == "{" else ")") and ":-" not in value
    if opened in DIGITS:
        return len(value) == 2
    found = _MEMBER.match(value, 1)
    if found is None:
        return False
    if found.end() == len(value) and found.group(1) is None:
        # A secret may begin with this sign too.
        return not (_UPPER.search(value) and _LOWER.search(value) and _has_digit(value))
    return found.group(1) is not None


def _is_format(value: str) -> bool:
    """``%(name)s``"""
    return value[1] == "(" and value.endswith((")s", ")d"))


def _is_filler(value: str) -> bool:
    return value[0] in _FILLERS and value == value[0] * len(value)


def _is_name(value: str) -> bool:
    return _NAME.fullmatch(value) is not None


def _is_label(value: str) -> bool:
    """Words that say what is meant to stand here."""
    return _LABEL.fullmatch(value) is not None and not is_random(value)


def _is_filled_in(value: str) -> bool:
    """What a formatted text is filled in with: ``{token}``, ``{token[:4]}``."""
    found = _FILLED_IN.match(value)
    end = found.end() if found else 0
    name = not is_random(value[:end]) or not _has_digit(value[:end])
    return name and (end == len(value) or value[end] in "[(!:")


def _is_reference(value: str, names: SecretNames) -> bool:
    """``os.environ[...]``, ``getToken()``, ``self.password``, ``Optional[str]``."""
    length = len(value)
    i = 2 if value.startswith("[]") else 0
    while i < length and value[i] in "*&!":
        i += 1
    part = i
    owner = ""
    while i < length:
        char = value[i]
        if char in LETTERS or char in "_#" or (i > part and char in DIGITS):
            i += 1
        elif i > part and char in "([{":
            return True
        elif i > part and char == "!" and i == length - 1:
            break
        elif i > part and (char == "." or value.startswith(("->", "::"), i)):
            owner = owner or value[:i]
            i += 1 if char == "." else 2
            part = i
        else:
            return False
    if i == part:
        return False
    if owner.lower() in _OWNERS:
        return True
    return not _has_digit(value[part:i]) and names.secrecy(value[part:]) != _names.NONE


def is_random(value: str) -> bool:
    """Whether nothing but chance would make such a text: no word, no sentence, no path."""
    length = len(value)
    if length < _SHORTEST_RANDOM or value[0] == "#" or is_path(value):
        return False
    if length > _LONGEST_WORD:
        return True
    if not _PRINTABLE.fullmatch(value) or ("\\u" in value and _ESCAPED_LETTER.search(value)):
        return False
    if REPLACEMENT in value:
        # A redacted text would look random only because of the replacement.
        return False
    upper = _UPPER.search(value) is not None
    lower = _LOWER.search(value) is not None
    return (_has_digit(value) and (upper or lower)) or (length >= _LONG_RANDOM and upper and lower)


def is_generated(value: str) -> bool:
    """Whether a generator made it: long, and without anything that words or ids are parted with."""
    if not _SHORTEST_GENERATED <= len(value) <= _LONGEST_WORD or is_path(value) or not _GENERATED.fullmatch(value):
        return False
    runs = _BASE64_RUN if value[-1] == "=" or "+" in value else _RUN
    return any(_has_digit(run) and (_LOWER.search(run) or _UPPER.search(run)) for run in runs.findall(value))


def is_mixed(value: str) -> bool:
    """Whether it has letters of both cases and digits, as no word and no name of an algorithm has."""
    return _has_digit(value) and _UPPER.search(value) is not None and _LOWER.search(value) is not None


def is_path(value: str) -> bool:
    """Whether it begins like the name of a file."""
    return _PATH.match(value) is not None


def _has_digit(value: str) -> bool:
    return _DIGIT.search(value) is not None
