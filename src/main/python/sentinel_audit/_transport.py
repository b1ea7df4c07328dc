"""Posts batches, and asks for rules, over a persistent connection."""

from __future__ import annotations

import http.client
import ipaddress
import os
import re
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

# A batch of 10,000 events that are all rejected, with 400 bytes of detail for each. A larger answer is not read.
_MAX_ANSWER = 4 * 1024 * 1024
_PIECE = 64 * 1024


class NoAnswerError(Exception):
    """There was no complete answer in time. Whether the events are stored is unknown."""


class Transport:
    """Keeps one connection at a time. One thread, except ``abort``.

    :param api_url: the server's URL, with a path if the server has a path prefix
    :param token: sent as ``Authorization: Bearer``
    :param ssl_context: the trusted authorities for ``https``; by default those of the system
    :raises ValueError: if the URL or the token is invalid
    """

    def __init__(self, api_url: str, token: Optional[str], ssl_context: Optional[ssl.SSLContext]) -> None:
        url = urlsplit(api_url)
        if url.scheme not in ("http", "https") or not url.hostname or url.query or url.fragment or url.username:
            raise ValueError(
                f"api_url must be like http://host:8000 or https://host, not {_without_secrets(api_url)!r}"
            )
        self._host, self._port = url.hostname, url.port
        self._path = url.path.rstrip("/")
        self._ssl = (ssl_context or ssl.create_default_context()) if url.scheme == "https" else None
        self._headers = {"User-Agent": f"sentinel-audit-python/{__version__}"}
        if token is not None:
            if not token or not all("!" <= char <= "~" for char in token):
                raise ValueError("token must be printable ASCII without spaces")
            self._headers["Authorization"] = f"Bearer {token}"
        self._connection: Optional[http.client.HTTPConnection] = None
        # The socket of the connection, kept here because the connection hands it over to its last response.
        self._sock: Optional[socket.socket] = None

    def post(self, body: bytes, compressed: bool, retries: int, timeout: float) -> RawAnswer:
        """Sends a batch and waits for the whole answer.

        :param retries: the number of retries to report to the server
        :param timeout: seconds for the whole exchange
        :raises NoAnswerError: if there is no complete answer in time
        """
        headers: dict[str, str] = {"Content-Type": "application/x-ndjson", **self._headers}
        if compressed:
            headers["Content-Encoding"] = "gzip"
        if retries > 0:
            headers["Sentinel-Retry-Count"] = str(retries)
        return self._answer("POST", EVENTS, body, headers, timeout)

    def get(self, path: str, timeout: float) -> RawAnswer:
        """Asks for something and waits for the whole answer.

        :param timeout: seconds for the whole exchange
        :raises NoAnswerError: if there is no complete answer in time
        """
        return self._answer("GET", path, None, dict(self._headers), timeout)

    def _answer(
        self, method: str, path: str, body: Optional[bytes], headers: dict[str, str], timeout: float
    ) -> RawAnswer:
        deadline = time.monotonic() + timeout
        try:
            answer = self._exchange(method, path, body, headers, deadline)
        except (TimeoutError, socket.timeout) as e:
            # These are two different exceptions before Python 3.10.
            self.close()
            raise NoAnswerError(f"no answer within {timeout * 1000:.0f} ms") from e
        except (OSError, http.client.HTTPException, ValueError) as e:
            # ValueError comes from a connection that was aborted meanwhile.
            self.close()
            raise NoAnswerError(f"{type(e).__name__}: {e}") from e
        except BaseException:
            self.close()
            raise
        return answer

    def _exchange(
        self, method: str, path: str, body: Optional[bytes], headers: dict[str, str], deadline: float
    ) -> RawAnswer:
        connection = self._connected(deadline)
        sock = connection.sock
        sock.settimeout(_remaining(deadline))
        connection.request(method, self._path + path, body, headers)
        sock.settimeout(_remaining(deadline))
        response = connection.getresponse()
        pieces = bytearray()
        while True:
            sock.settimeout(_remaining(deadline))
            piece = response.read1(_PIECE)
            if not piece:
                break
            pieces += piece
            if len(pieces) > _MAX_ANSWER:
                raise http.client.HTTPException("the answer is larger than any of a Sentinel server")
        if response.length:
            raise http.client.IncompleteRead(bytes(pieces[:0]), response.length)
        # read1 does not close the response at its end.
        response.close()
        answer = RawAnswer(response.status, response.headers.get("Retry-After"), bytes(pieces))
        if response.will_close:
            self.close()
        return answer

    def _connected(self, deadline: float) -> http.client.HTTPConnection:
        """The open connection, or a new one if there is none or the server has closed it."""
        connection = self._connection
        if connection is not None and connection.sock is not None and not _is_readable(connection.sock):
            return connection
        self.close()
        timeout = min(_remaining(deadline), _LONGEST_CONNECT)
        if self._ssl is not None:
            connection = http.client.HTTPSConnection(self._host, self._port, timeout=timeout, context=self._ssl)
        else:
            connection = http.client.HTTPConnection(self._host, self._port, timeout=timeout)
        self._connection = connection
        connection.connect()
        self._sock = connection.sock
        return connection

    def close(self) -> None:
        """Closes the connection. The next request opens a new one."""
        connection, self._connection = self._connection, None
        self._sock = None
        if connection is not None:
            connection.close()

    def forget(self) -> None:
        """Closes only the descriptor, in a child process. ``close`` could block forever: a thread of the parent may
        have held the lock of an answer's read buffer during the fork.
        """
        sock, self._sock = self._sock, None
        self._connection = None
        if sock is not None:
            descriptor = sock.detach()
            if descriptor >= 0:
                os.close(descriptor)

    def abort(self) -> None:
        """Ends the current request of another thread."""
        connection = self._connection
        sock = connection.sock if connection is not None else None
        if sock is not None:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except (OSError, ValueError):
                # The request has already ended.
                pass


def _remaining(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _is_readable(sock: socket.socket) -> bool:
    """Whether there is input before a request, which means that the server has closed the connection."""
    try:
        if hasattr(select, "poll"):
            poll = select.poll()
            poll.register(sock, select.POLLIN)
            return bool(poll.poll(0))
        return bool(select.select([sock], [], [], 0)[0])
    except (OSError, ValueError):
        return True


def is_readable(api_url: str) -> bool:
    """Whether requests leave this machine without encryption. Asks no name server."""
    url = urlsplit(api_url)
    host = (url.hostname or "").rstrip(".")
    if url.scheme != "http" or host == "localhost" or host.endswith(".localhost"):
        return False
    try:
        address = ipaddress.ip_address(host)
        return not (getattr(address, "ipv4_mapped", None) or address).is_loopback
    except ValueError:
        return re.fullmatch(r"127\.[0-9.]+", host) is None


def _without_secrets(url: str) -> str:
    return url.rpartition("@")[2]
