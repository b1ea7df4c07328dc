"""Records the actions of agents built with the OpenAI Agents SDK.

::

    from sentinel_audit.adapters.openai_agents import audit_hooks

    await Runner.run(agent, question, hooks=audit_hooks(client))

Calls of tools and models are recorded when they end, with their duration; handoffs are recorded too. The hooks report
only tools that run locally, and no tool whose exception ends the run: decorate such a function with ``@client.traced``.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Optional

from .. import context as scopes
from ..client import AuditClient
from ..event import ActionType, AuditEvent
from ._inputs import inputs
from ._runs import Recorder, Run


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
        self._client.capture(
            AuditEvent(
                action_type=ActionType.API_CALL,
                resource=f"handoff.{_name(to_agent)}",
                metadata={"from_agent": _name(from_agent), "to_agent": _name(to_agent)},
            )
        )

    async def on_tool_start(self, context: Any, agent: Any, tool: Any) -> None:
        run = self._begin(_call(context, tool), _name(tool), agent)
        arguments = getattr(context, "tool_arguments", None)
        if self._record_inputs and arguments is not None:
            run.metadata.update(inputs(self._client, "arguments", arguments))

    async def on_tool_end(self, context: Any, agent: Any, tool: Any, result: Any) -> None:
        self._end(_call(context, tool), ActionType.TOOL_CALL, {"result_length": len(str(result))})

    async def on_llm_start(self, context: Any, agent: Any, system_prompt: Optional[str], input_items: Any) -> None:
        model = getattr(agent, "model", None)
        self._begin(("llm", id(context)), f"llm.{model if isinstance(model, str) else 'model'}", agent)

    async def on_llm_end(self, context: Any, agent: Any, response: Any) -> None:
        usage = getattr(response, "usage", None)
        counts = {name: getattr(usage, name, None) for name in ("input_tokens", "output_tokens")}
        self._end(("llm", id(context)), ActionType.API_CALL, {name: n for name, n in counts.items() if n is not None})

    def _begin(self, key: Hashable, resource: str, agent: Any) -> Run:
        scope = scopes.current()
        run = Run(resource, scope.trace_id if scope else "", {"agent": _name(agent)})
        self._runs.begin(key, run)
        return run


def _call(context: Any, tool: Any) -> Hashable:
    """The key of a call. A model may call one tool several times at once; newer versions provide an id for each call.
    """
    call_id = getattr(context, "tool_call_id", None)
    return ("tool", call_id) if call_id else ("tool", id(context), _name(tool))


def _name(named: Any) -> str:
    return str(getattr(named, "name", None) or type(named).__name__)
