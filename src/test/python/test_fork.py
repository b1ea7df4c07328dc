"""Tests processes that are forked from an agent."""

from __future__ import annotations

import multiprocessing
import os
import select
import signal
import socket
import tempfile
import threading
import unittest
import warnings
from pathlib import Path
from typing import Any, Callable
from unittest import mock

import support
from sentinel_audit import AuditClient, AuditEvent, _spill_directory
from sentinel_audit._spill_directory import SpillDirectory


@unittest.skipUnless(hasattr(os, "fork"), "needs fork")
class ForkTest(unittest.TestCase):
    def setUp(self) -> None:
        self.trace = support.unique(self._testMethodName)
        # Hides the warning about threads in the parent, which these tests need.
        catch = warnings.catch_warnings()
        catch.__enter__()
        self.addCleanup(catch.__exit__, None, None, None)
        warnings.simplefilter("ignore", DeprecationWarning)

    def client(self, **settings: Any) -> AuditClient:
        client = AuditClient(support.server_url(), agent_instance_id="a", flush_interval=1_000, **settings)
        self.addCleanup(client.close, 0)
        return client

    def record(self, client: AuditClient, name: str) -> None:
        for i in range(50):
            client.capture(AuditEvent(trace_id=self.trace, resource=f"{name}-{i}"))

    def fork_and_check(self, client: AuditClient) -> None:
        client.capture(AuditEvent(trace_id=self.trace, resource="first"))
        # Opens a connection, which the child must not use.
        self.assertTrue(client.flush(support.TIMEOUT))
        self.record(client, "before")
        child = os.fork()
        if child == 0:
            code = 1
            try:
                self.record(client, "child")
                stats = client.stats()
                sent = client.close(support.TIMEOUT)
                code = 0 if sent and stats.recorded == 50 and client.stats().sent == 50 else 2
            finally:
                os._exit(code)
        self.record(client, "after")
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 0)
        self.assertTrue(client.close(support.TIMEOUT))
        self.assertEqual((client.stats().sent, client.stats().duplicates, client.stats().retried), (101, 0, 0))
        self.assertCountEqual(
            [event["resource"] for event in support.stored(self.trace)],
            ["first", *(f"{name}-{i}" for name in ("before", "after", "child") for i in range(50))],
        )

    def test_child_and_parent_send_their_own_events(self) -> None:
        self.fork_and_check(self.client())

    def test_child_of_an_agent_that_spills_has_its_own_files(self) -> None:
        with tempfile.TemporaryDirectory() as directory:
            self.fork_and_check(self.client(spill_directory=directory))
            self.assertEqual(os.listdir(directory), ["spill.door"])

    def test_child_that_records_nothing_sends_nothing(self) -> None:
        client = self.client()
        self.record(client, "parent")
        child = os.fork()
        if child == 0:
            os._exit(0 if client.close(1) and client.stats().sent == 0 else 1)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 0)
        self.assertTrue(client.close(support.TIMEOUT))
        self.assertEqual((client.stats().sent, client.stats().duplicates), (50, 0))

    def child_completes(self, say: Callable[[], None]) -> bool:
        """Whether a child completes its fork handlers and then this function."""
        here, there = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                say()
                os.write(there, b"!")
            finally:
                os._exit(0)
        os.close(there)
        said = bool(select.select([here], [], [], support.TIMEOUT)[0]) and os.read(here, 1) == b"!"
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(here)
        return said

    def test_fork_while_a_thread_reads_an_answer_does_not_block_the_child(self) -> None:
        head = b"HTTP/1.1 201 Created\r\nContent-Length: 9\r\n\r\nhalf"
        got = 0
        reads_on = threading.Event()
        read_into = socket.SocketIO.readinto

        def read(reader: Any, buffer: Any) -> Any:
            nonlocal got
            if got == len(head):
                # The reader now holds the lock and receives nothing more.
                reads_on.set()
            length = read_into(reader, buffer)
            got += length or 0
            return length

        with socket.create_server(("127.0.0.1", 0)) as server, mock.patch.object(socket.SocketIO, "readinto", read):
            client = AuditClient(f"http://127.0.0.1:{server.getsockname()[1]}", agent_instance_id="a")
            client.capture(AuditEvent(resource="r"))
            connection, _ = server.accept()
            with connection:
                connection.sendall(head)
                self.assertTrue(reads_on.wait(support.TIMEOUT))
                self.assertTrue(self.child_completes(lambda: None))
            client.close(0)

    def test_fork_while_a_thread_creates_a_client_does_not_block_the_child(self) -> None:
        held, done = threading.Event(), threading.Event()

        def make() -> None:
            with _spill_directory._process.lock:
                held.set()
                done.wait(2 * support.TIMEOUT)

        maker = threading.Thread(target=make)
        maker.start()
        self.assertTrue(held.wait(support.TIMEOUT))
        with tempfile.TemporaryDirectory() as directory:
            said = self.child_completes(lambda: SpillDirectory(Path(directory)).close())
        done.set()
        maker.join()
        self.assertTrue(said)

    def test_worker_of_multiprocessing_is_flushed_when_it_ends(self) -> None:
        client = self.client()
        worker = multiprocessing.get_context("fork").Process(target=self.record, args=(client, "worker"))
        worker.start()
        worker.join(support.TIMEOUT)
        self.assertEqual(worker.exitcode, 0)
        self.assertEqual(len(support.stored(self.trace)), 50)
