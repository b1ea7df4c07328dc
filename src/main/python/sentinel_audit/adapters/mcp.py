"""Records what an agent does through the Model Context Protocol.

::

    from sentinel_audit.adapters.mcp import audited

    async with ClientSession(read, write) as session:
        session = audited(session, client, server="github")
        await session.call_tool("search", {"query": "…"})
"""

from __future__ import annotations

from typing import Any, Generic, Optional, TypeVar

from ..client import AuditClient
from ..event import ActionType, EventStatus
from ._inputs import inputs

S = TypeVar("S")

_MAX_MESSAGE = 500


def audited(session: S, client: AuditClient, *, server: Optional[str] = None, record_inputs: bool = True) -> S:
    """The session, or a client that has the same methods, whose calls of tools and reads of resources are recorded.

    :param server: its name, for the metadata
    :param record_inputs: whether the arguments of tools go into the metadata, without what the redaction takes for secrets;
        what no event can hold is left out, and ``arguments_omitted`` says so
    """
    return Audited(session, client, server, record_inputs)  # type: ignore[return-value]


class Audited(Generic[S]):
    """In front of a session; everything that is not recorded goes to it as it is."""

    def __init__(self, session: S, client: AuditClient, server: Optional[str], record_inputs: bool) -> None:
        self._session: Any = session
        self._client = client
        self._about = {"server": server} if server else {}
        self._record_inputs = record_inputs

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    async def call_tool(self, name: str, arguments: Optional[dict[str, Any]] = None, *args: Any, **kwargs: Any) -> Any:
        """As the session's; a result that says that it is an error is recorded as one."""
        about: dict[str, Any] = dict(self._about)
        if self._record_inputs:
            about.update(inputs(self._client, "arguments", arguments or {}))
        with self._client.action(name, ActionType.TOOL_CALL, metadata=about) as action:
            result = await self._session.call_tool(name, arguments, *args, **kwargs)
            # The name that it has on the wire, and the one since version 2 of the package.
            if getattr(result, "isError", False) or getattr(result, "is_error", False):
                action.status = EventStatus.ERROR
                action.metadata["error_message"] = _text(result)
            return result

    async def read_resource(self, uri: Any, *args: Any, **kwargs: Any) -> Any:
        """As the session's."""
        with self._client.action(str(uri), ActionType.FILE_READ, metadata=self._about):
            return await self._session.read_resource(uri, *args, **kwargs)


def _text(result: Any) -> str:
    texts = (getattr(content, "text", None) for content in getattr(result, "content", None) or ())
    return " ".join(text for text in texts if isinstance(text, str))[:_MAX_MESSAGE]
