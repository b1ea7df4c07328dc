"""One file of events, written at its end and read from its start."""

from __future__ import annotations

import os
import zlib
from pathlib import Path
from typing import Optional

from ._spill_access import open_own

_PREFIX = 9


def line_of(event: bytes) -> bytes:
    """An event as a line: the CRC-32 of its JSON in eight hexadecimal digits, a space, the JSON, a line feed.

    The JSON contains no line feed, so a damaged line does not affect the next one.
    """
    return b"%08x %b\n" % (zlib.crc32(event), event)


def event_of(line: bytes) -> Optional[bytes]:
    """The event of a line, which is given without its line feed; None if the line is damaged."""
    event = line[_PREFIX:]
    return event if event and line[:_PREFIX] == b"%08x " % zlib.crc32(event) else None


class SpillFile:
    """Guarded by its buffer's lock, except ``read`` and ``sync``. Methods that access the disk may raise ``OSError``.

    There may be thousands of files after an outage. So each holds one descriptor only while it is written and one while
    it is read, because the descriptors count against the agent's limit.
    """

    def __init__(self, path: Path, *, create: bool) -> None:
        self._path = path
        self._writer: Optional[int] = None
        self._reader: Optional[int] = None
        if create:
            self._writer = open_own(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL)
        self.written = 0 if create else path.stat().st_size
        self.lines = 0 if create else self._count_lines()
        """The number of complete lines not taken yet."""
        self.is_open = create
        """Whether the file may be written."""
        self.is_dirty = False
        """Whether some content may not be on disk yet."""
        self._read_to = 0
        self._outstanding = 0

    def append(self, line: bytes) -> None:
        """Appends a line completely or not at all."""
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
        """Ends writing."""
        self.is_open = False
        writer, self._writer = self._writer, None
        if writer is not None:
            os.close(writer)
        self._close_reader_at_the_end()

    def _close_reader_at_the_end(self) -> None:
        # No thread is reading then, because there is nothing to read.
        if not self.is_open and self.unread() == 0:
            self._close_reader()

    def _close_reader(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            os.close(reader)

    def _count_lines(self) -> int:
        """An incomplete last line does not count, because its event was never accepted."""
        lines = 0
        with open(open_own(self._path, os.O_RDONLY), "rb") as file:
            for piece in iter(lambda: file.read(1 << 16), b""):
                lines += piece.count(b"\n")
        return lines

    def unread(self) -> int:
        """The number of unread bytes."""
        return self.written - self._read_to

    def read(self, max_bytes: int) -> tuple[list[bytes], int]:
        """Reads complete lines from the position that ``taken`` has reached; also returns their size in bytes.

        Returns at least one line, however long, unless only an incomplete one is left. Any thread, but one at a time.
        """
        if self._reader is None:
            self._reader = open_own(self._path, os.O_RDONLY)
        unread = self.unread()
        length = min(unread, max_bytes)
        while True:
            piece = os.pread(self._reader, length, self._read_to)
            end = piece.rfind(b"\n") + 1
            if end or length >= unread:
                return piece[:end].split(b"\n")[:-1], end
            length = min(unread, 2 * length)

    def taken(self, length: int, lines: int, events: int) -> None:
        """Marks bytes and lines as taken. The given number of events must be completed later."""
        self._read_to += length
        self.lines -= lines
        self._outstanding += events
        self._close_reader_at_the_end()

    def completed(self, events: int) -> None:
        """Marks events as no longer needed."""
        self._outstanding -= events

    def is_done(self) -> bool:
        """Whether the file is no longer needed."""
        return self.unread() == 0 and self._outstanding == 0

    def empty(self) -> None:
        """Truncates the file for reuse, which costs less than a new file."""
        self._cut(0)
        self.written = 0
        self._read_to = 0

    def sync(self) -> None:
        """Forces the content to disk. Opens its own descriptor, because the others may be closed meanwhile."""
        descriptor = open_own(self._path, os.O_RDWR)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def close(self) -> None:
        """Closes the descriptors and keeps the file."""
        self._close_reader()
        self.seal()

    def delete(self) -> None:
        """Closes the descriptors and deletes the file."""
        self.close()
        self._path.unlink(missing_ok=True)
