"""Encodes an event as one line of JSON. Retries send the same bytes."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import datetime, timezone
from enum import Enum
from typing import Any, Optional

from ._metadata import InvalidEventError, MetadataWriter, Written
from ._text import quote, storable
from .event import ActionType, ActorType, AuditEvent, EventStatus, now, uuid7
from .redaction import REPLACEMENT, Redaction

MAX_ID = 255
MAX_RESOURCE = 1024
MAX_LATENCY = 2**31 - 1

_ID_RULE = "must be a string of 1 to 255 characters"
_ID_SECRET = (
    "must not contain a secret, such as an API key or a password; identifiers are stored as they are sent"
)
_RESOURCE_RULE = "must be a string of 1 to 1024 characters"
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_UUID_RULE = "event_id must be a UUID in its canonical form of 8-4-4-4-12 hexadecimal digits"
_MAX_TIMESTAMP = 64


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

    def encode(self, event: AuditEvent, agent_instance_id: Optional[str], trace_id: str) -> bytes:
        """Encodes an event as JSON without a line feed; raises InvalidEventError, which names every invalid field.

        :param agent_instance_id: used if the event names no agent
        :param trace_id: used if the event names no trace
        """
        if event.event_id is None:
            event.event_id = uuid7()
        problems: list[str] = []
        # One set of rules for the whole event, even if others are adopted meanwhile.
        rules = self._redaction
        agent = agent_instance_id if event.agent_instance_id is None else event.agent_instance_id
        trace = trace_id if event.trace_id is None else event.trace_id
        text = (
            f'{{"event_id":"{_event_id(event.event_id, problems)}"'
            f',"timestamp":{_timestamp(event.timestamp)}'
            f',"agent_instance_id":{_id(rules, "agent_instance_id", agent, problems)}'
            f',"trace_id":{_id(rules, "trace_id", trace, problems)}'
            f',"actor":{_constant("actor", event.actor, _ACTORS, problems)}'
            f',"action_type":{_constant("action_type", event.action_type, _ACTIONS, problems)}'
            f',"resource":{_resource(rules, event.resource, problems)}'
            f',"status":{_constant("status", event.status, _STATUSES, problems)}'
            f"{_latency(event.latency_ms, problems)}{_metadata(rules, event.metadata, problems)}}}"
        )
        if problems:
            raise InvalidEventError("; ".join(problems))
        return text.encode()

    def written(self, name: str, value: Any) -> Written:
        """Encodes a metadata value in advance; raises InvalidEventError if it is too large or too deep for an event.

        :param name: the member name, of ASCII letters only
        """
        text = MetadataWriter(self._redaction).write({name: value})
        return Written(text[len(f'{{"{name}":') : -1])


def _resource(rules: Redaction, resource: Any, problems: list[str]) -> str:
    if not isinstance(resource, str) or not 0 < len(resource) <= MAX_RESOURCE:
        problems.append(f"resource {_RESOURCE_RULE}")
        return ""
    resource = storable(resource)
    clean = rules.clean(resource)
    if clean is not None:
        # The replacement may be longer than the secret.
        resource = clean if len(clean) <= MAX_RESOURCE else REPLACEMENT
    return quote(resource)


def _metadata(rules: Redaction, metadata: Any, problems: list[str]) -> str:
    if not metadata:
        return ""
    if not isinstance(metadata, Mapping):
        problems.append("metadata must be a mapping")
        return ""
    try:
        text = MetadataWriter(rules).write(metadata)
    except InvalidEventError as e:
        problems.append(str(e))
        return ""
    return f',"metadata":{text}'


def _event_id(event_id: Any, problems: list[str]) -> str:
    text = str(event_id)
    if not _UUID.fullmatch(text):
        problems.append(_UUID_RULE)
    return text


def _timestamp(timestamp: Any) -> str:
    if isinstance(timestamp, datetime):
        if timestamp.tzinfo is None:
            # The server reads a time without an offset as UTC, too.
            timestamp = timestamp.replace(tzinfo=timezone.utc)
        # In UTC, because some historical time zones have offsets with seconds, which RFC 3339 does not allow.
        timestamp = timestamp.astimezone(timezone.utc).isoformat()
    # The server validates the text.
    return quote(now() if timestamp is None else storable(str(timestamp))[:_MAX_TIMESTAMP])


def _id(rules: Redaction, field: str, value: Any, problems: list[str]) -> str:
    if value is None:
        problems.append(f"{field} is required")
    elif not isinstance(value, str) or not 0 < len(value) <= MAX_ID:
        problems.append(f"{field} {_ID_RULE}")
    else:
        text = storable(value)
        if not rules.is_secret_identifier(text):
            return quote(text)
        problems.append(f"{field} {_ID_SECRET}")
    return ""


def _constant(field: str, value: Any, names: Mapping[Any, str], problems: list[str]) -> str:
    text = names.get(value)
    if text is None:
        problems.append(f"{field} must be one of {', '.join(names)}")
        return ""
    return text


def _latency(latency: Any, problems: list[str]) -> str:
    if latency is None:
        return ""
    try:
        millis = int(latency) if math.isfinite(latency) else MAX_LATENCY
    except (TypeError, ValueError):
        problems.append("latency_ms must be a number")
        return ""
    return f',"latency_ms":{min(max(0, millis), MAX_LATENCY)}'
