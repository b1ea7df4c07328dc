"""Records the actions of agents built with the OpenAI Agents SDK.

::

    from sentinel_audit.adapters.openai_agents import audit_hooks

    await Runner.run(agent, question, hooks=audit_hooks(client))

Calls of tools and models are recorded when they end, with their duration; handoffs are recorded too. The hooks report
only tools that run locally, and no tool whose exception ends the run: decorate such a function with ``@client.traced``.

Spans, parents and the session (``group_id``) are those of the tracing of the Agents SDK, unless that is disabled. So is the
trace, outside of scopes, actions and OpenTelemetry. Within an action of the client, the parent is the action.
"""

from __future__ import annotations

import sys
from collections.abc import Hashable
from typing import Any, Optional

from .. import _steps
from .. import context as scopes
from ..client import AuditClient
from ..event import ActionType, AuditEvent
from ._inputs import inputs
from ._runs import Recorder, Run


# The id of a trace or a span while tracing is disabled.
_DISABLED = "no-op"


def audit_hooks(client: AuditClient, *, record_inputs: bool = True) -> Any:
    """Creates hooks for ``Runner.run``.

    :param record_inputs: whether to record the redacted arguments of tools in the metadata. What does not
        fit into an event is cut.
    :raises ImportError: without ``agents``
    """
    from agents import RunHooks  # type: ignore[import-not-found, unused-ignore]

    class AuditRunHooks(Recording, RunHooks):  # type: ignore[misc, unused-ignore]
        """The runner calls the methods on the agent's event loop."""

    return AuditRunHooks(client, record_inputs)


class Recording(Recorder):
    """The hooks, with the runner's names and parameters."""

    async def on_agent_start(self, context: Any, agent: Any) -> None:
        """Not recorded; the agent's actions are."""

    async def on_agent_end(self, context: Any, agent: Any, output: Any) -> None:
        """Not recorded."""

    async def on_handoff(self, context: Any, from_agent: Any, to_agent: Any) -> None:
        run = self._run("handoff", f"handoff.{_name(to_agent)}")
        self._client.capture(
            AuditEvent(
                trace_id=run.trace_id or None,
                action_type=ActionType.API_CALL,
                resource=run.resource,
                metadata={"from_agent": _name(from_agent), "to_agent": _name(to_agent)},
                span_id=run.span_id,
                parent_span_id=run.parent_span_id,
                session_id=run.session_id,
                on_behalf_of=run.on_behalf_of,
            )
        )

    async def on_tool_start(self, context: Any, agent: Any, tool: Any) -> None:
        run = self._begin(_call(context, tool), "function", _name(tool), agent)
        arguments = getattr(context, "tool_arguments", None)
        if self._record_inputs and arguments is not None:
            run.metadata.update(inputs(self._client, "arguments", arguments))

    async def on_tool_end(self, context: Any, agent: Any, tool: Any, result: Any) -> None:
        self._end(_call(context, tool), ActionType.TOOL_CALL, {"result_length": len(str(result))})

    async def on_llm_start(self, context: Any, agent: Any, system_prompt: Optional[str], input_items: Any) -> None:
        model = getattr(agent, "model", None)
        resource = f"llm.{model if isinstance(model, str) else 'model'}"
        self._begin(("llm", id(context)), "generation", resource, agent)

    async def on_llm_end(self, context: Any, agent: Any, response: Any) -> None:
        usage = getattr(response, "usage", None)
        counts = {name: getattr(usage, name, None) for name in ("input_tokens", "output_tokens")}
        self._end(("llm", id(context)), ActionType.API_CALL, {name: n for name, n in counts.items() if n is not None})

    def _begin(self, key: Hashable, kind: str, resource: str, agent: Any) -> Run:
        run = self._run(kind, resource)
        run.metadata["agent"] = _name(agent)
        self._runs.begin(key, run)
        return run

    def _run(self, kind: str, resource: str) -> Run:
        """:param kind: what the Agents SDK calls the kind of the run's span. Another span is around the run."""
        scope, span = scopes.current(), _current("get_current_span", "span_id")
        run = Run(resource, "")
        if scope is not None:
            run.trace_id, run.session_id, run.on_behalf_of = scope.trace_id, scope.session_id, scope.on_behalf_of
        elif span is not None and not _steps.is_known():
            run.trace_id = span.trace_id
        if not run.session_id:
            run.session_id = self._usable(getattr(_current("get_current_trace", "trace_id"), "group_id", None))
        around = None
        if span is not None:
            is_own = getattr(span.span_data, "type", None) == kind
            run.span_id = span.span_id if is_own else None
            around = span.parent_id if is_own else span.span_id
        # An agent's own span is not recorded.
        run.parent_span_id = self._client._enclosing(run.trace_id or None) or around
        return run


def _call(context: Any, tool: Any) -> Hashable:
    """The key of a call. A model may call one tool several times at once; newer versions provide an id for each call.
    """
    call_id = getattr(context, "tool_call_id", None)
    return ("tool", call_id) if call_id else ("tool", id(context), _name(tool))


def _current(getter: str, identity: str) -> Any:
    """The current trace or span of the Agents SDK; None if there is none or tracing is disabled. Imports nothing."""
    try:
        current = getattr(sys.modules["agents"], getter)()
        return None if getattr(current, identity) == _DISABLED else current
    except Exception:
        return None


def _name(named: Any) -> str:
    return str(getattr(named, "name", None) or type(named).__name__)
