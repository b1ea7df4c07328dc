"""Records the actions of agents built with LangChain or LangGraph.

::

    from sentinel_audit.adapters.langchain import audit_callbacks

    agent.invoke(question, config={"callbacks": [audit_callbacks(client)]})

Calls of tools, models and retrievers are recorded when they end, with their duration. The trace is that of the current
scope (``client.trace()``), or else the outermost LangChain run. The span is the run, and its parent the nearest run around
it that is recorded, or else the action that the agent is in, or the chain. The session is that of the scope, or else
what the metadata of the run calls ``session_id``, ``thread_id`` or ``conversation_id``, as LangSmith does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional
from uuid import UUID

from .. import context
from ..client import AuditClient
from ..event import ActionType, EventStatus
from ..tracing import describe
from . import _inputs
from ._runs import Recorder, Run


_SESSIONS = ("session_id", "thread_id", "conversation_id")


def audit_callbacks(client: AuditClient, *, record_inputs: bool = True) -> Any:
    """Creates a LangChain callback handler.

    :param record_inputs: whether to record the redacted arguments of tools and queries of retrievers in the metadata.
        What does not fit into an event is cut. Prompts and answers of models are never recorded.
    :raises ImportError: without ``langchain_core``
    """
    from langchain_core.callbacks import BaseCallbackHandler  # type: ignore[import-not-found, unused-ignore]

    class AuditCallbackHandler(Recording, BaseCallbackHandler):  # type: ignore[misc, unused-ignore]
        """LangChain calls the methods on the agent's thread."""

    return AuditCallbackHandler(client, record_inputs)


class Recording(Recorder):
    """The callbacks, with LangChain's names and parameters."""

    def on_chain_start(
        self, serialized: Any, inputs: Any, *, run_id: UUID, parent_run_id: Optional[UUID] = None, **kwargs: Any
    ) -> None:
        """Not recorded; only tracks which runs belong together."""
        self._begin(run_id, parent_run_id, None, kwargs.get("metadata"))

    def on_chain_end(self, outputs: Any, *, run_id: UUID, **kwargs: Any) -> None:
        self._runs.end(run_id)

    def on_chain_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        self._runs.end(run_id)

    def on_tool_start(
        self,
        serialized: Optional[dict[str, Any]],
        input_str: str,
        *,
        run_id: UUID,
        parent_run_id: Optional[UUID] = None,
        inputs: Optional[dict[str, Any]] = None,
        **kwargs: Any,
    ) -> None:
        run = self._begin(run_id, parent_run_id, _name(serialized, kwargs, "tool"), kwargs.get("metadata"))
        if self._record_inputs:
            given = inputs if inputs is not None else input_str
            run.metadata.update(_inputs.inputs(self._client, "arguments", given))

    def on_tool_end(self, output: Any, *, run_id: UUID, **kwargs: Any) -> None:
        # A tool may return its error to the model instead of raising it.
        failed = getattr(output, "status", None) == "error"
        self._end(run_id, ActionType.TOOL_CALL, status=EventStatus.ERROR if failed else EventStatus.SUCCESS)

    def on_tool_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        self._fail(run_id, ActionType.TOOL_CALL, error)

    def on_llm_start(
        self,
        serialized: Optional[dict[str, Any]],
        prompts: Any,
        *,
        run_id: UUID,
        parent_run_id: Optional[UUID] = None,
        metadata: Optional[dict[str, Any]] = None,
        **kwargs: Any,
    ) -> None:
        model = (metadata or {}).get("ls_model_name") or _name(serialized, kwargs, "model")
        self._begin(run_id, parent_run_id, f"llm.{model}", metadata)

    def on_chat_model_start(self, serialized: Optional[dict[str, Any]], messages: Any, **kwargs: Any) -> None:
        self.on_llm_start(serialized, messages, **kwargs)

    def on_llm_end(self, response: Any, *, run_id: UUID, **kwargs: Any) -> None:
        usage = (getattr(response, "llm_output", None) or {}).get("token_usage")
        self._end(run_id, ActionType.API_CALL, {"token_usage": usage} if usage else {})

    def on_llm_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        self._fail(run_id, ActionType.API_CALL, error)

    def on_retriever_start(
        self,
        serialized: Optional[dict[str, Any]],
        query: str,
        *,
        run_id: UUID,
        parent_run_id: Optional[UUID] = None,
        **kwargs: Any,
    ) -> None:
        run = self._begin(run_id, parent_run_id, _name(serialized, kwargs, "retriever"), kwargs.get("metadata"))
        if self._record_inputs:
            run.metadata.update(_inputs.inputs(self._client, "query", query))

    def on_retriever_end(self, documents: Sequence[Any], *, run_id: UUID, **kwargs: Any) -> None:
        self._end(run_id, ActionType.DB_QUERY, {"documents": len(documents)})

    def on_retriever_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        self._fail(run_id, ActionType.DB_QUERY, error)

    def _begin(self, run_id: UUID, parent_run_id: Optional[UUID], resource: Optional[str], metadata: Any) -> Run:
        """:param resource: None for a run that is not recorded"""
        scope = context.current()
        parent = self._runs.get(parent_run_id) if parent_run_id else None
        outermost = parent.trace_id if parent else str(parent_run_id or run_id)
        run = Run(resource or "", scope.trace_id if scope else outermost)
        # Of a run that is not recorded, the span is the one around it, so that its steps are not cut off from that.
        around = (parent.span_id if parent else None) or self._client._enclosing(run.trace_id)
        run.span_id = str(run_id) if resource is not None else around
        run.parent_span_id = around or (str(parent_run_id) if parent_run_id else None)
        run.session_id = (
            (scope.session_id if scope else None)
            or self._session(metadata)
            or (parent.session_id if parent else None)
        )
        run.on_behalf_of = (scope.on_behalf_of if scope else None) or (parent.on_behalf_of if parent else None)
        self._runs.begin(run_id, run)
        return run

    def _session(self, metadata: Any) -> Optional[str]:
        values = (metadata.get(name) for name in _SESSIONS) if isinstance(metadata, dict) else ()
        return next((session for session in map(self._usable, values) if session is not None), None)

    def _fail(self, run_id: UUID, action_type: ActionType, error: BaseException) -> None:
        self._end(run_id, action_type, describe(error), EventStatus.ERROR)


def _name(serialized: Optional[dict[str, Any]], kwargs: dict[str, Any], default: str) -> str:
    return str(kwargs.get("name") or (serialized or {}).get("name") or default)
