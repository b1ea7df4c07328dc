"""Records the values that every SDK must shorten or turn into text, with a real server."""

from __future__ import annotations

import dataclasses
import decimal
import hashlib
import json
import time
import unittest
import uuid
from collections import UserDict, deque
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any, Callable

import support
from given_values import Unreadable, value_of
from sentinel_audit import AuditClient, AuditEvent

ROWS = [
    json.loads(line)
    for line in (support.ROOT / "src/test/scenarios/values.ndjson").read_text(encoding="utf-8").splitlines()
]


class ValuesTest(unittest.TestCase):
    """One method per row of the table that the SDKs share, and what only Python has."""

    def setUp(self) -> None:
        self.outcomes = support.OutcomeListener()
        self.client = AuditClient(
            support.server_url(), agent_instance_id="values", flush_interval=0.001, listener=self.outcomes
        )
        self.addCleanup(self.client.close, 0)

    def stored(self, **fields: Any) -> dict[str, Any]:
        """The event with these fields, as the server stores it."""
        event = AuditEvent(**{"resource": "r", **fields})
        self.assertTrue(self.client.capture(event), self.outcomes.rejections)
        self.assertTrue(self.client.flush(support.TIMEOUT))
        self.assertEqual(self.outcomes.rejections, [])
        assert event.event_id is not None
        found: dict[str, Any] = support.get(f"/v1/events/{event.event_id}")
        self.assertNotIn("redacted", found, "left for the server to redact")
        return found

    def play(self, row: dict[str, Any]) -> None:
        given = {name: value_of(value) for name, value in row["given"].items()}
        expected = row["expect"]
        if "rejected" in expected:
            self.assertFalse(self.client.capture(AuditEvent(**{"resource": "r", **given})))
            [rejection] = self.outcomes.rejections
            self.assertIn(expected["rejected"], rejection.detail)
            return
        stored = self.stored(**given)
        for field, value in expected.items():
            self.assertEqual(stored[field], value_of(value))

    def test_other_types_become_text(self) -> None:
        trace = uuid.uuid4()
        stored = self.stored(trace_id=trace, resource=PurePosixPath("/tmp/a b"))
        self.assertEqual((stored["trace_id"], stored["resource"]), (str(trace), "/tmp/a b"))
        self.assertEqual(stored["metadata"], {})
        stored = self.stored(trace_id=7, resource=b"caf\xc3\xa9", agent_instance_id=decimal.Decimal("1.5"))
        self.assertEqual((stored["trace_id"], stored["resource"]), ("7", "caf\u00e9"))
        self.assertEqual(stored["agent_instance_id"], "1.5")
        self.assertEqual(self.stored(resource=Unreadable())["resource"], "<Unreadable>")

    def test_arrays_that_claim_to_be_integers_become_text(self) -> None:
        class Array:
            """Like numpy's: it has the method, and calls of it raise."""

            def __index__(self) -> int:
                raise TypeError("only integer scalar arrays can be converted to a scalar index")

            def __bool__(self) -> bool:
                raise ValueError("The truth value of an array is ambiguous")

            def __eq__(self, other: object) -> Any:
                return self

            def __str__(self) -> str:
                return "[1 2 3]"

        self.assertEqual(self.stored(metadata={"array": Array()})["metadata"], {"array": "[1 2 3]"})
        self.assertEqual(self.stored(metadata=Array())["metadata"], {"value": "[1 2 3]"})
        self.assertEqual(self.stored(trace_id=Array(), resource=Array())["resource"], "[1 2 3]")

    def test_collections_are_lists_and_other_objects_text(self) -> None:
        @dataclasses.dataclass
        class Login:
            user: str
            password: str = dataclasses.field(repr=False)

        def endless() -> Iterator[int]:
            while True:
                yield 1

        numbers = endless()
        metadata = self.stored(
            metadata={
                "deque": deque([1, 2]),
                "keys": {"a": 1}.keys(),
                "values": {"a": 1}.values(),
                "user": UserDict({"a": 1}),
                "range": range(10**12),
                "generator": numbers,
                "login": Login("ann", "hunter2hunter2"),
                "view": memoryview(b"abc"),
            }
        )["metadata"]
        self.assertTrue(metadata.pop("generator").startswith("<generator object"))
        self.assertEqual(next(numbers), 1)
        self.assertTrue(metadata.pop("login").endswith("Login(user='ann')"))
        self.assertEqual(
            metadata,
            {
                "deque": [1, 2],
                "keys": ["a"],
                "values": [1],
                "user": {"a": 1},
                "range": "range(0, 1000000000000)",
                "view": "abc",
            },
        )

    def test_mapping_that_cannot_be_read_on_keeps_what_was_read(self) -> None:
        class Broken(UserDict[str, int]):
            def __iter__(self) -> Iterator[str]:
                yield "a"
                raise RuntimeError("changed")

        self.assertEqual(
            self.stored(metadata={"map": Broken(a=1, b=2), "after": 1})["metadata"],
            {"map": {"a": 1}, "after": 1, "truncated": [{"pointer": "/metadata/map"}]},
        )

    def test_times_and_durations(self) -> None:
        self.assertEqual(self.stored(timestamp=datetime(2026, 11, 2, 8, 5))["timestamp"], "2026-11-02T08:05:00.000000Z")
        for odd in ("noon", datetime.max.replace(tzinfo=None), 7, "2026-02-30T08:05:00Z", "2026-11-02T08:05:61Z"):
            stored = self.stored(timestamp=odd)
            if odd == datetime.max:
                self.assertEqual(stored["timestamp"], "9999-12-31T23:59:59.999999Z")
                continue
            digest = hashlib.sha256(str(odd).encode()).hexdigest()
            marks = [{"pointer": "/timestamp", "bytes": len(str(odd)), "sha256": digest}]
            self.assertEqual(stored["metadata"], {"truncated": marks})
        self.assertEqual(self.stored(latency_ms=timedelta(seconds=2))["latency_ms"], 2000)
        self.assertNotIn("latency_ms", {k: v for k, v in self.stored(latency_ms=float("nan")).items() if v is not None})
        self.assertEqual(self.stored(latency_ms="long")["metadata"]["truncated"][0]["pointer"], "/latency_ms")

    def test_id_that_is_no_uuid_becomes_the_same_uuid_each_time(self) -> None:
        events = [AuditEvent(resource="r", event_id="invoice-7", timestamp="2026-11-02T08:05:00Z") for _ in range(2)]
        trace = support.unique("ids")
        for event in events:
            event.trace_id = trace
            event.metadata = {"event": trace}
            self.client.capture(event)
        self.assertTrue(self.client.flush(support.TIMEOUT))
        self.assertEqual(self.client.stats().rejected + self.client.stats().sent, 2)
        self.assertLessEqual(len(support.stored(trace)), 1)

    def test_huge_values_cost_little(self) -> None:
        for value in ("word " * 4_000_000, list(range(3_000_000)), {str(i): i for i in range(1_000_000)}):
            start = time.process_time()
            self.client.capture(AuditEvent(resource="r", metadata={"value": value}))
            # Redacting a text of this size alone would take ten times as long.
            self.assertLess(time.process_time() - start, 3)

    def test_names_that_become_equal_cost_little(self) -> None:
        keys = {f"AKIA{number:016d}": number for number in range(20_000)}
        start = time.process_time()
        self.client.capture(AuditEvent(resource="r", metadata={"keys": keys}))
        # A search from the first number would take more than a minute.
        self.assertLess(time.process_time() - start, 10)

    def test_message_of_an_exception_is_redacted_before_it_is_cut(self) -> None:
        trace = support.unique("message")
        with self.client.trace(trace), self.assertRaises(ValueError), self.client.action("fails"):
            raise ValueError("x" * 480 + " Bearer abcdefghijklmnop1234567890ABCDEF")
        self.assertTrue(self.client.flush(support.TIMEOUT))
        [stored] = support.stored(trace)
        self.assertEqual(stored["metadata"]["error_message"], "x" * 480 + " Bearer [REDACTED]")


def _method(row: dict[str, Any]) -> Callable[[ValuesTest], None]:
    def test(self: ValuesTest) -> None:
        self.play(row)

    test.__doc__ = row["name"]
    return test


for _row in ROWS:
    setattr(ValuesTest, "test_row_" + "".join(c if c.isalnum() else "_" for c in _row["name"]), _method(_row))
