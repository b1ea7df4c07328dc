"""Whose spill files are whose.

Each client has an id, a file ``ID.lock`` that it holds a lock on as long as it lives, and files ``ID-N.spill``; whose lock
can be had, is dead, and its files belong to whoever has the lock now. Any number of processes and clients may share a
directory, those of the SDK for Java too, on a file system with locks.
"""

from __future__ import annotations

import os
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # pragma: no cover
    fcntl = None  # type: ignore[assignment]

_LOCK = ".lock"
_SPILL = ".spill"

# Held while a client appears or takes over, so that nobody takes over one that has not got its lock yet.
_DOOR = "spill.door"


class _Process:
    """What all clients of this process share, because a process can lock a file again that it has locked, and by closing
    it gives up both: the locks of its own clients must not even be tried.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.living: set[str] = set()


_process = _Process()


class SpillDirectory:
    """One client's share of a directory. Any thread; ``OSError`` from every method."""

    def __init__(self, path: Path) -> None:
        if fcntl is None:
            raise OSError("spilling needs the file locks of POSIX")
        self._path = path
        self._id = str(uuid.uuid4())
        self._locks: dict[str, int] = {}
        self._files = 0
        self._closed = False
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._door():
            self._try_lock(self._id)

    def new_file(self) -> Path:
        """Where this client may write next."""
        self._files += 1
        # Eight digits, so that names sort as numbers do.
        return self._path / f"{self._id}-{self._files:08d}{_SPILL}"

    def take_over(self) -> list[Path]:
        """The files of dead clients, oldest first for each; from now on they are this one's."""
        found: list[Path] = []
        with self._door():
            if self._closed:
                # Nobody would give up these locks.
                return found
            for owner, paths in sorted(self._spilled().items()):
                if owner not in _process.living and self._try_lock(owner):
                    found += sorted(paths)
        return found

    def close(self) -> None:
        """Gives up the locks; who has left no files leaves no lock file either."""
        with self._door():
            self._closed = True
            left = self._spilled()
            for owner, lock in self._locks.items():
                if owner not in left:
                    (self._path / (owner + _LOCK)).unlink(missing_ok=True)
                _process.living.discard(owner)
                os.close(lock)
            self._locks.clear()

    def forget(self) -> None:
        """In a child process, which has got the descriptors, but not the locks."""
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
            # POSIX leaves it open which of the two it is.
            os.close(lock)
            return False
        except BaseException:
            os.close(lock)
            raise
        self._locks[owner] = lock
        _process.living.add(owner)
        return True

    @contextmanager
    def _door(self) -> Iterator[None]:
        with _process.lock:
            door = self._open(_DOOR)
            try:
                fcntl.lockf(door, fcntl.LOCK_EX)
                yield
            finally:
                os.close(door)

    def _open(self, name: str) -> int:
        return os.open(self._path / name, os.O_RDWR | os.O_CREAT, 0o600)


def _forked() -> None:
    """In a child process: none of the clients of the parent is one of its own, nor is the thread that may hold the lock."""
    global _process
    _process = _Process()


if hasattr(os, "register_at_fork"):
    # By itself, as there may be a client that is not made yet.
    os.register_at_fork(after_in_child=_forked)
