"""Keeps events in files, so that the next process can send what this one could not."""

from __future__ import annotations

import errno
import threading
from collections import deque
from pathlib import Path
from typing import Optional

from ._buffer import Batch, Offer
from ._ledger import Ledger
from ._spill_directory import SpillDirectory
from ._spill_file import SpillFile, event_of, line_of

_LARGEST_FILE = 1024 * 1024

# The minimum number of files, so that space is freed gradually.
_FILES = 8

_SYNC_EVERY = 1.0

# Temporary failures, which say nothing about the file: no free descriptor, or no memory.
_LATER = (errno.EMFILE, errno.ENFILE, errno.ENOMEM)


class SpillBuffer:
    """An event is written completely before ``offer`` returns, and from then on survives any end of the process.

    It survives a crash of the machine once it is synced. Waiting events are synced every second, and when the client
    closes; a sync for each event would cost the agent milliseconds. A file is deleted or emptied when the server has
    decided on all its events. After a crash, some of them are sent again, and the server recognizes their ids.

    :param max_bytes: the bound on all files of this client, including those that it takes over
    :raises OSError: if the directory cannot be used
    """

    is_persistent = True

    def __init__(self, path: Path, max_bytes: int, ledger: Ledger) -> None:
        self._path = path
        self._max_bytes = max_bytes
        self._file_bytes = min(_LARGEST_FILE, max_bytes // _FILES)
        self._ledger = ledger
        self._directory: Optional[SpillDirectory] = SpillDirectory(path)
        self._files: deque[SpillFile] = deque()
        self._begin()

    def _begin(self) -> None:
        self._lock = threading.RLock()
        self._syncing = threading.Lock()
        self._bytes = 0
        self._unread = 0
        self._recovered = 0
        self._accepted = 0
        self._taken = 0
        self._completed = 0
        self._closed = threading.Event()

    def forget(self) -> None:
        for file in self._files:
            file.close()
        self._files.clear()
        if self._directory is not None:
            self._directory.forget()
        # Opened on the first write, so that a child that records nothing touches no file.
        self._directory = None
        self._begin()

    def offer(self, event: bytes) -> Offer:
        line = line_of(event)
        length = len(line)
        with self._lock:
            if self._closed.is_set():
                return Offer.FAILED
            if self._bytes + length > self._max_bytes:
                return Offer.FULL
            try:
                self._writable(length).append(line)
            except OSError as e:
                self._ledger.spill_failed("write", e)
                return Offer.FAILED
            self._bytes += length
            self._unread += length
            self._accepted += 1
            self._ledger.spilled()
            return Offer.ACCEPTED

    def _writable(self, length: int) -> SpillFile:
        last = self._files[-1] if self._files else None
        if last is not None and last.is_open:
            if last.written + length <= self._file_bytes or last.written == 0:
                return last
            last.seal()
            self._drop_done(last)
        file = SpillFile(self._opened_directory().new_file(), create=True)
        self._files.append(file)
        return file

    def recover(self) -> int:
        try:
            threading.Thread(target=self._sync, name="sentinel-audit-spill", daemon=True).start()
        except (RuntimeError, MemoryError):
            # The interpreter is shutting down, or there are too many threads. close() syncs the remaining events.
            pass
        try:
            with self._lock:
                directory = self._opened_directory()
            # Without the lock, because this waits for other processes and reads each file to its end.
            paths = directory.take_over(lambda refused: self._ledger.spill_failed("take over", refused))
        except OSError as e:
            self._ledger.spill_failed("take over", e)
            return 0
        return self._link([file for file in map(self._open_recovered, paths) if file is not None])

    def _link(self, left: list[SpillFile]) -> int:
        """Adds files of earlier processes before the newer ones of this process. Returns their number of events."""
        events = sum(file.lines for file in left)
        with self._lock:
            if self._closed.is_set():
                for file in left:
                    file.close()
                return 0
            self._files.extendleft(reversed(left))
            self._recovered = events
            self._accepted += events
            for file in left:
                self._bytes += file.written
                self._unread += file.written
                self._drop_done(file)
            return events

    def _opened_directory(self) -> SpillDirectory:
        if self._directory is None:
            self._directory = SpillDirectory(self._path)
        return self._directory

    def _open_recovered(self, path: Path) -> Optional[SpillFile]:
        try:
            return SpillFile(path, create=False)
        except OSError as e:
            self._ledger.spill_failed("open", e)
            return None

    def take(self, max_events: int, max_bytes: int) -> Optional[Batch]:
        while True:
            with self._lock:
                file = next((file for file in self._files if file.unread()), None)
            if file is None:
                return None
            batch = self._take_from(file, max_events, max_bytes)
            if batch is not None:
                return batch

    def _take_from(self, file: SpillFile, max_events: int, max_bytes: int) -> Optional[Batch]:
        """Reads without the lock: files are only appended to, and only the reading thread deletes them."""
        try:
            lines, length = file.read(max_bytes)
        except OSError as e:
            self._ledger.spill_failed("read", e)
            if e.errno in _LATER:
                raise
            self._give_up(file)
            return None
        if len(lines) > max_events:
            lines = lines[:max_events]
            length = sum(map(len, lines)) + len(lines)
        if not lines:
            self._give_up(file)
            return None
        events: list[bytes] = [event for event in map(event_of, lines) if event is not None]
        batch = Batch(events, file) if events else None
        self._note(file, length, len(lines), len(events))
        return batch

    def _give_up(self, file: SpillFile) -> None:
        """Gives up a file that has only an incomplete line or cannot be read."""
        with self._lock:
            unread, lines = file.unread(), file.lines
        self._note(file, unread, lines, 0)

    def _note(self, file: SpillFile, length: int, lines: int, events: int) -> None:
        damaged = lines - events
        with self._lock:
            file.taken(length, lines, events)
            self._unread -= length
            self._taken += lines
            self._completed += damaged
            if not events:
                self._drop_done(file)
        if damaged:
            self._ledger.dropped(damaged, "damaged in the spill directory")

    def complete(self, batch: Batch) -> None:
        file: SpillFile = batch.origin
        with self._lock:
            if self._closed.is_set():
                return
            file.completed(len(batch.events))
            self._completed += len(batch.events)
            self._drop_done(file)

    def _drop_done(self, file: SpillFile) -> None:
        if not file.is_done():
            return
        size = file.written
        try:
            if file.is_open and not self._closed.is_set():
                file.empty()
            else:
                self._files.remove(file)
                file.delete()
        except OSError as e:
            self._ledger.spill_failed("delete", e)
            return
        self._bytes -= size

    def _sync(self) -> None:
        closed = self._closed
        while not closed.wait(_SYNC_EVERY):
            with self._syncing:
                self._sync_dirty()

    def _sync_dirty(self) -> None:
        """Syncs changed files. The lock is not held meanwhile, so that a recording agent never waits for the disk."""
        with self._lock:
            dirty = [file for file in self._files if file.is_dirty and not file.is_done()]
            for file in dirty:
                file.is_dirty = False
        for file in dirty:
            try:
                file.sync()
            except OSError as e:
                # The file may have been deleted meanwhile.
                if file in self._files:
                    file.is_dirty = True
                    self._ledger.spill_failed("sync", e)

    def offered(self) -> int:
        return self._accepted - self._recovered

    def offered_completed(self) -> int:
        # Read in this order: a recovery between the two reads makes the result too small, which is harmless.
        return self._completed - self._recovered

    def offered_taken(self) -> int:
        return self._taken - self._recovered

    def waiting(self) -> int:
        with self._lock:
            return self._accepted - self._completed

    def untaken(self) -> int:
        return self._accepted - self._taken

    def untaken_bytes(self) -> int:
        return self._unread

    def waiting_bytes(self) -> int:
        return self._bytes

    def close(self) -> None:
        with self._lock:
            if self._closed.is_set():
                return
            self._closed.set()
            for file in list(self._files):
                self._drop_done(file)
        # Waits for a sync in progress, which has marked files as clean.
        with self._syncing:
            self._sync_dirty()
            with self._lock:
                left = list(self._files)
                self._files.clear()
            try:
                for file in left:
                    file.close()
                if self._directory is not None:
                    self._directory.close()
            except OSError as e:
                self._ledger.spill_failed("close", e)
