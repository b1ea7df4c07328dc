"""What becomes of events when the client itself cannot do what it should: no memory, no thread."""

from __future__ import annotations

import gc
import pkgutil
import tempfile
import threading
import unittest
from types import SimpleNamespace
from typing import Any
from unittest import mock

import support
from sentinel_audit import AuditClient, AuditEvent
from sentinel_audit._pipeline import close_all


class OutOfMemoryOnce:
    """In place of a function, the first call of which fails."""

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
        self.heard = support.Heard()
        self.stranger = support.Stranger(None)
        self.addCleanup(self.stranger.close)
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = directory.name

    def client(self, **settings: Any) -> AuditClient:
        settings = {"agent_instance_id": "a", "flush_interval": 0.001, "listener": self.heard, **settings}
        client = AuditClient(self.stranger.url, **settings)
        self.addCleanup(client.close, 0)
        return client

    def check_that_it_sends_on(self, function: str, **settings: Any) -> None:
        pause = mock.patch("sentinel_audit._pipeline._PAUSE_AFTER_DEFECT", 0.001)
        with self.subTest(function), pause, OutOfMemoryOnce(f"sentinel_audit.{function}") as memory:
            self.heard.delivered = 0
            client = self.client(**settings)
            for i in (1, 2):
                client.capture(AuditEvent(resource=f"{i}"))
                self.heard.wait(lambda i=i: self.heard.delivered == i)  # type: ignore[misc]
            self.assertTrue(memory.has_failed)
            client.close()

    def test_lack_of_memory_does_not_end_the_thread(self) -> None:
        for step in ("take", "settle"):
            self.check_that_it_sends_on(f"_buffer.MemoryBuffer.{step}")
        for step in ("recover", "take", "settle"):
            self.check_that_it_sends_on(f"_spill.SpillBuffer.{step}", spill_directory=self.directory)

    def test_events_that_there_was_no_memory_to_take_are_not_lost(self) -> None:
        self.check_that_it_sends_on("_buffer.Batch")
        self.check_that_it_sends_on("_spill.Batch", spill_directory=self.directory)

    def test_thread_that_there_was_no_memory_to_start_is_started_with_the_next_event(self) -> None:
        with OutOfMemoryOnce("threading.Thread.start"):
            client = self.client()
            for _ in range(2):
                self.assertTrue(client.capture(AuditEvent(resource="r")))
        self.heard.wait(lambda: self.heard.delivered == 2)
        self.assertEqual(client.stats().dropped, 0)

    def no_thread(self) -> Any:
        """As it is once the interpreter ends, from Python 3.12 on."""
        start = threading.Thread.start

        def refuse(thread: threading.Thread) -> None:
            if thread.name.startswith("sentinel-audit"):
                raise RuntimeError("can't create new thread at interpreter shutdown")
            start(thread)

        return mock.patch.object(threading.Thread, "start", refuse)

    def test_what_was_recorded_without_a_thread_is_sent_at_the_end_of_the_process(self) -> None:
        for settings in ({}, {"spill_directory": self.directory}):
            with self.subTest(settings), self.no_thread():
                client = self.client(**settings)
                client.capture(AuditEvent(resource="r"))
                close_all()
                self.assertEqual((client.stats().sent, client.stats().dropped), (1, 0))

    def test_so_is_what_a_client_has_recorded_that_is_garbage_by_then(self) -> None:
        now = 0.0
        clock = mock.patch("sentinel_audit._closing.time", SimpleNamespace(monotonic=lambda: now))
        with self.no_thread(), clock:
            client = AuditClient(self.stranger.url, agent_instance_id="a", listener=self.heard)
            client.capture(AuditEvent(resource="r"))
            del client
            gc.collect()
            now += 3_600
            close_all()
        self.assertEqual((self.heard.delivered, self.heard.drops), (1, []))

    def test_who_closes_while_another_does_waits_for_it(self) -> None:
        with self.no_thread():
            client = self.client()
            client.capture(AuditEvent(resource="r"))
        with support.Held("sentinel_audit._transport.Transport.post") as post:
            closers = [threading.Thread(target=client.close, args=(support.PATIENCE,)) for _ in range(2)]
            closers[0].start()
            post.wait()
            with support.Held("sentinel_audit._closing.Closing.left") as wait:
                closers[1].start()
                wait.wait()
        for closer in closers:
            closer.join()
        self.assertEqual((client.stats().sent, self.heard.drops), (1, []))
