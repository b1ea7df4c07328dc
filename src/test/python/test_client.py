"""Tests the client as an agent uses it, with a real server."""

from __future__ import annotations

import asyncio
import decimal
import http.server
import json
import logging
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import unittest
import uuid
from datetime import date, datetime, timedelta, timezone
from typing import Any

import support
from sentinel_audit import ActionType, ActorType, AuditClient, AuditEvent, AuditListener, EventStatus


class WithoutText:
    """An object whose ``str`` raises."""

    def __str__(self) -> str:
        raise RuntimeError("no")


def nowhere() -> str:
    """The URL of a port on which no server listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


class ClientTest(unittest.TestCase):
    def setUp(self) -> None:
        self.outcomes = support.OutcomeListener()
        self.trace = support.unique(self._testMethodName)

    def client(self, url: str = "", **settings: Any) -> AuditClient:
        settings = {"agent_instance_id": "agent-1", "listener": self.outcomes, "flush_interval": 0.01, **settings}
        client = AuditClient(url or support.server_url(), **settings)
        self.addCleanup(client.close, 0)
        return client

    def test_event_is_stored_with_its_values(self) -> None:
        event = AuditEvent(
            "agent-7",
            self.trace,
            ActorType.HUMAN,
            ActionType.DB_QUERY,
            "SELECT 1",
            EventStatus.DENIED,
            182.9,
            {"n": 1, "deep": [{"x": None, "y": True}], "text": 'é " \\ \n \U0001f600'},
            timestamp=datetime(2026, 11, 2, 9, 5, 13, 886000, timezone(timedelta(hours=1))),
        )
        with self.client() as client:
            self.assertTrue(client.capture(event))
        [stored] = support.stored(self.trace)
        del stored["seq"], stored["received_at"]
        self.assertEqual(
            stored,
            {
                "event_id": event.event_id,
                "timestamp": "2026-11-02T08:05:13.886000Z",
                "agent_instance_id": "agent-7",
                "trace_id": self.trace,
                "actor": "human",
                "action_type": "db_query",
                "resource": "SELECT 1",
                "status": "denied",
                "latency_ms": 182,
                "metadata": {"n": 1, "deep": [{"x": None, "y": True}], "text": 'é " \\ \n \U0001f600'},
            },
        )

    def test_calls_of_the_first_sdk_still_work(self) -> None:
        client = AuditClient(support.server_url(), 100, 0.01, 3, 0.5)
        client.capture(
            AuditEvent(
                agent_instance_id="agent-7",
                trace_id=self.trace,
                actor="agent",
                action_type="tool_call",
                resource="web_search",
                status="success",
                latency_ms=None,
                metadata={},
            )
        )
        client.flush()
        client.close()
        self.assertEqual([event["resource"] for event in support.stored(self.trace)], ["web_search"])

    def test_values_without_json_form_become_text(self) -> None:
        class Number(int):
            pass

        given: dict[Any, Any] = {
            "nan": float("nan"),
            "inf": float("-inf"),
            "decimal": decimal.Decimal("1.10"),
            "no decimal": decimal.Decimal("NaN"),
            "date": date(2026, 11, 2),
            "id": uuid.UUID(int=7),
            "bytes": b"abc\xff",
            "object": WithoutText(),
            "enum": ActionType.FILE_READ,
            "int": Number(7),
            "set": {1},
            "tuple": (1, 2),
            "nul": "a\0b",
            "surrogate": "a\ud800b",
            "pair": "\ud83d\ude00",
            "huge": 1 << 20_000,
            7: "seven",
            "7": "text",
            None: "none",
            True: "yes",
            "n\ud800": 1,
            "n\udbff": 2,
        }
        with self.client() as client:
            self.assertTrue(client.capture(AuditEvent(trace_id=self.trace, resource="r", metadata=given)))
        [stored] = support.stored(self.trace)
        huge = stored["metadata"].pop("huge")
        self.assertTrue(huge.startswith("0x1000"))
        self.assertEqual(
            stored["metadata"],
            {
                "nan": "NaN",
                "inf": "-Infinity",
                "decimal": 1.10,
                "no decimal": "NaN",
                "date": "2026-11-02",
                "id": "00000000-0000-0000-0000-000000000007",
                "bytes": "abc\ufffd",
                "object": "<WithoutText>",
                "enum": "file_read",
                "int": 7,
                "set": [1],
                "tuple": [1, 2],
                "nul": "a\ufffdb",
                "surrogate": "a\ufffdb",
                "pair": "\U0001f600",
                "7": "seven",
                "7 2": "text",
                "null": "none",
                "true": "yes",
                "n\ufffd": 1,
                "n\ufffd 2": 2,
            },
        )

    def test_invalid_events_are_reported_and_raise_nothing(self) -> None:
        bad: list[tuple[Any, str]] = [
            (AuditEvent(resource=""), "resource must be a string of 1 to 1024 characters"),
            (AuditEvent(resource=None), "resource must be"),  # type: ignore[arg-type]
            (AuditEvent("", resource="r"), "agent_instance_id must be a string of 1 to 255 characters"),
            (AuditEvent(trace_id="t" * 2_000_000, resource="r"), "trace_id must be"),
            (AuditEvent(trace_id="password=hunter2hunter2" * 20, resource="r"), "trace_id must not contain a secret"),
            (AuditEvent(actor="robot", resource="r"), "actor must be one of agent, human, system"),
            (AuditEvent(actor=[], resource="r"), "actor must be one of"),  # type: ignore[arg-type]
            (AuditEvent(action_type=None, resource="r"), "action_type must be one of"),  # type: ignore[arg-type]
            (AuditEvent(action_type="x", status="y", resource="r"), "policy_check; status must be one of success"),
            (None, "cannot be written as JSON: AttributeError"),
        ]
        client = self.client()
        for event, _ in bad:
            client.capture(event)
        client.capture(AuditEvent(trace_id=self.trace, resource="good"))
        self.assertTrue(client.flush(support.TIMEOUT))
        self.assertEqual(client.stats().rejected, len(bad))
        self.assertEqual(client.stats().sent, 1)
        details = [rejection.detail for rejection in self.outcomes.rejections]
        for _, words in bad:
            self.assertTrue(any(words in detail for detail in details), words)
        # The client accepts what the server accepts: exactly 32 levels and 64 KiB.
        deep: Any = {}
        for _ in range(31):
            deep = {"d": deep}
        client.capture(AuditEvent(trace_id=self.trace, resource="deep", metadata=deep))
        client.capture(AuditEvent(trace_id=self.trace, resource="large", metadata={"x": "y" * (65_536 - 8)}))
        client.close()
        self.assertEqual([event["resource"] for event in support.stored(self.trace)], ["good", "deep", "large"])

    def test_generated_metadata_is_never_refused_by_the_server(self) -> None:
        generator = random.Random(7)
        characters = 'ab\0\x01\x7f"\\/\n\ud800\udc00\u2028é\U0001f600'

        def text() -> str:
            return "".join(generator.choices(characters, k=generator.randint(0, 8)))

        def value(depth: int) -> Any:
            kind = generator.randrange(9 if depth < 30 else 7)
            if kind == 7:
                return {text(): value(depth + 1) for _ in range(generator.randint(0, 3))}
            if kind == 8:
                return [value(depth + 1) for _ in range(generator.randint(0, 3))]
            return [text(), None, True, generator.uniform(-1e300, 1e300), -(1 << 70), 1e-320, ("", -0.0)][kind]

        client = self.client()
        for _ in range(500):
            client.capture(AuditEvent(trace_id=self.trace, resource=text() + "r", metadata={text(): value(1)}))
        client.close()
        self.assertEqual(self.outcomes.rejections, [])
        self.assertEqual(client.stats().sent, 500)

    def test_changes_after_capture_change_nothing(self) -> None:
        client = self.client(flush_interval=10)
        metadata = {"state": "before"}
        client.capture(AuditEvent(trace_id=self.trace, resource="r", metadata=metadata))
        metadata["state"] = "after"
        client.close()
        self.assertEqual(support.stored(self.trace)[0]["metadata"], {"state": "before"})

    def test_event_captured_twice_is_stored_once(self) -> None:
        event = AuditEvent(trace_id=self.trace, resource="r")
        with self.client() as client:
            client.capture(event)
            client.capture(event)
        self.assertEqual(len(support.stored(self.trace)), 1)
        self.assertEqual((client.stats().sent, client.stats().duplicates), (2, 1))

    def test_threads_lose_and_duplicate_nothing(self) -> None:
        client = self.client(batch_size=100)

        def record(thread: int) -> None:
            for i in range(250):
                client.capture(AuditEvent(trace_id=self.trace, resource=f"{thread}-{i}"))

        threads = [threading.Thread(target=record, args=(thread,)) for thread in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertTrue(client.close(support.TIMEOUT))
        resources = [event["resource"] for event in support.stored(self.trace)]
        self.assertCountEqual(resources, [f"{thread}-{i}" for thread in range(8) for i in range(250)])
        for number in range(8):
            mine = [resource for resource in resources if resource.startswith(f"{number}-")]
            self.assertEqual(mine, [f"{number}-{i}" for i in range(250)])

    def test_memory_is_bounded_while_the_server_is_down(self) -> None:
        client = self.client(nowhere(), buffer_size=1_000_000, buffer_bytes=100_000, retry_backoff=0.001)
        start = time.monotonic()
        for _ in range(5_000):
            client.capture(AuditEvent(trace_id=self.trace, resource="r", metadata={"x": "y" * 200}))
        took = time.monotonic() - start
        stats = client.stats()
        self.assertLessEqual(stats.waiting_bytes, 100_000)
        self.assertGreater(stats.waiting_bytes, 99_000)
        self.assertEqual(stats.waiting + stats.dropped, 5_000)
        self.assertLess(took, 5, "nothing waited")
        self.assertFalse(client.close(0))
        self.assertEqual(client.stats().dropped, 5_000)
        self.assertEqual(sum(events for events, _ in self.outcomes.drops), 5_000)

    def test_agent_that_may_wait_waits_for_space(self) -> None:
        client = self.client(buffer_size=10, when_full=support.TIMEOUT)
        for i in range(500):
            self.assertTrue(client.capture(AuditEvent(trace_id=self.trace, resource=f"{i}")))
        client.close()
        self.assertEqual(len(support.stored(self.trace)), 500)

    def test_agent_waits_no_longer_than_configured(self) -> None:
        client = self.client(nowhere(), buffer_size=1, when_full=0.05)
        self.assertTrue(client.capture(AuditEvent(trace_id=self.trace, resource="r")))
        start = time.monotonic()
        self.assertFalse(client.capture(AuditEvent(trace_id=self.trace, resource="r")))
        self.assertGreaterEqual(time.monotonic() - start, 0.05)

    def test_batch_is_given_up_after_max_retries(self) -> None:
        client = self.client(nowhere(), max_retries=2, retry_backoff=0.001)
        client.capture(AuditEvent(trace_id=self.trace, resource="r"))
        self.assertTrue(client.flush(support.TIMEOUT))
        self.assertEqual((client.stats().dropped, client.stats().retried), (1, 2))

    def test_flush_returns_whether_all_is_decided(self) -> None:
        client = self.client(nowhere())
        self.assertTrue(client.flush(0.01))
        client.capture(AuditEvent(trace_id=self.trace, resource="r"))
        self.assertFalse(client.flush(0.01))

    def test_flush_does_not_wait_for_a_full_batch(self) -> None:
        client = self.client(flush_interval=1_000)
        client.capture(AuditEvent(trace_id=self.trace, resource="r"))
        self.assertTrue(client.flush(support.TIMEOUT))

    def test_closed_client_drops_and_reports_events(self) -> None:
        client = self.client()
        self.assertTrue(client.close())
        self.assertTrue(client.close())
        self.assertFalse(client.capture(AuditEvent(trace_id=self.trace, resource="r")))
        self.assertEqual(self.outcomes.drops, [(1, "recorded after the client was closed")])

    def test_unclosed_client_is_flushed_at_exit(self) -> None:
        code = (
            "from sentinel_audit import *\n"
            f"client = AuditClient({support.server_url()!r}, flush_interval=1000, agent_instance_id='a')\n"
            f"for i in range(20): client.capture(AuditEvent(trace_id={self.trace!r}, resource=str(i)))\n"
            f"AuditClient({support.server_url()!r}, flush_interval=1000, agent_instance_id='a')"
            f".capture(AuditEvent(trace_id={self.trace!r}, resource='of one that is garbage'))\n"
        )
        subprocess.run([sys.executable, "-c", code], check=True, timeout=support.TIMEOUT)
        self.assertEqual(len(support.stored(self.trace)), 21)

    def test_listener_and_log_handler_may_raise_and_record(self) -> None:
        client = self.client(listener=None)

        class Recursive(AuditListener, logging.Handler):
            def rejected(self, rejection: Any) -> None:
                raise RuntimeError("listener")

            def emit(self, record: logging.LogRecord) -> None:
                other.capture(AuditEvent(trace_id=trace, resource="logged"))

        trace = self.trace
        handler = Recursive()
        other = self.client(listener=handler)
        logger = logging.getLogger("sentinel_audit")
        logger.addHandler(handler)
        try:
            other.capture(AuditEvent(resource=""))
        finally:
            logger.removeHandler(handler)
        other.close()
        client.close()
        self.assertEqual(other.stats().rejected, 1)
        self.assertGreaterEqual(len(support.stored(self.trace)), 2)

    @unittest.skipIf(
        sys.version_info < (3, 10), "Python 3.9 lets a signal handler in between reading and writing a variable"
    )
    def test_signal_handler_may_record_at_any_point(self) -> None:
        client = self.client()
        ticks = 0

        def tick(*_: Any) -> None:
            nonlocal ticks
            ticks += 1
            client.capture(AuditEvent(trace_id=self.trace, resource="tick"))

        before = signal.signal(signal.SIGALRM, tick)
        signal.setitimer(signal.ITIMER_REAL, 0.0002, 0.0002)
        try:
            for _ in range(3_000):
                client.capture(AuditEvent(trace_id=self.trace, resource="r"))
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
        self.assertTrue(client.close(support.TIMEOUT))
        self.assertGreater(ticks, 10)
        self.assertEqual(client.stats().sent, 3_000 + ticks)

    def test_connection_closed_by_the_server_is_no_failure(self) -> None:
        answered = threading.Semaphore(0)

        class ClosesWithoutAWord(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                lines = self.rfile.read(int(self.headers["Content-Length"])).splitlines()
                body = json.dumps({"captured": len(lines), "duplicate": 0, "rejected": []}).encode()
                self.send_response(201)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                answered.release()

            def log_message(self, *_: Any) -> None:
                pass

        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), ClosesWithoutAWord) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            client = self.client(f"http://127.0.0.1:{server.server_port}")
            for _ in range(5):
                client.capture(AuditEvent(resource="r"))
                self.assertTrue(client.flush(support.TIMEOUT))
                answered.acquire()
            client.close()
            server.shutdown()
        self.assertEqual((client.stats().sent, client.stats().retried), (5, 0))

    def test_coroutines_record_into_their_own_traces(self) -> None:
        client = self.client()
        record = client.traced("step", ActionType.API_CALL)(self._step)

        async def run(i: int) -> None:
            with client.trace(f"{self.trace}-{i}", agent_instance_id=f"agent-{i}"):
                for _ in range(3):
                    await record()

        async def run_all() -> None:
            await asyncio.gather(*(run(i) for i in range(20)))

        asyncio.run(run_all())
        client.close()
        for i in range(20):
            events = support.stored(f"{self.trace}-{i}")
            self.assertEqual([event["agent_instance_id"] for event in events], [f"agent-{i}"] * 3)

    async def _step(self) -> None:
        await asyncio.sleep(0)

    def test_token_over_http_to_another_machine_is_warned_about_once(self) -> None:
        token = "snt_secret1234567890"
        for url in ("http://sentinel.invalid", "http://10.0.0.1:8000", "http://127.example.com", "http://[fe80::1]"):
            with self.assertLogs("sentinel_audit", "WARNING") as logged:
                self.client(url, token=token).close(0)
            [line] = [line for line in logged.output if "token" in line]
            self.assertIn(url, line)
            self.assertNotIn("snt_secret", line)
        for url in ("http://localhost:1", "http://a.localhost.", "http://127.9.8.7", "http://[::1]", "https://a.invalid"):
            with self.assertNoLogs("sentinel_audit", "WARNING") if sys.version_info >= (3, 10) else self.subTest(url):
                self.client(url, token=token).close(0)

    def test_invalid_settings_are_refused_at_once(self) -> None:
        for settings in (
            {"api_url": "localhost:8000"},
            {"api_url": "ftp://localhost"},
            {"api_url": "http://user:secret@localhost"},
            {"token": "two words"},
            {"token": "a\nb"},
            {"redaction": "some"},
            {"redact_keys": ["--"]},
            {"buffer_size": 0},
        ):
            with self.assertRaises(ValueError) as raised:
                AuditClient(**settings)
            self.assertNotIn("secret@", str(raised.exception))
