"""Plays the table of what links events, which the SDKs share, with a real server; and what only Python has."""

from __future__ import annotations

import asyncio
import contextvars
import json
import threading
import unittest
from collections.abc import AsyncIterator, Iterator
from typing import Any, Callable

import support
from sentinel_audit import AuditClient, AuditEvent

ROWS = [
    json.loads(line)
    for line in (support.ROOT / "src/test/scenarios/nesting.ndjson").read_text(encoding="utf-8").splitlines()
]
LINKS = ("span_id", "parent_span_id", "session_id", "on_behalf_of")


class Failed(Exception):
    """What an action of the table throws."""


class NestingTest(unittest.TestCase):
    """One method per row of the table."""

    def client(self, **settings: Any) -> AuditClient:
        self.agent = support.unique("nesting")
        client = AuditClient(support.server_url(), agent_instance_id=self.agent, flush_interval=0.001, **settings)
        self.addCleanup(client.close, 0)
        return client

    def stored(self, client: AuditClient) -> dict[str, dict[str, Any]]:
        """The events of the client by resource."""
        self.assertTrue(client.flush(support.TIMEOUT))
        events = support.get(f"/v1/events?limit=100&agent_instance_id={self.agent}")["events"]
        return {event["resource"]: event for event in events}

    def links(self, client: AuditClient) -> dict[str, tuple[str, ...]]:
        """For each event: the resource of the parent, the session and whom it is for; empty where there is none."""
        events = self.stored(client)
        names = {event["span_id"]: resource for resource, event in events.items() if "span_id" in event}
        return {
            resource: (
                names[event["parent_span_id"]] if "parent_span_id" in event else "",
                event.get("session_id", ""),
                event.get("on_behalf_of", ""),
            )
            for resource, event in events.items()
        }

    def play(self, row: dict[str, Any]) -> None:
        client = self.client(**row.get("client", {}))
        do(client, row["do"])
        stored = self.stored(client)
        self.assertEqual(stored.keys(), row["expect"].keys())
        spans = {resource: event.get("span_id") for resource, event in stored.items()}
        for resource, expected in row["expect"].items():
            event = stored[resource]
            with self.subTest(resource):
                for field in {*LINKS, *expected}:
                    value = expected.get(field)
                    if value == "$new":
                        self.assertRegex(event[field], "^[0-9a-f]{16}$")
                        self.assertEqual(list(spans.values()).count(event[field]), 1)
                    else:
                        is_span = isinstance(value, str) and value.startswith("$")
                        self.assertEqual(event.get(field), spans[value[1:]] if is_span else value, field)

    def test_call_names_session_and_whom_it_is_for(self) -> None:
        client = self.client(session_id="s")

        @client.traced(on_behalf_of="ann")
        def pay() -> None:
            client.capture(AuditEvent(resource="inner"))

        pay()
        with client.action("other", session_id="t") as action:
            self.assertRegex(action.span_id or "", "^[0-9a-f]{16}$")
            client.capture(AuditEvent(resource="in other"))
        client.capture(AuditEvent(resource="after"))
        self.assertEqual(
            self.links(client),
            {
                "pay": ("", "s", "ann"),
                "inner": ("pay", "s", "ann"),
                "other": ("", "t", ""),
                "in other": ("other", "t", ""),
                "after": ("", "s", ""),
            },
        )

    def test_scope_sets_its_session_later(self) -> None:
        client = self.client()
        with client.trace() as scope:
            client.capture(AuditEvent(resource="before"))
            scope.session_id = "s"
            client.capture(AuditEvent(resource="after"))
        self.assertEqual(self.links(client), {"before": ("", "", ""), "after": ("", "s", "")})

    def test_tasks_have_the_action_that_created_them_as_parent(self) -> None:
        client = self.client()

        @client.traced
        async def step(name: str) -> None:
            await asyncio.sleep(0)
            client.capture(AuditEvent(resource=f"in {name}"))

        @client.traced
        async def plan() -> None:
            await asyncio.gather(step("a"), step("b"))

        asyncio.run(plan())
        self.assertTrue(client.flush(support.TIMEOUT))
        events = support.get(f"/v1/events?limit=100&agent_instance_id={self.agent}")["events"]
        [plan_span] = [event["span_id"] for event in events if event["resource"] == "plan"]
        steps = [event for event in events if event["resource"] == "step"]
        self.assertEqual({event["parent_span_id"] for event in steps}, {plan_span})
        inner = {event["parent_span_id"] for event in events if event["resource"].startswith("in ")}
        self.assertEqual(inner, {event["span_id"] for event in steps})

    def test_generator_is_parent_of_its_own_steps_only(self) -> None:
        client = self.client()

        @client.traced
        def count() -> Iterator[int]:
            for i in range(2):
                client.capture(AuditEvent(resource=f"in {i}"))
                yield i

        for i in count():
            client.capture(AuditEvent(resource=f"out {i}"))
        links = {resource: parent for resource, (parent, _, _) in self.links(client).items()}
        self.assertEqual(links, {"count": "", "in 0": "count", "in 1": "count", "out 0": "", "out 1": ""})

    def test_asynchronous_generator_is_parent_of_its_own_steps_only(self) -> None:
        client = self.client()

        @client.traced
        async def count() -> AsyncIterator[int]:
            for i in range(2):
                await asyncio.sleep(0)
                client.capture(AuditEvent(resource=f"in {i}"))
                yield i

        async def run() -> None:
            async for i in count():
                client.capture(AuditEvent(resource=f"out {i}"))

        asyncio.run(run())
        links = {resource: parent for resource, (parent, _, _) in self.links(client).items()}
        self.assertEqual(links, {"count": "", "in 0": "count", "in 1": "count", "out 0": "", "out 1": ""})

    def test_generator_passes_values_and_exceptions_on(self) -> None:
        outcomes: list[Any] = []
        client = self.client()

        @client.traced
        def talk() -> Any:
            try:
                outcomes.append((yield 1))
                yield 2
            except KeyError as e:
                outcomes.append(e)
                yield 3
            return 4

        talking = talk()
        self.assertEqual((next(talking), talking.send("a")), (1, 2))
        self.assertEqual(talking.throw(KeyError("k")), 3)
        with self.assertRaises(StopIteration) as end:
            next(talking)
        self.assertEqual(end.exception.value, 4)
        self.assertEqual(outcomes[0], "a")
        self.assertIsInstance(outcomes[1], KeyError)


def do(client: AuditClient, steps: list[dict[str, Any]]) -> None:
    for step in steps:
        if "record" in step:
            client.capture(AuditEvent(resource=step["record"], **{k: v for k, v in step.items() if k != "record"}))
        elif "action" in step:
            act(client, step)
        elif "thread" in step:
            context = contextvars.copy_context()
            thread = threading.Thread(target=context.run, args=(do, client, step["thread"]))
            thread.start()
            thread.join()
        else:
            links = {name: step.get(name) for name in ("session_id", "on_behalf_of")}
            with client.trace(step.get("trace"), traceparent=step.get("traceparent"), **links):
                do(client, step["do"])


def act(client: AuditClient, step: dict[str, Any]) -> None:
    try:
        with client.action(step["action"]):
            do(client, step["do"])
            if step.get("fails"):
                raise Failed
    except Failed:
        pass


def _method(row: dict[str, Any]) -> Callable[[NestingTest], None]:
    def test(self: NestingTest) -> None:
        self.play(row)

    test.__doc__ = row["name"]
    return test


for _row in ROWS:
    setattr(NestingTest, "test_row_" + "".join(c if c.isalnum() else "_" for c in _row["name"]), _method(_row))
