"""Shared by the tests of the SDK. SENTINEL_URL is a real server, started by the JUnit test that runs the tests."""

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

# Hides the log lines that the tests provoke.
logging.getLogger("sentinel_audit").addHandler(logging.NullHandler())

ROOT = Path(__file__).resolve().parents[3]
TIMEOUT = 20.0


def server_url() -> str:
    """The URL of the real server. Skips the test if there is none."""
    url = os.environ.get("SENTINEL_URL")
    if url is None:
        raise unittest.SkipTest("SENTINEL_URL names no server")
    return url


def get(path: str) -> Any:
    """The real server's answer to a GET request."""
    with urllib.request.urlopen(server_url() + path, timeout=TIMEOUT) as answer:
        return json.load(answer)


def stored(trace_id: str) -> list[dict[str, Any]]:
    """All events of a trace, in the order in which they were stored."""
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
    """A name that no other test uses."""
    return f"{name}-{uuid.uuid4().hex[:12]}"


class OutcomeListener(AuditListener):
    """Records the outcome of events, and lets a test wait for it."""

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
        """Waits until the condition is true. It is checked after each outcome."""
        with self._changed:
            if not self._changed.wait_for(condition, TIMEOUT):
                raise AssertionError("the condition did not become true in time")


class FaultServer:
    """Runs ``fault_server.py`` with one scenario, in front of the real server."""

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
            raise AssertionError("the fault server exited")
        return line

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.strip() == "down":
                with self._said:
                    self._downs += 1
                    self._said.notify_all()

    def wait_until_down(self) -> None:
        """Waits until the server goes down. Each call consumes one time."""
        with self._said:
            if not self._said.wait_for(lambda: self._downs > 0, TIMEOUT):
                raise AssertionError("the fault server did not go down")
            self._downs -= 1

    def come_up(self) -> None:
        """Makes the server listen again."""
        assert self._process.stdin is not None
        self._process.stdin.write("up\n")
        self._process.stdin.flush()

    def seen(self) -> dict[str, int]:
        """The counts of requests that the server has seen."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/_faults", timeout=TIMEOUT) as answer:
            seen: dict[str, int] = json.load(answer)
            return seen

    def close(self) -> None:
        """Ends the process."""
        self._process.communicate()


class FakeServer:
    """A fake server that gives one scripted answer per POST, and repeats the last one.

    :param answers: status and body; None accepts the whole batch, as a real server does
    """

    def __init__(self, *answers: Optional[tuple[int, str]]) -> None:
        self.posts: list[list[str]] = []
        self.requests: list[str] = []
        fake = self

        class Exchange(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def parse_request(self) -> bool:
                parsed = super().parse_request()
                if parsed:
                    fake.requests.append(f"{self.command} {self.path}")
                return parsed

            def do_POST(self) -> None:
                lines = self.rfile.read(int(self.headers["Content-Length"])).splitlines()
                answer = answers[min(len(fake.posts), len(answers) - 1)]
                fake.posts.append([json.loads(line)["resource"] for line in lines])
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
        """Stops the server."""
        self._server.shutdown()
        self._server.server_close()


class Blocked:
    """Blocks the callers of a function until it is released."""

    def __init__(self, function: str) -> None:
        original = pkgutil.resolve_name(function)
        self._called = threading.Event()
        self._released = threading.Event()

        def held(*args: Any) -> Any:
            self._called.set()
            self._released.wait(2 * TIMEOUT)
            return original(*args)

        self._patch = mock.patch(function, held)

    def __enter__(self) -> Blocked:
        self._patch.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self.release()
        self._patch.stop()

    def wait(self) -> None:
        """Waits until the function is called."""
        if not self._called.wait(TIMEOUT):
            raise AssertionError("the function was not called in time")

    def release(self) -> None:
        """Releases all current and future callers."""
        self._released.set()


class Members(tuple[tuple[str, Any], ...]):
    """The members of a JSON object in order. A ``dict`` would hide duplicate names."""

    __slots__ = ()


def parse(text: str) -> Any:
    """Parses JSON, with ``Members`` for objects."""
    return json.loads(text, object_pairs_hook=Members)


def dump(value: Any) -> str:
    """Encodes a value as JSON."""
    return json.dumps(value)
