"""What the tests of the SDK share. SENTINEL_URL names a real server, which the JUnit test that runs them has started."""

from __future__ import annotations

import http.server
import json
import logging
import os
import pkgutil
import subprocess
import sys
import threading
import unittest
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable, Optional
from unittest import mock

from sentinel_audit import AuditListener, Rejection

# What the tests provoke is not worth reading.
logging.getLogger("sentinel_audit").addHandler(logging.NullHandler())

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 20.0


def server_url() -> str:
    """Of the real server; the test is skipped if there is none."""
    url = os.environ.get("SENTINEL_URL")
    if url is None:
        raise unittest.SkipTest("SENTINEL_URL names no server")
    return url


def get(path: str) -> Any:
    """What the real server answers."""
    with urllib.request.urlopen(server_url() + path, timeout=PATIENCE) as answer:
        return json.load(answer)


def stored(trace_id: str) -> list[dict[str, Any]]:
    """The events of a trace in the order of their arrival, all of them."""
    return sorted(_pages(f"/v1/events?limit=1000&trace_id={trace_id}"), key=lambda event: int(event["seq"]))


def _pages(path: str) -> Iterator[dict[str, Any]]:
    cursor = ""
    while True:
        page = get(path + cursor)
        yield from page["events"]
        if page["next_cursor"] is None:
            return
        cursor = "&cursor=" + page["next_cursor"]


def unique(name: str) -> str:
    """A name that no other test has."""
    return f"{name}-{uuid.uuid4().hex[:12]}"


class Heard(AuditListener):
    """Remembers what becomes of events, and lets a test wait for it."""

    def __init__(self) -> None:
        self.rejections: list[Rejection] = []
        self.drops: list[tuple[int, str]] = []
        self.retries = 0
        self.delivered = 0
        self._changed = threading.Condition()

    def sent(self, events: int, duplicates: int) -> None:
        with self._changed:
            self.delivered += events
            self._changed.notify_all()

    def retrying(self, failures: int, reason: str, pause: float) -> None:
        with self._changed:
            self.retries += 1
            self._changed.notify_all()

    def rejected(self, rejection: Rejection) -> None:
        with self._changed:
            self.rejections.append(rejection)
            self._changed.notify_all()

    def dropped(self, events: int, reason: str) -> None:
        with self._changed:
            self.drops.append((events, reason))
            self._changed.notify_all()

    def wait(self, condition: Callable[[], bool]) -> None:
        """Until something has made it true."""
        with self._changed:
            if not self._changed.wait_for(condition, PATIENCE):
                raise AssertionError("nothing that was waited for has happened")


class FaultServer:
    """``fault_server.py`` in front of the real server, with one scenario."""

    def __init__(self, scenario: Path, work_directory: str) -> None:
        self._process = subprocess.Popen(
            [
                sys.executable,
                str(Path(__file__).with_name("fault_server.py")),
                str(scenario),
                "--target",
                server_url(),
                "--work-dir",
                work_directory,
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.certificate: Optional[str] = None
        self.port = 0
        while not self.port:
            name, _, value = self._read().partition("=")
            if name == "certificate":
                self.certificate = value
            elif name == "port":
                self.port = int(value)
        self._downs = 0
        self._said = threading.Condition()
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()

    def _read(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        if not line:
            raise AssertionError("the fault server has ended")
        return line

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.strip() == "down":
                with self._said:
                    self._downs += 1
                    self._said.notify_all()

    def wait_until_down(self) -> None:
        """Once for each time that it goes down."""
        with self._said:
            if not self._said.wait_for(lambda: self._downs > 0, PATIENCE):
                raise AssertionError("the fault server has not gone down")
            self._downs -= 1

    def come_up(self) -> None:
        """Listens again."""
        assert self._process.stdin is not None
        self._process.stdin.write("up\n")
        self._process.stdin.flush()

    def seen(self) -> dict[str, int]:
        """What has arrived."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/_faults", timeout=PATIENCE) as answer:
            seen: dict[str, int] = json.load(answer)
            return seen

    def close(self) -> None:
        """Ends it."""
        self._process.communicate()


class Stranger:
    """Stands where a server should: gives the answers it was told, one for each POST, then the last one for ever.

    :param answers: status and body; None takes the whole batch, as a server does
    """

    def __init__(self, *answers: Optional[tuple[int, str]]) -> None:
        self.posts: list[list[str]] = []
        stranger = self

        class Exchange(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                lines = self.rfile.read(int(self.headers["Content-Length"])).splitlines()
                answer = answers[min(len(stranger.posts), len(answers) - 1)]
                stranger.posts.append([json.loads(line)["resource"] for line in lines])
                taken = json.dumps({"captured": len(lines), "duplicate": 0, "rejected": []})
                status, body = answer or (201, taken)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_: Any) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Exchange)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        """Answers nothing more."""
        self._server.shutdown()
        self._server.server_close()


class Held:
    """Holds up whoever calls a function, until it is released."""

    def __init__(self, function: str) -> None:
        original = pkgutil.resolve_name(function)
        self._called = threading.Event()
        self._released = threading.Event()

        def held(*args: Any) -> Any:
            self._called.set()
            self._released.wait(2 * PATIENCE)
            return original(*args)

        self._patch = mock.patch(function, held)

    def __enter__(self) -> Held:
        self._patch.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self.release()
        self._patch.stop()

    def wait(self) -> None:
        """Until somebody has called it."""
        if not self._called.wait(PATIENCE):
            raise AssertionError("nobody has called it")

    def release(self) -> None:
        """All, from now on."""
        self._released.set()


class Members(tuple[tuple[str, Any], ...]):
    """The members of a JSON object in their order; a ``dict`` would hide that a name comes twice."""

    __slots__ = ()


def parse(text: str) -> Any:
    """JSON, with ``Members`` for objects."""
    return json.loads(text, object_pairs_hook=Members)


def dump(value: Any) -> str:
    """The JSON of what was parsed with ``json``."""
    return json.dumps(value)
