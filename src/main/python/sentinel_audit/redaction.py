"""Takes secrets out of events before they leave the process: by the same rules as the server.

The tables are the server's own files. The grammar follows ``dev.sentinel.audit.redact`` class by class; the corpora in
``src/test/redaction`` and generated texts hold both together.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Optional

from . import _app_roles, _names, _siblings, _values, _web_keys
from ._cards import is_card_number
from ._rules import REPLACEMENT
from ._scanner import Places, Scan
from ._shapes import Shapes, is_understood
from ._text import joined, units

__all__ = ["REPLACEMENT", "Redaction"]

# No secret that a rule knows is shorter: "://:x@".
_SHORTEST = 6

# A cache of texts without secrets, so that frequent texts are scanned once: names of members, tools and models.
# Bounded, and never contains a secret.
_REMEMBERED = 4096
_LONGEST_REMEMBERED = 64

# What a member of an object may be to its siblings: it names a value; another member may name its value; its object is
# a JSON Web Key; it is private in one; it is the kind of an object of Kubernetes, or the data of a Secret.
NAME, VALUE, KEY_TYPE, KEY_PART, KIND, CONTENT = range(1, 7)
_ROLES = {
    _web_keys.TYPE: KEY_TYPE,
    **dict.fromkeys(_web_keys.PRIVATE, KEY_PART),
    "kind": KIND,
    "data": CONTENT,
    "stringData": CONTENT,
}

MODES = ("strict", "full", "keys", "off")


class Redaction:
    """The rules of one client. Any thread. Case and separators of names do not count.

    :param mode: ``"strict"``: also every number that could be a card's; ``"full"``: by name and by shape;
        ``"keys"``: by name; ``"off"``: nothing
    :param more_keys: names that are secret too, wherever they stand in a longer one
    :param kept_keys: names that are not secret, whatever the rules say; case and separators do not count in both
    :param more_shapes: lines in the form of ``shapes.tsv``
    :raises ValueError: if one of them is not usable; the message says why
    """

    def __init__(
        self,
        mode: str = "full",
        more_keys: Iterable[str] = (),
        kept_keys: Iterable[str] = (),
        more_shapes: Iterable[str] = (),
    ) -> None:
        if mode not in MODES:
            raise ValueError(f"redaction must be strict, full, keys or off, not {mode!r}")
        self.mode = mode
        self._more_keys = tuple(more_keys)
        self._kept_keys = tuple(kept_keys)
        self._more_shapes = tuple(dict.fromkeys(more_shapes))
        for key in (*self._more_keys, *self._kept_keys):
            if not _names.folded(key):
                raise ValueError(f"a key needs a letter or a digit: {key!r}")
        self._by_key = mode != "off"
        self._by_shape = mode in ("full", "strict")
        self._any_card = mode == "strict"
        self._names = _names.SecretNames(self._more_keys, self._kept_keys)
        self._shapes = Shapes(self._more_shapes) if self._more_shapes else _SHAPES
        self._places = Places(self._shapes.prefixes) if self._more_shapes else _PLACES
        self._clean: set[str] = set()
        self.plain_names: dict[str, tuple[str, int, int]] = {}
        """Names that nothing is taken out of: as JSON, and what they say of the value and of siblings."""

    def combined(
        self, mode: str, keys: Iterable[str], exempted: Iterable[str], shapes: Iterable[str]
    ) -> Redaction:
        """These rules and what a server adds to them. It can add names and shapes, exempt names that these rules do not
        add themselves, and ask for ``"strict"``; it cannot make them look for less otherwise.

        :param keys: names that are secret too
        :param exempted: names that are not secret
        :param shapes: lines in the form of ``shapes.tsv``. One that these rules do not understand, from a newer server,
            is left out: it must not cost the others, and the server looks for it too.
        """
        own = [_names.folded(key) for key in self._more_keys]
        kept = list(self._kept_keys)
        for name in exempted:
            whole = _names.folded(name)
            if whole and not any(key in whole for key in own):
                kept.append(name)
        return Redaction(
            "strict" if self.mode == "full" and mode == "strict" else self.mode,
            (*self._more_keys, *(key for key in keys if _names.folded(key))),
            kept,
            (*self._more_shapes, *filter(is_understood, shapes)),
        )

    def secrecy(self, name: str) -> int:
        """What a member's name says of its value: NONE, GENERATED, LIKELY, TEXT or ANY."""
        return self._names.secrecy(name) if self._by_key else _names.NONE

    def remember_name(self, name: str, entry: tuple[str, int, int]) -> None:
        """Adds to ``plain_names``."""
        if len(name) <= _LONGEST_REMEMBERED:
            if len(self.plain_names) >= _REMEMBERED:
                # Replaced, not cleared, because another thread may be reading it.
                self.plain_names = {}
            self.plain_names[name] = entry

    def hides_text(self, secrecy: int, text: str) -> bool:
        """Whether the text below a name is a secret. An empty text and one that only stands for a secret are none."""
        return secrecy != _names.NONE and _values.is_secret(secrecy, text if text.isascii() else units(text))

    def hides_integer(self, secrecy: int, name: Optional[str], digits: str) -> bool:
        """Whether the number below a name is a secret; elements of lists have no name."""
        if secrecy == _names.ANY:
            return True
        if not self._by_shape or len(digits) < 13 or not is_card_number(digits):
            return False
        return self._any_card or (name is not None and _names.may_be_card(name))

    def hides_structure(self, secrecy: int, name: str) -> bool:
        """Whether the object or list below a name goes as a whole."""
        return (
            secrecy >= _names.TEXT and not _is_plural(name) and not _names.folded(name).endswith("authorization")
        )

    def secrecy_within(self, secrecy: int, name: str) -> int:
        """What the name of an object says of those of its members whose own names say nothing: in ``"secrets"`` they
        are secrets if they look like some.
        """
        return _names.LIKELY if secrecy >= _names.TEXT and _is_plural(name) else _names.NONE

    def role(self, member: str) -> int:
        """What a member of this name is to the other members of its object; 0 if it is nothing."""
        if not self._by_key:
            return 0
        if _siblings.is_value(member):
            return VALUE
        return NAME if _siblings.is_name(member) else _ROLES.get(member, 0)

    def is_role(self, member: str) -> bool:
        """Whether a member of this name is a role, whose secret may be another member of its object."""
        return self._by_key and _app_roles.is_role(member)

    def secrecy_of_named(self, member: str) -> int:
        """What a sibling that is the name of a secret says of the value of this member."""
        return _siblings.secrecy_of(member)

    def secrecy_named_by(self, text: str) -> int:
        """What a text that is itself a name says of its value: that of a member such as ``"name"``, or of the next
        element of a list, as in ``["authorization", "V"]`` and ``["--password", "V"]``.
        """
        if not self._by_key or not 0 < len(text) <= _siblings.LONGEST_NAME:
            return _names.NONE
        return _siblings.secrecy_named_by(text, self._names)

    def is_secret_identifier(self, text: str) -> bool:
        """Whether an identifier holds a secret. It cannot be replaced without becoming another identifier. Identifiers
        are numbers too, of which one in ten could be a card's.
        """
        if self._any_card:
            return self._cleaned(text, False) is not None
        return self.clean(text) is not None

    def clean(self, text: str) -> Optional[str]:
        """The text with its secrets replaced, or None if it has none."""
        if not self._by_shape or len(text) < _SHORTEST or text in self._clean:
            return None
        clean = self._cleaned(text, self._any_card)
        if clean is None and len(text) <= _LONGEST_REMEMBERED:
            if len(self._clean) >= _REMEMBERED:
                self._clean.clear()
            self._clean.add(text)
        return clean

    def _cleaned(self, text: str, any_card: bool) -> Optional[str]:
        if text.isascii() or len(text.encode("utf-16-le", "surrogatepass")) == 2 * len(text):
            return self._scanned(text, any_card)
        # The rules count in UTF-16, as the server does.
        clean = self._scanned(units(text), any_card)
        return None if clean is None else joined(clean)

    def _scanned(self, text: str, any_card: bool) -> Optional[str]:
        spans = Scan(text, self._names, self._shapes, any_card).find(self._places)
        return spans.replaced(text) if spans else None


def _is_plural(name: str) -> bool:
    """``secrets``: what is in it has names of its own."""
    return name.endswith(("s", "S"))


_SHAPES = Shapes()
_PLACES = Places(_SHAPES.prefixes)
