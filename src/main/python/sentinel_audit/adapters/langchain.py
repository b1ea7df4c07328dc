"""Records the actions of agents built with LangChain or LangGraph.

::

    from sentinel_audit.adapters.langchain import audit_callbacks

    agent.invoke(question, config={"callbacks": [audit_callbacks(client)]})

Calls of tools, models and retrievers are recorded when they end, with their duration. The trace is that of the current
scope (``client.trace()``), or else the outermost LangChain run.
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
        self._begin(run_id, parent_run_id, "chain")

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
        run = self._begin(run_id, parent_run_id, _name(serialized, kwargs, "tool"))
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
        self._begin(run_id, parent_run_id, f"llm.{model}")

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
        run = self._begin(run_id, parent_run_id, _name(serialized, kwargs, "retriever"))
        if self._record_inputs:
            run.metadata.update(_inputs.inputs(self._client, "query", query))

    def on_retriever_end(self, documents: Sequence[Any], *, run_id: UUID, **kwargs: Any) -> None:
        self._end(run_id, ActionType.DB_QUERY, {"documents": len(documents)})

    def on_retriever_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        self._fail(run_id, ActionType.DB_QUERY, error)

    def _begin(self, run_id: UUID, parent_run_id: Optional[UUID], resource: str) -> Run:
        scope = context.current()
        parent = self._runs.get(parent_run_id) if parent_run_id else None
        outermost = parent.trace_id if parent else str(parent_run_id or run_id)
        run = Run(resource, scope.trace_id if scope else outermost)
        self._runs.begin(run_id, run)
        return run

    def _fail(self, run_id: UUID, action_type: ActionType, error: BaseException) -> None:
        self._end(run_id, action_type, describe(error), EventStatus.ERROR)


def _name(serialized: Optional[dict[str, Any]], kwargs: dict[str, Any], default: str) -> str:
    return str(kwargs.get("name") or (serialized or {}).get("name") or default)
