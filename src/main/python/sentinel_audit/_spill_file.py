"""One file of events, which is written at its end and read from its beginning."""

from __future__ import annotations

import os
import zlib
from pathlib import Path
from typing import Optional

_PREFIX = 9


def line_of(event: bytes) -> bytes:
    """An event as a line: eight hexadecimal digits of the CRC-32 of its JSON, a space, the JSON, a line feed.

    JSON has no line feed in it, so where a line is damaged, the next one is found.
    """
    return b"%08x %b\n" % (zlib.crc32(event), event)


def event_of(line: bytes) -> Optional[bytes]:
    """The event of a line without its line feed; None if it is damaged."""
    event = line[_PREFIX:]
    return event if event and line[:_PREFIX] == b"%08x " % zlib.crc32(event) else None


class SpillFile:
    """Guarded by its buffer's lock, but for ``read`` and ``sync``. ``OSError`` from every method that touches the disk.

    There may be thousands of them after an outage, so each has a descriptor only while it is written, and one while it is
    read: they are the agent's.
    """

    def __init__(self, path: Path, *, create: bool) -> None:
        self._path = path
        self._writer: Optional[int] = None
        self._reader: Optional[int] = None
        if create:
            self._writer = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o600)
        self.written = 0 if create else path.stat().st_size
        self.lines = 0 if create else self._count_lines()
        """That are not taken."""
        self.is_open = create
        """Whether it may be written."""
        self.is_dirty = False
        """Whether there is something in it that may not be on the disk."""
        self._read_to = 0
        self._outstanding = 0

    def append(self, line: bytes) -> None:
        """All of it or nothing."""
        assert self._writer is not None
        done = 0
        try:
            while done < len(line):
                done += os.write(self._writer, line[done:])
        except OSError:
            if done:
                self._cut(self.written)
            raise
        self.written += done
        self.lines += 1
        self.is_dirty = True

    def _cut(self, length: int) -> None:
        assert self._writer is not None
        try:
            os.ftruncate(self._writer, length)
        except OSError:
            self.seal()
            raise

    def seal(self) -> None:
        """It is not written any more."""
        self.is_open = False
        writer, self._writer = self._writer, None
        if writer is not None:
            os.close(writer)
        self._close_reader_at_the_end()

    def _close_reader_at_the_end(self) -> None:
        # Nobody is reading then, as there is nothing to read.
        if not self.is_open and self.unread() == 0:
            self._close_reader()

    def _close_reader(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            os.close(reader)

    def _count_lines(self) -> int:
        """A last one without an end was never acknowledged to the agent, and does not count."""
        lines = 0
        with open(self._path, "rb") as file:
            for piece in iter(lambda: file.read(1 << 16), b""):
                lines += piece.count(b"\n")
        return lines

    def unread(self) -> int:
        """Bytes."""
        return self.written - self._read_to

    def read(self, max_bytes: int) -> tuple[list[bytes], int]:
        """Whole lines from where ``taken`` has got to, and the bytes that they take; any thread, as long as one reads.

        One line at least, however long; none if the last one was cut off.
        """
        if self._reader is None:
            self._reader = os.open(self._path, os.O_RDONLY)
        unread = self.unread()
        length = min(unread, max_bytes)
        while True:
            piece = os.pread(self._reader, length, self._read_to)
            end = piece.rfind(b"\n") + 1
            if end or length >= unread:
                return piece[:end].split(b"\n")[:-1], end
            length = min(unread, 2 * length)

    def taken(self, length: int, lines: int, events: int) -> None:
        """So many bytes and lines are read, with so many events that are to be settled."""
        self._read_to += length
        self.lines -= lines
        self._outstanding += events
        self._close_reader_at_the_end()

    def settled(self, events: int) -> None:
        """They need not be kept any more."""
        self._outstanding -= events

    def is_done(self) -> bool:
        """Whether nothing in it is needed any more."""
        return self.unread() == 0 and self._outstanding == 0

    def empty(self) -> None:
        """Begins anew, which costs less than another file."""
        self._cut(0)
        self.written = 0
        self._read_to = 0

    def sync(self) -> None:
        """To the disk, also what was written with another descriptor: those of its own may be closed meanwhile."""
        descriptor = os.open(self._path, os.O_RDWR)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def close(self) -> None:
        """The file stays."""
        self._close_reader()
        self.seal()

    def delete(self) -> None:
        """Nothing stays."""
        self.close()
        self._path.unlink(missing_ok=True)
