"""Tracks which client owns which spill files.

Each client has an id, a file ``ID.lock`` that it keeps locked while it is open, and files ``ID-N.spill``. A client
whose lock is free is gone, and the client that takes the lock owns its files. Any number of processes and clients may
share a directory, also with clients of the Java SDK, on a file system with locks.
"""

from __future__ import annotations

import os
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Callable

from ._spill_access import SpillRefused, check_directory, open_own

try:
    import fcntl
except ImportError:  # pragma: no cover
    fcntl = None  # type: ignore[assignment]

_LOCK = ".lock"
_SPILL = ".spill"

# Locked while a client opens, takes over files or closes. No client is taken over before it holds its own lock.
_DIRECTORY_LOCK = "spill.door"


class _Process:
    """State shared by all clients of this process: the ids whose locks it holds. They must not be tried again, because
    a process may lock the same file twice, and closing one descriptor releases both locks.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.held: set[str] = set()


_process = _Process()


class SpillDirectory:
    """One client's files in a directory. Any thread. Every method may raise ``OSError``.

    :raises SpillRefused: if the directory is not this user's alone
    """

    def __init__(self, path: Path) -> None:
        if fcntl is None:
            raise OSError("a spill directory needs POSIX file locks")
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Without links, so that nobody can lead them elsewhere later.
        self._path = path.resolve()
        check_directory(self._path)
        self._id = str(uuid.uuid4())
        self._locks: dict[str, int] = {}
        self._files = 0
        self._closed = False
        with self._locked():
            self._try_lock(self._id)

    def new_file(self) -> Path:
        """The path of this client's next file."""
        self._files += 1
        # Eight digits, so that the names sort in numerical order.
        return self._path / f"{self._id}-{self._files:08d}{_SPILL}"

    def take_over(self, refused: Callable[[SpillRefused], None]) -> list[Path]:
        """Takes over the files of clients that are gone, and returns them, oldest first for each client.

        :param refused: receives the reason for a lock that is not this user's alone; its files stay where they are
        """
        found: list[Path] = []
        with self._locked():
            if self._closed:
                # A closed client would never release these locks.
                return found
            for owner, paths in sorted(self._spilled().items()):
                try:
                    if owner not in _process.held and self._try_lock(owner):
                        found += sorted(paths)
                except SpillRefused as e:
                    refused(e)
        return found

    def close(self) -> None:
        """Releases the locks. The lock file of an id without files is deleted."""
        with self._locked():
            self._closed = True
            left = self._spilled()
            for owner, lock in self._locks.items():
                if owner not in left:
                    (self._path / (owner + _LOCK)).unlink(missing_ok=True)
                _process.held.discard(owner)
                os.close(lock)
            self._locks.clear()

    def forget(self) -> None:
        """Closes the descriptors in a child process, which does not inherit the locks."""
        for lock in self._locks.values():
            os.close(lock)
        self._locks.clear()

    def _spilled(self) -> dict[str, list[Path]]:
        by_owner: dict[str, list[Path]] = {}
        for path in self._path.glob(f"*-*{_SPILL}"):
            by_owner.setdefault(path.name.rpartition("-")[0], []).append(path)
        return by_owner

    def _try_lock(self, owner: str) -> bool:
        lock = self._open(owner + _LOCK)
        try:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            # POSIX allows either error for a lock that is held.
            os.close(lock)
            return False
        except BaseException:
            os.close(lock)
            raise
        self._locks[owner] = lock
        _process.held.add(owner)
        return True

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with _process.lock:
            lock = self._open(_DIRECTORY_LOCK)
            try:
                fcntl.lockf(lock, fcntl.LOCK_EX)
                yield
            finally:
                os.close(lock)

    def _open(self, name: str) -> int:
        return open_own(self._path / name, os.O_RDWR | os.O_CREAT)


def _forked() -> None:
    """Resets the state in a child process: it has none of the parent's clients, nor the thread that may hold the lock.
    """
    global _process
    _process = _Process()


if hasattr(os, "register_at_fork"):
    # Registered separately, because a client may be under construction.
    os.register_at_fork(after_in_child=_forked)
