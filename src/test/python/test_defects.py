"""Tests that events survive failures of the client itself: no memory, no thread."""

from __future__ import annotations

import gc
import pkgutil
import tempfile
import threading
import unittest
from types import SimpleNamespace
from typing import Any, Optional
from unittest import mock

import support
from sentinel_audit import AuditClient, AuditEvent
from sentinel_audit._buffer import Batch, MemoryBuffer
from sentinel_audit._pipeline import close_all


class OutOfMemoryOnce:
    """Replaces a function so that its first call fails."""

    def __init__(self, function: str) -> None:
        original = pkgutil.resolve_name(function)
        self.has_failed = False

        def fail(*args: Any) -> Any:
            if not self.has_failed:
                self.has_failed = True
                raise MemoryError
            return original(*args)

        self._patch = mock.patch(function, fail)

    def __enter__(self) -> OutOfMemoryOnce:
        self._patch.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._patch.stop()


class DefectsTest(unittest.TestCase):
    def setUp(self) -> None:
        self.outcomes = support.OutcomeListener()
        self.fake = support.FakeServer(None)
        self.addCleanup(self.fake.close)
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = directory.name

    def client(self, **settings: Any) -> AuditClient:
        settings = {"agent_instance_id": "a", "flush_interval": 0.001, "listener": self.outcomes, **settings}
        client = AuditClient(self.fake.url, **settings)
        self.addCleanup(client.close, 0)
        return client

    def check_that_sending_continues(self, function: str, **settings: Any) -> None:
        pause = mock.patch("sentinel_audit._pipeline._PAUSE_AFTER_DEFECT", 0.001)
        with self.subTest(function), pause, OutOfMemoryOnce(f"sentinel_audit.{function}") as memory:
            self.outcomes.delivered = 0
            client = self.client(**settings)
            for i in (1, 2):
                client.capture(AuditEvent(resource=f"{i}"))
                self.outcomes.wait(lambda i=i: self.outcomes.delivered == i)  # type: ignore[misc]
            self.assertTrue(memory.has_failed)
            client.close()

    def test_lack_of_memory_does_not_end_the_thread(self) -> None:
        for step in ("take", "complete"):
            self.check_that_sending_continues(f"_buffer.MemoryBuffer.{step}")
        for step in ("recover", "take", "complete"):
            self.check_that_sending_continues(f"_spill.SpillBuffer.{step}", spill_directory=self.directory)

    def test_events_are_not_lost_when_taking_them_fails(self) -> None:
        self.check_that_sending_continues("_buffer.Batch")
        self.check_that_sending_continues("_spill.Batch", spill_directory=self.directory)

    def test_events_captured_until_closing_begins_are_sent(self) -> None:
        take = MemoryBuffer.take
        closing = threading.Event()

        def take_slowly(buffer: MemoryBuffer, max_events: int, max_bytes: int) -> Optional[Batch]:
            batch = take(buffer, max_events, max_bytes)
            if batch is None and not closing.is_set():
                # The thread loses the processor here, and meanwhile others record and close.
                client.capture(AuditEvent(resource="2"))
                client._pipeline.close_soon()
                closing.set()
            return batch

        with mock.patch("sentinel_audit._buffer.MemoryBuffer.take", take_slowly):
            client = self.client()
            client.capture(AuditEvent(resource="1"))
            self.outcomes.wait(lambda: self.outcomes.delivered == 1)
            # Wakes the thread although there is nothing.
            client._pipeline._has_events.set()
            self.assertTrue(closing.wait(support.TIMEOUT))
            self.assertTrue(client.close(support.TIMEOUT))
        self.assertEqual(client.stats().sent, 2)

    def test_thread_that_failed_to_start_is_started_with_the_next_event(self) -> None:
        with OutOfMemoryOnce("threading.Thread.start"):
            client = self.client()
            for _ in range(2):
                self.assertTrue(client.capture(AuditEvent(resource="r")))
        self.outcomes.wait(lambda: self.outcomes.delivered == 2)
        self.assertEqual(client.stats().dropped, 0)

    def no_thread(self) -> Any:
        """Simulates interpreter shutdown since Python 3.12, when no thread can be started."""
        start = threading.Thread.start

        def refuse(thread: threading.Thread) -> None:
            if thread.name.startswith("sentinel-audit"):
                raise RuntimeError("can't create new thread at interpreter shutdown")
            start(thread)

        return mock.patch.object(threading.Thread, "start", refuse)

    def test_events_recorded_without_a_thread_are_sent_at_exit(self) -> None:
        for settings in ({}, {"spill_directory": self.directory}):
            with self.subTest(settings), self.no_thread():
                client = self.client(**settings)
                client.capture(AuditEvent(resource="r"))
                close_all()
                self.assertEqual((client.stats().sent, client.stats().dropped), (1, 0))

    def test_events_of_a_garbage_client_without_a_thread_are_sent_at_exit(self) -> None:
        now = 0.0
        clock = mock.patch("sentinel_audit._closing.time", SimpleNamespace(monotonic=lambda: now))
        with self.no_thread(), clock:
            client = AuditClient(self.fake.url, agent_instance_id="a", listener=self.outcomes)
            client.capture(AuditEvent(resource="r"))
            del client
            gc.collect()
            now += 3_600
            close_all()
        self.assertEqual((self.outcomes.delivered, self.outcomes.drops), (1, []))

    def test_concurrent_close_waits_for_the_first(self) -> None:
        with self.no_thread():
            client = self.client()
            client.capture(AuditEvent(resource="r"))
        with support.Blocked("sentinel_audit._transport.Transport.post") as post:
            closers = [threading.Thread(target=client.close, args=(support.TIMEOUT,)) for _ in range(2)]
            closers[0].start()
            post.wait()
            with support.Blocked("sentinel_audit._closing.Closing.left") as wait:
                closers[1].start()
                wait.wait()
        for closer in closers:
            closer.join()
        self.assertEqual((client.stats().sent, self.outcomes.drops), (1, []))
