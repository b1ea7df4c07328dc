"""Tests the adapters, with the real frameworks if they are installed, else with calls as documented by them."""

from __future__ import annotations

import asyncio
import hashlib
import sys
import unittest
import uuid
from types import ModuleType, SimpleNamespace
from typing import Any, Callable, Optional
from unittest import mock

import support
from sentinel_audit import AuditClient
from sentinel_audit.adapters import langchain, mcp, openai_agents

try:
    import langchain_core.callbacks  # noqa: F401

    HAS_LANGCHAIN = True
except ImportError:
    HAS_LANGCHAIN = False

try:
    from mcp.client.client import Client as McpClient
    from mcp.server.mcpserver import MCPServer
except ImportError:
    MCPServer = None  # type: ignore[assignment, misc, unused-ignore]


class Unreadable(dict[str, Any]):
    """A dict whose items cannot be read."""

    def items(self) -> Any:
        raise RuntimeError("dictionary changed size during iteration")


def _span(trace: Any, span_id: str, parent_id: Optional[str], kind: str) -> Any:
    """A span of the Agents SDK."""
    data = SimpleNamespace(type=kind)
    return SimpleNamespace(trace_id=trace.trace_id, span_id=span_id, parent_id=parent_id, span_data=data)


class AdaptersTest(unittest.TestCase):
    def setUp(self) -> None:
        self.client = AuditClient(support.server_url(), agent_instance_id="agent-1", flush_interval=0.001)
        self.addCleanup(self.client.close, 0)
        self.trace = support.unique(self._testMethodName)

    def recorded(self, trace: str = "") -> list[tuple[str, str, str, dict[str, Any]]]:
        """Action type, resource, status and metadata of the recorded events."""
        self.assertTrue(self.client.flush(support.TIMEOUT))
        return [
            (event["action_type"], event["resource"], event["status"], event["metadata"])
            for event in support.stored(trace or self.trace)
        ]

    def test_langchain_callbacks_record_tools_models_and_retrievers(self) -> None:
        handler = langchain.Recording(self.client, record_inputs=True)
        chain, model, tool, failing, retriever = (uuid.uuid4() for _ in range(5))
        handler.on_chain_start({}, {}, run_id=chain)
        handler.on_chat_model_start(
            {"name": "ChatOpenAI"}, [[]], run_id=model, parent_run_id=chain, metadata={"ls_model_name": "gpt-4o"}
        )
        usage = {"total_tokens": 9}
        handler.on_llm_end(SimpleNamespace(llm_output={"token_usage": usage}), run_id=model)
        handler.on_tool_start({"name": "search"}, "{'q': 1}", run_id=tool, parent_run_id=chain, inputs={"q": 1})
        handler.on_tool_end("found", run_id=tool)
        handler.on_tool_start({"name": "pay"}, "card", run_id=failing, parent_run_id=chain, inputs={"password": "p"})
        handler.on_tool_error(ValueError("no money"), run_id=failing)
        handler.on_retriever_start({}, "cats", run_id=retriever, parent_run_id=chain, name="docs")
        handler.on_retriever_end([1, 2], run_id=retriever)
        handler.on_chain_end({}, run_id=chain)
        handler.on_tool_end("of a start that was not reported", run_id=uuid.uuid4())
        self.assertEqual(
            self.recorded(str(chain)),
            [
                ("api_call", "llm.gpt-4o", "success", {"token_usage": usage}),
                ("tool_call", "search", "success", {"arguments": {"q": 1}}),
                (
                    "tool_call",
                    "pay",
                    "error",
                    {"arguments": {"password": "[REDACTED]"}, "error_type": "ValueError", "error_message": "no money"},
                ),
                ("db_query", "docs", "success", {"query": "cats", "documents": 2}),
            ],
        )

    def links(self, trace: str = "") -> dict[str, tuple[Any, Any, Any]]:
        """Span, parent and session of the recorded events by resource."""
        self.assertTrue(self.client.flush(support.TIMEOUT))
        return {
            event["resource"]: (event.get("span_id"), event.get("parent_span_id"), event.get("session_id"))
            for event in support.stored(trace or self.trace)
        }

    def test_langchain_runs_are_spans_with_the_nearest_recorded_run_as_parent(self) -> None:
        handler = langchain.Recording(self.client, record_inputs=True)
        chain, outer, inner_chain, inner, model = (uuid.uuid4() for _ in range(5))
        handler.on_chain_start({}, {}, run_id=chain, metadata={"thread_id": "conversation-7"})
        handler.on_tool_start({"name": "outer"}, "", run_id=outer, parent_run_id=chain)
        handler.on_chain_start({}, {}, run_id=inner_chain, parent_run_id=outer)
        handler.on_tool_start({"name": "inner"}, "", run_id=inner, parent_run_id=inner_chain)
        handler.on_tool_end("", run_id=inner)
        handler.on_tool_end("", run_id=outer)
        handler.on_llm_start({"name": "model"}, [], run_id=model, parent_run_id=chain, metadata={"session_id": 8})
        handler.on_llm_end(None, run_id=model)
        self.assertEqual(
            self.links(str(chain)),
            {
                "inner": (str(inner), str(outer), "conversation-7"),
                "outer": (str(outer), str(chain), "conversation-7"),
                "llm.model": (str(model), str(chain), "8"),
            },
        )

    def test_langchain_runs_within_an_action_have_it_as_parent(self) -> None:
        handler = langchain.Recording(self.client, record_inputs=True)
        chain, tool = uuid.uuid4(), uuid.uuid4()
        with self.client.trace(self.trace, session_id="s", on_behalf_of="ann"), self.client.action("answer") as answer:
            handler.on_chain_start({}, {}, run_id=chain, metadata={"thread_id": "conversation-7"})
            handler.on_tool_start({"name": "search"}, "", run_id=tool, parent_run_id=chain)
        handler.on_tool_end("", run_id=tool)
        self.assertEqual(self.links()["search"], (str(tool), answer.span_id, "s"))
        self.assertEqual(support.stored(self.trace)[1]["on_behalf_of"], "ann")

    def test_session_that_looks_like_a_secret_costs_no_event(self) -> None:
        handler = langchain.Recording(self.client, record_inputs=True)
        tool = uuid.uuid4()
        metadata = {"session_id": "password=hunter2hunter2", "thread_id": "conversation-7"}
        handler.on_tool_start({"name": "search"}, "", run_id=tool, metadata=metadata)
        handler.on_tool_end("", run_id=tool)
        self.assertEqual(self.links(str(tool)), {"search": (str(tool), None, "conversation-7")})

    @unittest.skipUnless(HAS_LANGCHAIN, "langchain_core is not installed")
    def test_langchain_itself_calls_the_callbacks(self) -> None:
        from langchain_core.runnables import RunnableLambda
        from langchain_core.tools import tool

        @tool
        def add(a: int, b: int) -> int:
            """Adds."""
            return a + b

        @tool
        def fail(why: str) -> int:
            """Fails."""
            raise ValueError(why)

        config: Any = {"callbacks": [langchain.audit_callbacks(self.client)]}
        with self.client.trace(self.trace):
            agent = RunnableLambda(lambda _: add.invoke({"a": 1, "b": 2}))
            self.assertEqual(agent.invoke("go", config), 3)
            with self.assertRaises(ValueError):
                fail.invoke({"why": "so"}, config)

            async def later() -> None:
                await add.ainvoke({"a": 3, "b": 4}, config)

            asyncio.run(later())
        self.assertEqual(
            self.recorded(),
            [
                ("tool_call", "add", "success", {"arguments": {"a": 1, "b": 2}}),
                (
                    "tool_call",
                    "fail",
                    "error",
                    {"arguments": {"why": "so"}, "error_type": "ValueError", "error_message": "so"},
                ),
                ("tool_call", "add", "success", {"arguments": {"a": 3, "b": 4}}),
            ],
        )

    def check_cut(self, record: Callable[[Any], None], more: dict[str, Any]) -> None:
        """Checks that a call is recorded with the beginning of inputs that are too large, too deep, or unreadable."""
        deep: dict[str, Any] = {}
        for _ in range(40):
            deep = {"d": deep}
        # Too large only together with other metadata; in bytes, not in characters; after redaction.
        nearly: list[dict[str, Any]] = [{"a": "x" * 65_000}, {"a": "é" * 30_000}, {"a": [{"password": "p"}] * 3_000}]
        for given in ({"content": "x" * 70_000}, deep, Unreadable(a=1), *nearly):
            with self.subTest(str(given)[:30]):
                self.trace = support.unique(self._testMethodName)
                with self.client.trace(self.trace):
                    record(given)
                [(_, _, _, metadata)] = self.recorded()
                arguments, marks = metadata.pop("arguments"), metadata.pop("truncated")
                self.assertEqual(metadata, more)
                self.assertIsInstance(arguments, dict)
                self.assertTrue(all(mark["pointer"].startswith("/metadata/arguments") for mark in marks), marks)
        self.assertEqual(self.client.stats().rejected, 0)

    def test_langchain_call_with_too_much_input_is_recorded_with_its_beginning(self) -> None:
        handler = langchain.Recording(self.client, record_inputs=True)

        def record(given: Any) -> None:
            run = uuid.uuid4()
            handler.on_tool_start({"name": "write"}, "", run_id=run, inputs=given)
            handler.on_tool_end("done", run_id=run)

        self.check_cut(record, {})

    def test_langchain_query_that_is_too_long_is_cut(self) -> None:
        handler = langchain.Recording(self.client, record_inputs=True)
        run = uuid.uuid4()
        with self.client.trace(self.trace):
            handler.on_retriever_start({}, "x" * 70_000, run_id=run)
            handler.on_retriever_end([], run_id=run)
        [(_, _, _, metadata)] = self.recorded()
        self.assertGreater(len(metadata["query"]), 50_000)
        [mark] = metadata["truncated"]
        self.assertEqual((mark["pointer"], mark["bytes"]), ("/metadata/query", 70_000))
        self.assertEqual(mark["sha256"], hashlib.sha256(b"x" * 70_000).hexdigest())

    def test_openai_call_with_too_much_input_is_recorded_with_its_beginning(self) -> None:
        hooks = openai_agents.Recording(self.client, record_inputs=True)
        agent, tool = SimpleNamespace(name="a"), SimpleNamespace(name="write")

        def record(given: Any) -> None:
            async def run() -> None:
                context = SimpleNamespace(tool_call_id="1", tool_arguments=given)
                await hooks.on_tool_start(context, agent, tool)
                await hooks.on_tool_end(context, agent, tool, "done")

            asyncio.run(run())

        self.check_cut(record, {"agent": "a", "result_length": 4})

    def test_mcp_call_with_too_much_input_is_recorded_with_its_beginning(self) -> None:
        class Session:
            async def call_tool(self, name: str, arguments: Any) -> Any:
                raise ValueError("e" * 1_000)

        session = mcp.audited(Session(), self.client)

        def record(given: Any) -> None:
            with self.assertRaises(ValueError):
                asyncio.run(session.call_tool("write", given))

        self.check_cut(record, {"error_type": "ValueError", "error_message": "e" * 500 + "…"})

    def test_inputs_are_recorded_as_they_were_when_the_call_began(self) -> None:
        handler = langchain.Recording(self.client, record_inputs=True)
        given, run = {"state": "before", "password": "p"}, uuid.uuid4()
        with self.client.trace(self.trace):
            handler.on_tool_start({"name": "write"}, "", run_id=run, inputs=given)
            given["state"] = "after"
            handler.on_tool_end("done", run_id=run)
        [(_, _, _, metadata)] = self.recorded()
        self.assertEqual(metadata, {"arguments": {"state": "before", "password": "[REDACTED]"}})

    def test_openai_hooks_record_tools_models_and_handoffs(self) -> None:
        agents = ModuleType("agents")
        agents.RunHooks = type("RunHooks", (), {})  # type: ignore[attr-defined]
        sys.modules.setdefault("agents", agents)
        if sys.modules["agents"] is agents:
            self.addCleanup(sys.modules.pop, "agents")
        hooks = openai_agents.audit_hooks(self.client)
        self.assertIsInstance(hooks, sys.modules["agents"].RunHooks)
        agent, other = SimpleNamespace(name="triage", model="gpt-4o"), SimpleNamespace(name="billing")
        tool = SimpleNamespace(name="search")

        async def run() -> None:
            context = SimpleNamespace(usage=None)
            calls = [SimpleNamespace(tool_call_id=f"call-{i}", tool_arguments=f'{{"q": {i}}}') for i in range(2)]
            await hooks.on_agent_start(context, agent)
            await hooks.on_llm_start(context, agent, "system", [])
            usage = SimpleNamespace(input_tokens=5, output_tokens=7)
            await hooks.on_llm_end(context, agent, SimpleNamespace(usage=usage))
            for call in calls:
                await hooks.on_tool_start(call, agent, tool)
            for call in reversed(calls):
                await hooks.on_tool_end(call, agent, tool, "found")
            await hooks.on_handoff(context, agent, other)
            await hooks.on_agent_end(context, other, "done")

        with self.client.trace(self.trace):
            asyncio.run(run())
        self.assertEqual(
            self.recorded(),
            [
                ("api_call", "llm.gpt-4o", "success", {"agent": "triage", "input_tokens": 5, "output_tokens": 7}),
                ("tool_call", "search", "success", {"agent": "triage", "arguments": '{"q": 1}', "result_length": 5}),
                ("tool_call", "search", "success", {"agent": "triage", "arguments": '{"q": 0}', "result_length": 5}),
                ("api_call", "handoff.billing", "success", {"from_agent": "triage", "to_agent": "billing"}),
            ],
        )

    def agents_with(self, trace: Any, spans: list[Any]) -> openai_agents.Recording:
        """Hooks of an Agents SDK in which the last of these spans is the current one."""
        agents: Any = ModuleType("agents")
        agents.get_current_trace = lambda: trace
        agents.get_current_span = lambda: spans[-1] if spans else None
        patch = mock.patch.dict(sys.modules, {"agents": agents})
        patch.start()
        self.addCleanup(patch.stop)
        return openai_agents.Recording(self.client, record_inputs=True)

    async def call(self, hooks: openai_agents.Recording, spans: list[Any], function: Any) -> None:
        """A call of a model, of a tool, and a handoff, as the runner makes them."""
        context = SimpleNamespace(tool_call_id="1", tool_arguments="{}")
        agent, tool = SimpleNamespace(name="triage", model="gpt-4o"), SimpleNamespace(name="search")
        await hooks.on_llm_start(context, agent, None, [])
        await hooks.on_llm_end(context, agent, None)
        spans.append(function)
        await hooks.on_tool_start(context, agent, tool)
        await hooks.on_tool_end(context, agent, tool, "found")
        spans.pop()
        await hooks.on_handoff(context, agent, SimpleNamespace(name="billing"))

    def test_openai_spans_and_group_are_recorded(self) -> None:
        trace = SimpleNamespace(trace_id=f"trace_{uuid.uuid4().hex}", group_id="conversation-7")
        spans = [_span(trace, "span_1", None, "agent")]
        hooks = self.agents_with(trace, spans)
        asyncio.run(self.call(hooks, spans, _span(trace, "span_2", "span_1", "function")))
        self.assertEqual(
            self.links(trace.trace_id),
            {
                "llm.gpt-4o": (None, "span_1", "conversation-7"),
                "search": ("span_2", "span_1", "conversation-7"),
                "handoff.billing": (None, "span_1", "conversation-7"),
            },
        )

    def test_openai_calls_within_an_action_have_it_as_parent(self) -> None:
        trace = SimpleNamespace(trace_id="trace_1", group_id="conversation-7")
        spans = [_span(trace, "span_1", None, "agent")]
        hooks = self.agents_with(trace, spans)
        with self.client.trace(self.trace, session_id="s"), self.client.action("answer") as answer:
            asyncio.run(self.call(hooks, spans, _span(trace, "span_2", "span_1", "function")))
        links = self.links()
        self.assertEqual(links["search"], ("span_2", answer.span_id, "s"))
        self.assertEqual(links["llm.gpt-4o"], (None, answer.span_id, "s"))

    def test_openai_tracing_that_is_disabled_gives_no_links(self) -> None:
        disabled = SimpleNamespace(trace_id="no-op")
        spans = [_span(disabled, "no-op", None, "agent")]
        hooks = self.agents_with(disabled, spans)
        with self.client.trace(self.trace):
            asyncio.run(self.call(hooks, spans, _span(disabled, "no-op", None, "function")))
        self.assertEqual(set(self.links().values()), {(None, None, None)})

    def test_mcp_calls_are_spans_of_the_action_around_them(self) -> None:
        class Session:
            async def call_tool(self, name: str, arguments: Any) -> Any:
                return None

        session = mcp.audited(Session(), self.client)
        with self.client.trace(self.trace, session_id="s"), self.client.action("answer") as answer:
            asyncio.run(session.call_tool("search", {}))
        span, parent, session_id = self.links()["search"]
        self.assertRegex(span, "^[0-9a-f]{16}$")
        self.assertEqual((parent, session_id), (answer.span_id, "s"))

    def test_mcp_session_records_calls(self) -> None:
        class Session:
            """The methods of ``mcp.ClientSession`` that an agent uses most."""

            async def call_tool(self, name: str, arguments: Any = None, read_timeout_seconds: Any = None) -> Any:
                if name == "breaks":
                    raise ConnectionError("gone")
                error = name == "fails"
                return SimpleNamespace(isError=error, content=[SimpleNamespace(text="no such file")])

            async def read_resource(self, uri: str) -> Any:
                return uri

            async def list_tools(self) -> list[str]:
                return ["works"]

        session = mcp.audited(Session(), self.client, server="files")

        async def run() -> None:
            self.assertFalse((await session.call_tool("works", {"path": "/a"})).isError)
            self.assertTrue((await session.call_tool("fails", read_timeout_seconds=3)).isError)
            with self.assertRaises(ConnectionError):
                await session.call_tool("breaks")
            self.assertEqual(await session.read_resource("file:///a"), "file:///a")
            self.assertEqual(await session.list_tools(), ["works"])

        with self.client.trace(self.trace):
            asyncio.run(run())
        about = {"server": "files", "arguments": {}}
        self.assertEqual(
            self.recorded(),
            [
                ("tool_call", "works", "success", {"server": "files", "arguments": {"path": "/a"}}),
                ("tool_call", "fails", "error", {**about, "error_message": "no such file"}),
                ("tool_call", "breaks", "error", {**about, "error_type": "ConnectionError", "error_message": "gone"}),
                ("file_read", "file:///a", "success", {"server": "files"}),
            ],
        )

    @unittest.skipIf(MCPServer is None, "mcp from version 2 on is not installed")
    def test_mcp_itself_is_recorded(self) -> None:
        server = MCPServer("files")

        @server.tool()
        def read(path: str) -> str:
            """Reads."""
            if path != "/a":
                raise ValueError("no such file")
            return "content"

        async def run() -> None:
            async with McpClient(server) as client:
                session = mcp.audited(client, self.client, server="files")
                self.assertFalse((await session.call_tool("read", {"path": "/a"})).is_error)
                self.assertTrue((await session.call_tool("read", {"path": "/b"})).is_error)
                self.assertEqual(len((await session.list_tools()).tools), 1)

        with self.client.trace(self.trace):
            asyncio.run(run())
        [good, bad] = self.recorded()
        self.assertEqual(good, ("tool_call", "read", "success", {"server": "files", "arguments": {"path": "/a"}}))
        self.assertEqual(bad[:3], ("tool_call", "read", "error"))
        self.assertIn("read", bad[3]["error_message"])
