"""What the members of one object of metadata make of each other: a sibling names a value, the type of a JSON Web Key makes
some of its members secrets, the kind of a Secret of Kubernetes all that is in its data. Members come in any order.
"""

from __future__ import annotations

from . import _names
from ._given import Level
from .redaction import CONTENT, KEY_PART, KEY_TYPE, KIND, NAME, VALUE, Redaction


def reasons(level: Level, text: str, redaction: Redaction) -> tuple[int, ...]:
    """What a member that comes later may be that makes this text, which is none, a secret. ``CONTENT`` if that member is
    one of the object around.
    """
    found: tuple[int, ...] = ()
    if level.role == VALUE and redaction.hides_text(redaction.secrecy_of_named(level.name), text):
        found = (NAME,)
    elif level.role == KEY_PART and redaction.hides_text(_names.LIKELY, text):
        found = (KEY_TYPE,)
    if level.data_of is not None and redaction.hides_text(_names.TEXT, text):
        found = (*found, CONTENT)
    return found


def revealed(level: Level, text: str, redaction: Redaction) -> set[int]:
    """The parts with texts that came before this one and are secrets because of it. They are not remembered further."""
    role = level.role
    # What comes after the first reason is hidden, so the next ones find nothing that is remembered.
    if role == NAME and level.named != _names.ANY and redaction.secrecy_named_by(text) != _names.NONE:
        level.named = _names.ANY
    elif role == KEY_TYPE and not level.web_key:
        level.web_key = True
    elif role == KIND and not level.secret and text == "Secret":
        level.secret = True
    else:
        return set()
    hidden = {number for made_by, number in level.earlier if role in made_by}
    level.earlier = [earlier for earlier in level.earlier if earlier[1] not in hidden]
    return hidden


def end(level: Level) -> None:
    """Ends an object. What it has may be the data of a Secret whose kind follows."""
    if level.data_of is not None:
        level.data_of.earlier += [((KIND,), number) for made_by, number in level.earlier if CONTENT in made_by]
