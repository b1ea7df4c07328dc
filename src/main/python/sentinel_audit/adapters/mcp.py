"""Records an agent's actions through the Model Context Protocol.

::

    from sentinel_audit.adapters.mcp import audited

    async with ClientSession(read, write) as session:
        session = audited(session, client, server="github")
        await session.call_tool("search", {"query": "…"})

Each call is an action, with a span id of its own. A request id of the protocol is unique within its connection only, and
the session id of its transport is a secret, so neither is recorded: the session is that of the scope or the client.
"""

from __future__ import annotations

from typing import Any, Generic, Optional, TypeVar

from .._given import Shortened
from ..client import AuditClient
from ..event import ActionType, EventStatus
from ._inputs import inputs

S = TypeVar("S")

_MAX_MESSAGE = 500


def audited(session: S, client: AuditClient, *, server: Optional[str] = None, record_inputs: bool = True) -> S:
    """Wraps a session, or a client with the same methods, and records its tool calls and resource reads.

    :param server: the server's name, for the metadata
    :param record_inputs: whether to record the redacted arguments of tools in the metadata. What does not
        fit into an event is cut.
    """
    return Audited(session, client, server, record_inputs)  # type: ignore[return-value]


class Audited(Generic[S]):
    """Wraps a session. Everything that is not recorded is passed through."""

    def __init__(self, session: S, client: AuditClient, server: Optional[str], record_inputs: bool) -> None:
        self._session: Any = session
        self._client = client
        self._about = {"server": server} if server else {}
        self._record_inputs = record_inputs

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    async def call_tool(self, name: str, arguments: Optional[dict[str, Any]] = None, *args: Any, **kwargs: Any) -> Any:
        """Calls and records a tool. A result marked as an error is recorded as one."""
        about: dict[str, Any] = dict(self._about)
        if self._record_inputs:
            about.update(inputs(self._client, "arguments", arguments or {}))
        with self._client.action(name, ActionType.TOOL_CALL, metadata=about) as action:
            result = await self._session.call_tool(name, arguments, *args, **kwargs)
            # The name on the wire, and the name since version 2 of the package.
            if getattr(result, "isError", False) or getattr(result, "is_error", False):
                action.status = EventStatus.ERROR
                action.metadata["error_message"] = _text(result)
            return result

    async def read_resource(self, uri: Any, *args: Any, **kwargs: Any) -> Any:
        """Reads a resource and records it."""
        with self._client.action(str(uri), ActionType.FILE_READ, metadata=self._about):
            return await self._session.read_resource(uri, *args, **kwargs)


def _text(result: Any) -> Shortened:
    texts = (getattr(content, "text", None) for content in getattr(result, "content", None) or ())
    return Shortened(" ".join(text for text in texts if isinstance(text, str)), _MAX_MESSAGE)
