"""Tests scopes and timed actions."""

from __future__ import annotations

import asyncio
import sys
import threading
import unittest
from collections.abc import AsyncIterator, Generator, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import support
from sentinel_audit import ActionType, AuditClient, AuditEvent, EventStatus

try:
    import opentelemetry.trace as open_telemetry
except ImportError:
    open_telemetry = None  # type: ignore[assignment]

TRACE = "0af7651916cd43dd8448eb211c80319c"
TRACEPARENT = f"00-{TRACE}-b7ad6b7169203331-01"


class TracingTest(unittest.TestCase):
    def setUp(self) -> None:
        self.client = AuditClient(support.server_url(), agent_instance_id="agent-1", flush_interval=0.001)
        self.addCleanup(self.client.close, 0)
        self.trace = support.unique(self._testMethodName)

    def recorded(self) -> list[dict[str, Any]]:
        """The events recorded in the test's trace."""
        self.assertTrue(self.client.flush(support.TIMEOUT))
        return support.stored(self.trace)

    def traces(self, name: str) -> list[str]:
        """The traces of the events with this resource, in the order in which they were stored."""
        self.assertTrue(self.client.flush(support.TIMEOUT))
        events = support.get(f"/v1/events?resource={name}")["events"]
        return [event["trace_id"] for event in sorted(events, key=lambda event: event["seq"])]

    def check(self, status: EventStatus, resource: str, metadata: dict[str, Any]) -> None:
        [event] = self.recorded()
        self.assertEqual((event["status"], event["resource"]), (status, resource))
        self.assertEqual(event["metadata"], metadata)
        self.assertLess(event["latency_ms"], 10_000)

    def test_function_is_recorded_and_its_result_returned(self) -> None:
        @self.client.traced
        def search(query: str, *, limit: int = 3) -> list[str]:
            """Looks."""
            return [query] * limit

        with self.client.trace(self.trace):
            self.assertEqual(search("q", limit=2), ["q", "q"])
        self.assertEqual((search.__name__, search.__doc__), ("search", "Looks."))
        self.check(EventStatus.SUCCESS, "search", {})

    def test_exception_is_recorded_redacted_and_propagates(self) -> None:
        @self.client.traced("fetch", ActionType.HTTP_REQUEST, metadata={"n": 1})
        def fetch() -> None:
            raise ValueError("401 for Bearer abc.def-123_456")

        with self.client.trace(self.trace), self.assertRaisesRegex(ValueError, "abc.def"):
            fetch()
        self.check(
            EventStatus.ERROR,
            "fetch",
            {"n": 1, "error_type": "ValueError", "error_message": "401 for Bearer [REDACTED]"},
        )

    def test_coroutine_is_recorded_when_it_ends(self) -> None:
        @self.client.traced("wait")
        async def wait() -> int:
            await asyncio.sleep(0.02)
            return 7

        async def run() -> int:
            with self.client.trace(self.trace):
                return await wait()

        self.assertEqual(asyncio.run(run()), 7)
        [event] = self.recorded()
        self.assertGreaterEqual(event["latency_ms"], 19)

    def test_coroutine_that_is_cancelled_is_an_error(self) -> None:
        @self.client.traced("forever")
        async def forever() -> None:
            await asyncio.Event().wait()

        async def run() -> None:
            with self.client.trace(self.trace):
                task = asyncio.ensure_future(forever())
                await asyncio.sleep(0)
                task.cancel()
                with self.assertRaises(asyncio.CancelledError):
                    await task

        asyncio.run(run())
        self.check(
            EventStatus.ERROR, "forever", {"error_type": "asyncio.exceptions.CancelledError", "error_message": ""}
        )

    def test_generator_is_recorded_when_it_is_exhausted(self) -> None:
        @self.client.traced
        def count() -> Generator[int, int, None]:
            got = yield 1
            yield got

        with self.client.trace(self.trace):
            generator = count()
            self.assertEqual(next(generator), 1)
            self.assertEqual(self.recorded(), [])
            self.assertEqual(generator.send(5), 5)
            self.assertEqual(list(generator), [])
        self.check(EventStatus.SUCCESS, "count", {})

    def test_generator_that_is_closed_early_is_no_error(self) -> None:
        @self.client.traced
        def count() -> Iterator[int]:
            yield from range(10)

        with self.client.trace(self.trace):
            generator = count()
            next(generator)
            generator.close()  # type: ignore[attr-defined]
        self.check(EventStatus.SUCCESS, "count", {"closed_early": True})

    def test_asynchronous_generator_passes_values_and_exceptions_on(self) -> None:
        outcomes: list[Any] = []

        @self.client.traced
        async def talk() -> AsyncIterator[int]:
            try:
                outcomes.append((yield 1))
            except KeyError as e:
                outcomes.append(e)
            yield 2

        async def run() -> None:
            with self.client.trace(self.trace):
                self.assertEqual([item async for item in talk()], [1, 2])
                talking: Any = talk()
                await talking.__anext__()
                self.assertEqual(await talking.athrow(KeyError("k")), 2)
                await talking.aclose()

        asyncio.run(run())
        self.assertIsNone(outcomes[0])
        self.assertIsInstance(outcomes[1], KeyError)
        first, second = self.recorded()
        self.assertEqual((first["metadata"], second["metadata"]), ({}, {"closed_early": True}))

    def test_action_can_set_its_outcome(self) -> None:
        with self.client.trace(self.trace), self.client.action("delete_user", ActionType.POLICY_CHECK) as action:
            action.status = EventStatus.DENIED
            action.metadata["rule"] = "no-deletes"
        self.check(EventStatus.DENIED, "delete_user", {"rule": "no-deletes"})

    def test_scopes_nest_and_end(self) -> None:
        name = self.trace
        with self.client.trace("outer-" + name, agent_instance_id="outer"):
            with self.client.trace("inner-" + name):
                self.client.capture(AuditEvent(resource=name))
            self.client.capture(AuditEvent(resource=name))
            self.client.capture(AuditEvent(resource=name, trace_id="own-" + name))
        self.client.capture(AuditEvent(resource=name))
        outer, inner, own = ("outer-" + name, "inner-" + name, "own-" + name)
        traces = self.traces(name)
        self.assertEqual(traces[:3], [inner, outer, own])
        self.assertRegex(traces[3], "[0-9a-f]{32}")
        self.assertEqual(support.stored(inner)[0]["agent_instance_id"], "outer")

    def test_scope_does_not_reach_into_other_threads(self) -> None:
        with self.client.trace(self.trace):
            thread = threading.Thread(target=lambda: self.client.capture(AuditEvent(resource=self.trace)))
            thread.start()
            thread.join()
        self.assertNotEqual(self.traces(self.trace), [self.trace])

    def test_valid_traceparent_is_used(self) -> None:
        self.assertEqual(self.client.trace(traceparent=TRACEPARENT).trace_id, TRACE)
        self.assertEqual(self.client.trace(traceparent="01" + TRACEPARENT[2:] + "-more").trace_id, TRACE)
        for wrong in ("", None, "x", TRACEPARENT.upper(), "ff" + TRACEPARENT[2:], TRACEPARENT + "-more"):
            self.assertNotEqual(self.client.trace(traceparent=wrong).trace_id, TRACE)

    def test_open_telemetry_span_is_used(self) -> None:
        if open_telemetry is None:
            # A fake that follows the documentation of the API.
            module = ModuleType("opentelemetry.trace")
            context = SimpleNamespace(trace_id=int(TRACE, 16), span_id=7, is_valid=True)
            span = SimpleNamespace(get_span_context=lambda: context)
            vars(module)["get_current_span"] = lambda: span
            sys.modules["opentelemetry.trace"] = module
            self.addCleanup(sys.modules.pop, "opentelemetry.trace")
            self.client.capture(AuditEvent(resource=self.trace))
            with self.client.action(self.trace) as action:
                self.client.capture(AuditEvent(resource=self.trace))
                context.span_id = 8
                self.client.capture(AuditEvent(resource=self.trace))
                self.client.capture(AuditEvent(resource=self.trace, span_id=f"{8:016x}"))
                context.span_id = 7
            self.assertTrue(self.client.flush(support.TIMEOUT))
            events = support.get(f"/v1/events?resource={self.trace}")["events"]
            parents = [event.get("parent_span_id") for event in sorted(events, key=lambda event: event["seq"])]
            self.assertEqual(parents, [f"{7:016x}", action.span_id, f"{8:016x}", None, f"{7:016x}"])
        else:
            context = open_telemetry.SpanContext(int(TRACE, 16), 7, is_remote=False)
            with open_telemetry.use_span(open_telemetry.NonRecordingSpan(context)):
                self.client.capture(AuditEvent(resource=self.trace))
            self.client.capture(AuditEvent(resource=self.trace))
            self.assertEqual(len(set(self.traces(self.trace))), 2)
        self.assertEqual(self.traces(self.trace)[0], TRACE)
