"""What the encoder of events and the writer of metadata are given, and the state of one object or list that it writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Optional

from . import _names
from ._marks import Mark


class InvalidEventError(ValueError):
    """The event breaks the contract. The message uses the server's words."""


class Defaults(NamedTuple):
    """What an event gets if it does not say it; None where there is no default."""

    agent_instance_id: Any
    trace_id: Any
    parent_span_id: Any = None
    session_id: Any = None
    on_behalf_of: Any = None


class Written:
    """A value that is already redacted JSON.

    :param marks: what is cut in it, if it is a member of the metadata itself
    """

    __slots__ = ("json", "marks")

    def __init__(self, json: str, marks: Sequence[Mark] = ()) -> None:
        self.json = json
        self.marks = marks


class Shortened:
    """A text of which an event keeps only the beginning, such as the message of an exception. It is redacted first, so
    that no half of a secret stays.

    :param most: characters
    """

    __slots__ = ("text", "most")

    def __init__(self, text: str, most: int) -> None:
        self.text = text
        self.most = most


class Level:
    """An object or a list that is being written."""

    __slots__ = ("array", "name", "role", "named", "earlier", "app_role", "cookies", "web_key", "secret", "data_of")

    def __init__(self, array: bool) -> None:
        self.array = array
        self.name = ""
        # What the member of this name is to its siblings.
        self.role = 0
        # What a sibling or the element before says of the value that it names.
        self.named = _names.NONE
        # Texts that a later sibling may make secrets: for what reasons, and which parts they are.
        self.earlier: list[tuple[tuple[int, ...], int]] = []
        # Whether a member of this object was a role, whose secret may follow.
        self.app_role = False
        # Whether the objects of this list are cookies, which have a name and a value.
        self.cookies = False
        # Whether this object is a JSON Web Key.
        self.web_key = False
        # Whether this object is a Secret of Kubernetes.
        self.secret = False
        # The object that this one is the data of, which may be a Secret.
        self.data_of: Optional[Level] = None

    def forget_from(self, number: int) -> None:
        """Forgets what is in the parts from this number on: they are written otherwise, or not at all."""
        self.earlier = [text for text in self.earlier if text[1] < number]

    def passed(self) -> None:
        """What an element says, it says of the next one only."""
        if self.array:
            self.named = _names.NONE
