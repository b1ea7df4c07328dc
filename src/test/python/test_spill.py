"""Tests that events survive their process."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import subprocess
import sys
import tempfile
import threading
import unittest
import uuid
from pathlib import Path
from typing import Any
from unittest import mock

import support
from sentinel_audit import AuditClient, AuditEvent, AuditListener
from sentinel_audit._ledger import Ledger
from sentinel_audit._spill import SpillBuffer
from sentinel_audit._spill_access import SpillRefused
from sentinel_audit._spill_file import line_of
from test_client import nowhere

AGENT = """
import sys
from sentinel_audit import AuditClient, AuditEvent
url, directory, trace, events, prefix = sys.argv[1:]
client = AuditClient(url, spill_directory=directory, agent_instance_id="a", flush_interval=0.001)
for i in range(int(events)):
    assert client.capture(AuditEvent(trace_id=trace, resource=f"{prefix}{i}"))
print("recorded", flush=True)
sys.stdin.read()
"""


@unittest.skipUnless(os.name == "posix", "needs the owners of POSIX")
class SpillAccessTest(unittest.TestCase):
    """A spill directory that another user has prepared."""

    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name) / "spill"
        self.directory.mkdir(mode=0o700)
        self.ledger = Ledger(AuditListener())

    def open(self) -> SpillBuffer:
        return SpillBuffer(self.directory, 1 << 20, self.ledger)

    def file(self, content: bytes = b"planted") -> Path:
        path = self.directory / f"{uuid.uuid4()}-00000001.spill"
        path.write_bytes(line_of(content))
        path.chmod(0o600)
        return path

    def recovered(self) -> list[bytes]:
        buffer = self.open()
        try:
            buffer.recover()
            batch = buffer.take(10, 1 << 20)
            return [] if batch is None else batch.events
        finally:
            buffer.close()

    def test_directory_that_others_can_write_is_refused(self) -> None:
        for mode in (0o777, 0o770, 0o702):
            self.directory.chmod(mode)
            with self.assertRaisesRegex(SpillRefused, "spill can be written by other users; use a new directory inside it$"):
                self.open()

    def test_link_to_a_directory_that_others_can_write_is_refused(self) -> None:
        self.directory.chmod(0o777)
        link = self.directory.with_name("link")
        link.symlink_to(self.directory)
        self.directory = link
        with self.assertRaises(SpillRefused):
            self.open()

    def test_directory_of_another_user_is_refused(self) -> None:
        with mock.patch("os.geteuid", return_value=os.geteuid() + 1):
            with self.assertRaisesRegex(SpillRefused, "spill belongs to another user; use a new directory inside it$"):
                self.open()
        self.assertEqual([], list(self.directory.iterdir()))

    def test_pipe_in_place_of_a_lock_is_refused(self) -> None:
        os.mkfifo(self.directory / "spill.door", 0o600)
        with self.assertRaisesRegex(SpillRefused, "spill.door is not a regular file"):
            self.open()

    def test_planted_files_are_not_sent(self) -> None:
        outside = self.directory.with_name("outside")
        outside.write_bytes(line_of(b"planted"))
        (self.directory / f"{uuid.uuid4()}-00000001.spill").symlink_to(outside)
        os.mkfifo(self.directory / f"{uuid.uuid4()}-00000001.spill", 0o600)
        (self.directory / f"{uuid.uuid4()}-00000001.spill").mkdir()
        self.file().chmod(0o666)
        locked = self.file().name.rpartition("-")[0]
        os.mkfifo(self.directory / f"{locked}.lock", 0o600)
        self.file(b"good")
        self.assertEqual([b"good"], self.recovered())

    @unittest.skipUnless(hasattr(os, "geteuid") and os.geteuid() == 0, "only root can give files away")
    def test_file_of_another_user_is_not_sent(self) -> None:
        os.chown(self.file(), 65534, -1)
        self.assertEqual([], self.recovered())

    def test_client_with_a_refused_directory_records_in_memory_with_one_warning(self) -> None:
        self.directory.chmod(0o777)
        with self.assertLogs("sentinel_audit", "WARNING") as logs:
            client = AuditClient(
                nowhere(), spill_directory=self.directory, agent_instance_id="a", close_timeout=0.01, max_retries=0
            )
            self.assertTrue(client.capture(AuditEvent(trace_id="t", resource="r")))
            client.close()
        lines = [line for line in logs.output if "spill" in line]
        self.assertEqual(1, len(lines), lines)
        self.assertIn("can be written by other users", lines[0])
        self.assertEqual([], list(self.directory.iterdir()))


@unittest.skipUnless(os.name == "posix", "needs the file locks of POSIX")
class SpillTest(unittest.TestCase):
    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name) / "spill"
        self.trace = support.unique(self._testMethodName)
        self.outcomes = support.OutcomeListener()

    def agent(self, url: str, events: int, prefix: str = "") -> subprocess.Popen[str]:
        """Starts another process. It has recorded this number of events when this method returns."""
        process = subprocess.Popen(
            [sys.executable, "-c", AGENT, url, str(self.directory), self.trace, str(events), prefix],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Hides its log lines about the unreachable server.
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert process.stdout is not None
        self.assertEqual(process.stdout.readline(), "recorded\n")
        return process

    def kill(self, process: subprocess.Popen[str]) -> None:
        process.send_signal(signal.SIGKILL)
        process.communicate()

    def client(self, url: str = "", **settings: Any) -> AuditClient:
        client = AuditClient(
            url or support.server_url(),
            agent_instance_id="a",
            flush_interval=0.01,
            spill_directory=self.directory,
            listener=self.outcomes,
            **settings,
        )
        self.addCleanup(client.close, 0)
        return client

    def stored(self) -> list[str]:
        return [event["resource"] for event in support.stored(self.trace)]

    def left(self) -> list[str]:
        return sorted(path.suffix for path in self.directory.iterdir() if path.name != "spill.door")

    def test_events_of_a_killed_agent_are_delivered_by_the_next(self) -> None:
        self.kill(self.agent(nowhere(), 3_000))
        client = self.client()
        self.outcomes.wait(lambda: client.stats().recovered == 3_000 and client.flush(0))
        self.assertTrue(client.close())
        self.assertEqual(self.stored(), [str(i) for i in range(3_000)])
        self.assertEqual((client.stats().sent, client.stats().waiting), (3_000, 0))
        self.assertEqual(self.left(), [])

    def test_agent_killed_while_sending_loses_and_duplicates_nothing(self) -> None:
        self.kill(self.agent(support.server_url(), 2_000))
        with self.client() as client:
            client.capture(AuditEvent(trace_id=self.trace, resource="last"))
        self.assertCountEqual(self.stored(), [*map(str, range(2_000)), "last"])
        self.assertEqual(self.left(), [])

    def test_files_of_a_running_process_are_not_taken_over(self) -> None:
        running = self.agent(nowhere(), 10, "running")
        self.kill(self.agent(nowhere(), 10, "dead"))
        with self.client() as client:
            self.outcomes.wait(lambda: client.stats().sent == 10)
            # A second client of the same process with the same directory.
            other = self.client()
            other.capture(AuditEvent(trace_id=self.trace, resource="other"))
            self.assertTrue(other.close())
        self.assertCountEqual(self.stored(), ["other", *(f"dead{i}" for i in range(10))])
        self.kill(running)
        with self.client() as client:
            self.outcomes.wait(lambda: client.stats().recovered == 10 and client.flush(0))
        self.assertEqual(len(self.stored()), 21)

    def test_damaged_lines_are_counted_and_a_torn_tail_is_not(self) -> None:
        self.kill(self.agent(nowhere(), 10))
        [file] = self.directory.glob("*.spill")
        lines = file.read_bytes().splitlines(keepends=True)
        lines[3] = lines[3].replace(b"tool_call", b"tool\rcall")
        lines[9] = lines[9][:40]
        file.write_bytes(b"".join(lines))
        client = self.client()
        self.outcomes.wait(lambda: client.stats().recovered == 9 and client.flush(0))
        client.close()
        self.assertEqual(self.stored(), [str(i) for i in range(9) if i != 3])
        self.assertEqual(self.outcomes.drops, [(1, "damaged in the spill directory")])
        self.assertEqual(self.left(), [])

    def test_files_do_not_grow_beyond_their_bound(self) -> None:
        client = self.client(nowhere(), spill_bytes=100_000)
        accepted = sum(client.capture(AuditEvent(trace_id=self.trace, resource=f"{i}")) for i in range(1_000))
        self.assertLessEqual(sum(path.stat().st_size for path in self.directory.iterdir()), 100_000)
        self.assertEqual(client.stats().dropped, 1_000 - accepted)
        client.close(0)
        self.assertEqual((client.stats().dropped, client.stats().waiting), (1_000 - accepted, accepted))
        with self.client() as client:
            self.outcomes.wait(lambda: client.stats().recovered == accepted and client.flush(0))
        self.assertEqual(self.stored(), [str(i) for i in range(accepted)])

    def test_file_is_emptied_when_all_is_sent(self) -> None:
        with self.client() as client:
            for i in range(300):
                client.capture(AuditEvent(trace_id=self.trace, resource=f"{i}"))
            self.assertTrue(client.flush(support.TIMEOUT))
            self.assertEqual(client.stats().waiting_bytes, 0)
            self.assertEqual(sum(path.stat().st_size for path in self.directory.iterdir()), 0)

    def test_threads_write_whole_lines(self) -> None:
        client = self.client(spill_bytes=1 << 22)

        def record(thread: int) -> None:
            for i in range(500):
                client.capture(AuditEvent(trace_id=self.trace, resource=f"{thread}-{i}", metadata={"x": "y" * i}))

        threads = [threading.Thread(target=record, args=(thread,)) for thread in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertTrue(client.close(support.TIMEOUT))
        self.assertCountEqual(self.stored(), [f"{thread}-{i}" for thread in range(4) for i in range(500)])

    def test_agent_does_not_wait_while_files_are_taken_over(self) -> None:
        self.kill(self.agent(nowhere(), 10))
        for place in ("_spill_directory.SpillDirectory.take_over", "_spill_file.SpillFile._count_lines"):
            with self.subTest(place), support.Blocked(f"sentinel_audit.{place}") as held:
                client = self.client(nowhere())
                held.wait()
                recorder = threading.Thread(target=client.capture, args=(AuditEvent(resource="r"),), daemon=True)
                recorder.start()
                recorder.join(support.TIMEOUT)
                waited = recorder.is_alive()
                held.release()
                client.close(0)
                self.assertFalse(waited)

    def test_flush_does_not_count_events_taken_over_meanwhile(self) -> None:
        self.kill(self.agent(nowhere(), 10))
        fake = support.FakeServer(None, (503, ""))
        self.addCleanup(fake.close)
        with support.Blocked("sentinel_audit._spill_file.SpillFile._count_lines") as held:
            client = self.client(fake.url, batch_size=5)
            held.wait()
            client.capture(AuditEvent(resource="own"))
            flushed: list[bool] = []
            flush = threading.Thread(target=lambda: flushed.append(client.flush(support.TIMEOUT)))
            with support.Blocked("sentinel_audit._pipeline._Flag.set") as targeted:
                flush.start()
                targeted.wait()
            held.release()
            # Five of the ten events are completed, and no more.
            self.outcomes.wait(lambda: self.outcomes.retries > 0)
            client.close(0)
            flush.join()
        self.assertEqual(flushed, [False])

    def test_remaining_events_are_synced_when_the_client_is_closed(self) -> None:
        synced: dict[int, int] = {}

        def sync(fd: int) -> None:
            synced[os.fstat(fd).st_ino] = os.fstat(fd).st_size

        with mock.patch("sentinel_audit._spill._SYNC_EVERY", support.TIMEOUT), mock.patch("os.fsync", sync):
            client = self.client(nowhere(), spill_bytes=100_000)
            for _ in range(100):
                client.capture(AuditEvent(trace_id=self.trace, resource="r"))
            client.close(0)
        left = [path.stat() for path in self.directory.glob("*.spill")]
        self.assertGreater(len(left), 1)
        self.assertEqual(synced, {file.st_ino: file.st_size for file in left})

    def open_files(self) -> list[str]:
        """The files of the directory that this process has open."""
        found: list[str] = []
        for link in Path("/proc/self/fd").iterdir():
            # A descriptor may be closed meanwhile, such as that of the listing itself.
            with contextlib.suppress(OSError):
                found.append(os.readlink(link))
        return [path for path in found if path.startswith(str(self.directory)) and path.endswith(".spill")]

    @unittest.skipUnless(Path("/proc/self/fd").is_dir(), "needs /proc")
    def test_backlog_takes_no_more_than_two_descriptors(self) -> None:
        fake = support.FakeServer((503, ""))
        self.addCleanup(fake.close)
        with mock.patch("sentinel_audit._spill._SYNC_EVERY", support.TIMEOUT):
            client = self.client(fake.url, spill_bytes=100_000, batch_size=5)
            for _ in range(250):
                client.capture(AuditEvent(trace_id=self.trace, resource="r"))
            self.outcomes.wait(lambda: self.outcomes.retries > 0)
            self.assertGreater(self.left().count(".spill"), 4)
            # One file is read and one is written.
            self.assertEqual(len(self.open_files()), 2)
            client.close(0)
            self.assertEqual(self.open_files(), [])
            self.outcomes.retries = 0
            client = self.client(fake.url, spill_bytes=100_000, batch_size=5)
            self.outcomes.wait(lambda: self.outcomes.retries > 0)
            self.assertEqual(client.stats().recovered, 250)
            self.assertEqual(len(self.open_files()), 1)

    def test_file_without_free_descriptor_is_read_later(self) -> None:
        fake = support.FakeServer(None)
        self.addCleanup(fake.close)
        refusals = 0
        opened = os.open

        def refuse_once(path: Any, flags: int, *args: Any, **kwargs: Any) -> int:
            nonlocal refusals
            if str(path).endswith(".spill") and flags & os.O_ACCMODE == os.O_RDONLY and not refusals:
                refusals += 1
                raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
            return opened(path, flags, *args, **kwargs)

        with mock.patch("sentinel_audit._pipeline._PAUSE_AFTER_DEFECT", 0.001), mock.patch("os.open", refuse_once):
            client = self.client(fake.url)
            for i in range(10):
                client.capture(AuditEvent(trace_id=self.trace, resource=f"{i}"))
            self.outcomes.wait(lambda: self.outcomes.delivered == 10)
        self.assertEqual((refusals, self.outcomes.drops), (1, []))

    def test_file_that_failed_to_sync_is_synced_again(self) -> None:
        failures = 0
        done: list[int] = []

        def sync(fd: int) -> None:
            nonlocal failures
            if not failures:
                failures += 1
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            done.append(os.fstat(fd).st_ino)

        blocked = support.Blocked("sentinel_audit._spill.SpillBuffer._sync_dirty")
        with blocked as sync_dirty, mock.patch("os.fsync", sync):
            with mock.patch("sentinel_audit._spill._SYNC_EVERY", 0.001):
                client = self.client(nowhere())
                client.capture(AuditEvent(trace_id=self.trace, resource="r"))
                sync_dirty.wait()
            sync_dirty.release()
            client.close(0)
        self.assertEqual((failures, done), (1, [path.stat().st_ino for path in self.directory.glob("*.spill")]))

    def test_directory_that_cannot_be_used_is_refused_at_once(self) -> None:
        file = self.directory.parent / "file"
        file.touch()
        with self.assertRaises(OSError):
            AuditClient(nowhere(), spill_directory=file)
