"""Processes that are forked from an agent."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import unittest
import warnings
from typing import Any

import support
from sentinel_audit import AuditClient, AuditEvent


@unittest.skipUnless(hasattr(os, "fork"), "needs fork")
class ForkTest(unittest.TestCase):
    def setUp(self) -> None:
        self.trace = support.unique(self._testMethodName)
        # What it warns of, threads in the parent, is what this is about.
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
        # So that there is a connection, which the child must not use.
        self.assertTrue(client.flush(support.PATIENCE))
        self.record(client, "before")
        child = os.fork()
        if child == 0:
            code = 1
            try:
                self.record(client, "child")
                stats = client.stats()
                sent = client.close(support.PATIENCE)
                code = 0 if sent and stats.recorded == 50 and client.stats().sent == 50 else 2
            finally:
                os._exit(code)
        self.record(client, "after")
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 0)
        self.assertTrue(client.close(support.PATIENCE))
        self.assertEqual((client.stats().sent, client.stats().duplicates, client.stats().retried), (101, 0, 0))
        self.assertCountEqual(
            [event["resource"] for event in support.stored(self.trace)],
            ["first", *(f"{name}-{i}" for name in ("before", "after", "child") for i in range(50))],
        )

    def test_child_sends_its_own_and_parent_goes_on(self) -> None:
        self.fork_and_check(self.client())

    def test_child_of_an_agent_that_spills_has_files_of_its_own(self) -> None:
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
        self.assertTrue(client.close(support.PATIENCE))
        self.assertEqual((client.stats().sent, client.stats().duplicates), (50, 0))

    def test_worker_of_multiprocessing_is_flushed_when_it_ends(self) -> None:
        client = self.client()
        worker = multiprocessing.get_context("fork").Process(target=self.record, args=(client, "worker"))
        worker.start()
        worker.join(support.PATIENCE)
        self.assertEqual(worker.exitcode, 0)
        self.assertEqual(len(support.stored(self.trace)), 50)
