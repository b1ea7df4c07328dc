"""Posts batches over a connection that stays open."""

from __future__ import annotations

import http.client
import os
import select
import socket
import ssl
import time
from typing import Optional
from urllib.parse import urlsplit

from ._answers import RawAnswer
from ._version import __version__

EVENTS = "/v1/events"

_LONGEST_CONNECT = 5.0

# A batch of 10,000 of which each event is rejected, each with 400 bytes about it. Whoever sends more takes no memory.
_MAX_ANSWER = 4 * 1024 * 1024
_PIECE = 64 * 1024


class NoAnswerError(Exception):
    """There was none, or none in time, or half of one. Whether the events are stored is unknown."""


class Transport:
    """One connection at a time. One thread, but for ``abort``.

    :param api_url: with a path if the server is behind one
    :param token: sent as ``Authorization: Bearer``
    :param ssl_context: what to trust, for ``https``; by default what the system trusts
    :raises ValueError: if the URL or the token cannot be one
    """

    def __init__(self, api_url: str, token: Optional[str], ssl_context: Optional[ssl.SSLContext]) -> None:
        url = urlsplit(api_url)
        if url.scheme not in ("http", "https") or not url.hostname or url.query or url.fragment or url.username:
            raise ValueError(
                f"api_url must be like http://host:8000 or https://host, not {_without_secrets(api_url)!r}"
            )
        self._host, self._port = url.hostname, url.port
        self._path = url.path.rstrip("/") + EVENTS
        self._ssl = (ssl_context or ssl.create_default_context()) if url.scheme == "https" else None
        self._headers = {
            "Content-Type": "application/x-ndjson",
            "User-Agent": f"sentinel-audit-python/{__version__}",
        }
        if token is not None:
            if not token or not all("!" <= char <= "~" for char in token):
                raise ValueError("token must be printable ASCII without spaces")
            self._headers["Authorization"] = f"Bearer {token}"
        self._connection: Optional[http.client.HTTPConnection] = None
        # That of the connection, which gives it away to an answer that is the last one.
        self._sock: Optional[socket.socket] = None

    def post(self, body: bytes, compressed: bool, retries: int, timeout: float) -> RawAnswer:
        """Sends a batch and waits for the whole answer.

        :param retries: what the server is to add to its count
        :param timeout: for all of it
        :raises NoAnswerError: as it says
        """
        headers: dict[str, str] = dict(self._headers)
        if compressed:
            headers["Content-Encoding"] = "gzip"
        if retries > 0:
            headers["Sentinel-Retry-Count"] = str(retries)
        deadline = time.monotonic() + timeout
        try:
            answer = self._exchange(body, headers, deadline)
        except (TimeoutError, socket.timeout) as e:
            # Two exceptions before Python 3.10.
            self.close()
            raise NoAnswerError(f"no answer within {timeout * 1000:.0f} ms") from e
        except (OSError, http.client.HTTPException, ValueError) as e:
            # ValueError: a connection that was aborted meanwhile.
            self.close()
            raise NoAnswerError(f"{type(e).__name__}: {e}") from e
        except BaseException:
            self.close()
            raise
        return answer

    def _exchange(self, body: bytes, headers: dict[str, str], deadline: float) -> RawAnswer:
        connection = self._connected(deadline)
        sock = connection.sock
        sock.settimeout(_left(deadline))
        connection.request("POST", self._path, body, headers)
        sock.settimeout(_left(deadline))
        response = connection.getresponse()
        pieces = bytearray()
        while True:
            sock.settimeout(_left(deadline))
            piece = response.read1(_PIECE)
            if not piece:
                break
            pieces += piece
            if len(pieces) > _MAX_ANSWER:
                raise http.client.HTTPException("the answer is larger than any of a server")
        if response.length:
            raise http.client.IncompleteRead(bytes(pieces[:0]), response.length)
        # read1 does not say that it was the end.
        response.close()
        answer = RawAnswer(response.status, response.headers.get("Retry-After"), bytes(pieces))
        if response.will_close:
            self.close()
        return answer

    def _connected(self, deadline: float) -> http.client.HTTPConnection:
        """The connection that is there, unless the server has closed it meanwhile, or a new one."""
        connection = self._connection
        if connection is not None and connection.sock is not None and not _is_readable(connection.sock):
            return connection
        self.close()
        timeout = min(_left(deadline), _LONGEST_CONNECT)
        if self._ssl is not None:
            connection = http.client.HTTPSConnection(self._host, self._port, timeout=timeout, context=self._ssl)
        else:
            connection = http.client.HTTPConnection(self._host, self._port, timeout=timeout)
        self._connection = connection
        connection.connect()
        self._sock = connection.sock
        return connection

    def close(self) -> None:
        """Closes what is open. The next request opens a new one."""
        connection, self._connection = self._connection, None
        self._sock = None
        if connection is not None:
            connection.close()

    def forget(self) -> None:
        """In a child process: closes no more than the descriptor. A thread of the parent may have been reading an answer,
        and holds the lock of its buffer for ever here, for which ``close`` would wait.
        """
        sock, self._sock = self._sock, None
        self._connection = None
        if sock is not None:
            descriptor = sock.detach()
            if descriptor >= 0:
                os.close(descriptor)

    def abort(self) -> None:
        """Ends a request that another thread waits for."""
        connection = self._connection
        sock = connection.sock if connection is not None else None
        if sock is not None:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except (OSError, ValueError):
                # It has ended by itself.
                pass


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _is_readable(sock: socket.socket) -> bool:
    """Before anything was asked, that is the server's goodbye."""
    try:
        if hasattr(select, "poll"):
            poll = select.poll()
            poll.register(sock, select.POLLIN)
            return bool(poll.poll(0))
        return bool(select.select([sock], [], [], 0)[0])
    except (OSError, ValueError):
        return True


def _without_secrets(url: str) -> str:
    return url.rpartition("@")[2]
