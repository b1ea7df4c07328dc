"""Checks that a spill directory and its files are this user's alone.

What is in them is sent with this agent's key, so another user could send events as this agent; and a pipe in place of
a file would never end. Files are checked once they are open, so nobody can replace them after the check.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH

# Links are not followed, and opening a pipe does not wait for its other end.
_SAFELY = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


class SpillRefused(OSError):
    """A spill directory or one of its files is not this user's alone; the message says why."""


def check_directory(path: Path) -> None:
    """Raises ``SpillRefused`` if other users own the directory or can write to it. The path must be without links."""
    _check_owner(path, os.lstat(path), "; use a new directory inside it")


def open_own(path: Path, flags: int) -> int:
    """Opens a regular file of this user; a new one is for its owner only. Raises ``SpillRefused`` for any other."""
    try:
        descriptor = os.open(path, flags | _SAFELY, 0o600)
    except OSError as e:
        if e.errno in (errno.ELOOP, errno.ENXIO, errno.EISDIR):
            raise SpillRefused(f"{path} is not a regular file") from e
        raise
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise SpillRefused(f"{path} is not a regular file")
        _check_owner(path, found)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _check_owner(path: Path, found: os.stat_result, advice: str = "") -> None:
    if found.st_uid != os.geteuid():
        raise SpillRefused(f"{path} belongs to another user{advice}")
    if found.st_mode & _OTHERS_WRITE:
        raise SpillRefused(f"{path} can be written by other users{advice}")
