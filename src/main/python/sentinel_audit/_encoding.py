"""Encodes an event as one line of JSON. Retries send the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from ._fields import Fields
from ._given import Defaults, InvalidEventError, Written
from ._metadata import MAX_BYTES, MetadataWriter
from ._text import quote
from .event import ActionType, ActorType, AuditEvent, EventStatus, uuid7
from .redaction import Redaction

# Of a value that is encoded in advance. The rest is for other metadata of the event, such as an error message.
_MAX_WRITTEN = MAX_BYTES - 8 * 1024


def _wire_names(values: type[Enum]) -> Mapping[Any, str]:
    """Maps wire names to their JSON. Enum members are found too, because they are strings."""
    return {value.value: quote(value.value) for value in values}


_ACTORS = _wire_names(ActorType)
_ACTIONS = _wire_names(ActionType)
_STATUSES = _wire_names(EventStatus)


class Encoder:
    """Validates and encodes the events of one client. Any thread."""

    def __init__(self, redaction: Redaction) -> None:
        self._redaction = redaction

    def adopt(self, redaction: Redaction) -> None:
        """Redacts all further events by these rules."""
        self._redaction = redaction

    def may_identify(self, text: str) -> bool:
        """Whether an event with this text as an identifier is not rejected for a secret in it."""
        return not self._redaction.is_secret_identifier(text)

    def encode(self, event: AuditEvent, defaults: Defaults) -> bytes:
        """Encodes an event as JSON without a line feed. What is too long is cut, which the metadata says. Raises
        InvalidEventError, which names every invalid field, if the event has no meaning, or a secret in an identifier.
        """
        if event.event_id is None:
            event.event_id = uuid7()
        # One set of rules for the whole event, even if others are adopted meanwhile.
        rules = self._redaction
        fields = Fields(rules)
        agent = defaults.agent_instance_id if event.agent_instance_id is None else event.agent_instance_id
        trace = given(event.trace_id, defaults.trace_id)
        text = (
            f'{{"event_id":"{fields.event_id(event.event_id)}"'
            f',"timestamp":{fields.timestamp(event.timestamp)}'
            f',"agent_instance_id":{fields.identifier("agent_instance_id", agent)}'
            f',"trace_id":{fields.identifier("trace_id", trace)}'
            f',"actor":{_constant("actor", event.actor, _ACTORS, ActorType.AGENT, fields)}'
            f',"action_type":{_constant("action_type", event.action_type, _ACTIONS, None, fields)}'
            f',"resource":{fields.resource(event.resource)}'
            f',"status":{_constant("status", event.status, _STATUSES, EventStatus.SUCCESS, fields)}'
            f"{fields.latency(event.latency_ms)}"
            f"{fields.span_id('span_id', event.span_id)}"
            f"{fields.span_id('parent_span_id', given(event.parent_span_id, defaults.parent_span_id))}"
            f"{fields.link('session_id', given(event.session_id, defaults.session_id))}"
            f"{fields.link('on_behalf_of', given(event.on_behalf_of, defaults.on_behalf_of))}"
        )
        metadata = event.metadata
        if fields.problems:
            raise InvalidEventError("; ".join(fields.problems))
        if metadata is not None and not isinstance(metadata, Mapping):
            metadata = {"value": metadata}
        if fields.marks or (metadata is not None and (type(metadata) is not dict or metadata)):
            written = MetadataWriter(rules).write({} if metadata is None else metadata, fields.marks)
            text = f'{text},"metadata":{written}'
        return f"{text}}}".encode()

    def written(self, name: str, value: Any) -> Written:
        """Encodes a metadata value in advance, because the agent may change it.

        :param name: the member name, of ASCII letters only
        """
        fitted = MetadataWriter(self._redaction).fitted({name: value}, _MAX_WRITTEN)
        prefix = f'{{"{name}":'
        # Without the name, the value did not fit at all.
        json = fitted.body[len(prefix) : -1] if fitted.body.startswith(prefix) else "null"
        return Written(json, fitted.marks)


def given(own: Any, default: Any) -> Any:
    """An empty text is as good as none."""
    return default if own is None or type(own) is str and not own else own


def _constant(field: str, value: Any, names: Mapping[Any, str], default: Any, fields: Fields) -> str:
    try:
        text = names.get(default if value is None else value)
    except Exception:
        # The value of another type, which may have no hash.
        text = None
    if text is None:
        fields.problems.append(f"{field} must be one of {', '.join(names)}")
        return ""
    return text
