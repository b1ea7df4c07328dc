"""Records what agents built with LangChain or LangGraph do.

::

    from sentinel_audit.adapters.langchain import audit_callbacks

    agent.invoke(question, config={"callbacks": [audit_callbacks(client)]})

Recorded are calls of tools, of models and of retrievers, each when it ends, with how long it took. The trace is the scope
that is open (``client.trace()``), or else the outermost run of LangChain.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional
from uuid import UUID

from .. import context
from ..client import AuditClient
from ..event import ActionType, AuditEvent, EventStatus
from ..tracing import describe
from . import _inputs
from ._runs import Run, Runs


def audit_callbacks(client: AuditClient, *, record_inputs: bool = True) -> Any:
    """A callback handler of LangChain.

    :param record_inputs: whether the arguments of tools and the queries of retrievers go into the metadata, without what
        the redaction takes for secrets; what no event can hold is left out, and ``arguments_omitted`` or
        ``query_omitted`` says so. The prompts and answers of models never do.
    :raises ImportError: without ``langchain_core``
    """
    from langchain_core.callbacks import BaseCallbackHandler  # type: ignore[import-not-found, unused-ignore]

    class AuditCallbackHandler(Recording, BaseCallbackHandler):  # type: ignore[misc, unused-ignore]
        """Called by LangChain on the thread of the agent."""

    return AuditCallbackHandler(client, record_inputs)


class Recording:
    """The callbacks, by the names and with the parameters that LangChain calls them."""

    def __init__(self, client: AuditClient, record_inputs: bool) -> None:
        super().__init__()
        self._client = client
        self._record_inputs = record_inputs
        self._runs = Runs()

    def on_chain_start(
        self, serialized: Any, inputs: Any, *, run_id: UUID, parent_run_id: Optional[UUID] = None, **kwargs: Any
    ) -> None:
        """Not recorded: it only tells which runs belong together."""
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
        # A tool whose error goes back to the model has not raised it.
        failed = getattr(output, "status", None) == "error"
        self._end(run_id, ActionType.TOOL_CALL, EventStatus.ERROR if failed else EventStatus.SUCCESS)

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
        self._end(run_id, ActionType.API_CALL, EventStatus.SUCCESS, {"token_usage": usage} if usage else {})

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
        self._end(run_id, ActionType.DB_QUERY, EventStatus.SUCCESS, {"documents": len(documents)})

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
        self._end(run_id, action_type, EventStatus.ERROR, describe(error))

    def _end(
        self, run_id: UUID, action_type: ActionType, status: EventStatus, metadata: Optional[dict[str, Any]] = None
    ) -> None:
        run = self._runs.end(run_id)
        if run is not None:
            self._client.capture(
                AuditEvent(
                    trace_id=run.trace_id,
                    action_type=action_type,
                    resource=run.resource,
                    status=status,
                    latency_ms=run.took_ms(),
                    timestamp=run.timestamp,
                    metadata={**run.metadata, **(metadata or {})},
                )
            )


def _name(serialized: Optional[dict[str, Any]], kwargs: dict[str, Any], otherwise: str) -> str:
    return str(kwargs.get("name") or (serialized or {}).get("name") or otherwise)
