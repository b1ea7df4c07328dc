#!/usr/bin/env python3
"""Sits between an SDK and a real server and injects the faults of a scenario.

    fault_server.py SCENARIO.json --target http://127.0.0.1:8000 [--work-dir DIR]

Prints ``port=N`` when it is ready (with ``tls``, after a line ``certificate=PATH``), then a line ``down`` whenever it
goes down. While it is down, its port refuses connections until a line ``up`` arrives on standard input. At the end of
standard input, the process exits. Every POST of events uses the next step of the script. All other requests, and POSTs
after the last step, are forwarded to the real server. ``GET /_faults`` returns counts of the requests seen.

src/test/scenarios/README.md describes the scenarios. Uses only the standard library.
"""

import argparse
import collections
import gzip
import http.client
import http.server
import json
import os
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

EVENTS = "/v1/events"
FORWARDED = ("Authorization", "Content-Type", "Content-Encoding", "Sentinel-Retry-Count", "User-Agent")
PIECES = 8


class Script:
    """The remaining steps, and counts of the requests seen. Any thread."""

    def __init__(self, steps):
        self._lock = threading.Lock()
        self._steps = collections.deque((step, step.get("times", 1)) for step in steps)
        self._requests = 0
        self._retries = 0
        self._gzipped = 0
        self._largest = 0
        self._sends = collections.Counter()
        self._arrivals = []

    def begins_down(self):
        if self._steps and self._steps[0][0]["do"] == "down":
            self._steps.popleft()
            return True
        return False

    def blind(self):
        """The next step if it does not read the whole body, else None."""
        with self._lock:
            if self._steps and "after_bytes" in self._steps[0][0]:
                self._arrivals.append(time.monotonic())
                self._requests += 1
                return self._use(0)
            return None

    def next(self, headers, events):
        """Counts a request and returns the step for it."""
        resources = {event.get("resource") for event in events}
        with self._lock:
            self._arrivals.append(time.monotonic())
            self._requests += 1
            self._retries += int(headers.get("Sentinel-Retry-Count", "0"))
            self._gzipped += headers.get("Content-Encoding") == "gzip"
            self._largest = max(self._largest, len(events))
            self._sends.update(event.get("resource") for event in events)
            for i, (step, _) in enumerate(self._steps):
                if step.get("if_resource", None) not in resources | {None}:
                    continue
                if len(events) <= step.get("if_events_above", -1):
                    continue
                return self._use(i)
            return {"do": "forward"}

    def _use(self, i):
        step, times = self._steps[i]
        if times != "always":
            if times > 1:
                self._steps[i] = (step, times - 1)
            else:
                del self._steps[i]
        return step

    def seen(self):
        with self._lock:
            gaps = [int(1000 * (b - a)) for a, b in zip(self._arrivals, self._arrivals[1:])]
            return {
                "requests": self._requests,
                "retries": self._retries,
                "gzipped": self._gzipped,
                "largest_batch": self._largest,
                "longest_gap_ms": max(gaps, default=0),
                "most_sends": max(self._sends.values(), default=0),
            }


class FaultServer:
    """The listening socket, which can go down and come back on the same port."""

    def __init__(self, script, target, tls):
        self.script = script
        self.target = target
        self._tls = tls
        self._up = threading.Event()
        self._lock = threading.Lock()
        self._connections = set()
        self._listener = self._bind(0)
        self.port = self._listener.getsockname()[1]

    @staticmethod
    def _bind(port):
        # Bound but not listening: no other process can take the port, and connections are refused.
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        return listener

    def run(self):
        if self.script.begins_down():
            say(f"port={self.port}")
            say("down")
        else:
            self._listener.listen(128)
            self._up.set()
            say(f"port={self.port}")
        while True:
            self._up.wait()
            listener = self._listener
            listener.listen(128)
            try:
                while True:
                    connection, address = listener.accept()
                    threading.Thread(target=self._serve, args=(connection, address), daemon=True).start()
            except OSError:
                listener.close()

    def go_down(self):
        with self._lock:
            if not self._up.is_set():
                return
            self._up.clear()
            old = self._listener
            old.shutdown(socket.SHUT_RDWR)
            old.close()
            for connection in list(self._connections):
                reset(connection)
            self._listener = self._bind(self.port)
        say("down")

    def come_up(self):
        self._up.set()

    def _serve(self, connection, address):
        with self._lock:
            self._connections.add(connection)
        try:
            # An SDK that writes head and body separately must not be slower here than with a real server.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            secured = self._tls.wrap_socket(connection, server_side=True) if self._tls else connection
            with self._lock:
                self._connections.add(secured)
            Exchange(secured, address, self)
        except (OSError, ValueError):
            # The connection was reset by either side.
            pass
        finally:
            with self._lock:
                self._connections.discard(connection)
            connection.close()


class Exchange(http.server.BaseHTTPRequestHandler):
    """The requests of one connection."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def do_GET(self):
        if self.path == "/_faults":
            self._answer(200, {"Content-Type": "application/json"}, json.dumps(self.server.script.seen()).encode())
        else:
            self._answer(*self._forward(b""))

    def do_POST(self):
        if self.path != EVENTS:
            self._answer(*self._forward(self._body()))
            return
        blind = self.server.script.blind()
        if blind is not None:
            self.rfile.read(blind["after_bytes"])
            self._play(blind, b"")
            return
        body = self._body()
        self._play(self.server.script.next(self.headers, self._events(body)), body)

    def _body(self):
        return self.rfile.read(int(self.headers.get("Content-Length", "0")))

    def _events(self, body):
        text = gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
        try:
            if "ndjson" in self.headers.get("Content-Type", ""):
                return [json.loads(line) for line in text.splitlines() if line.strip()]
            value = json.loads(text)
            return value if isinstance(value, list) else [value]
        except ValueError:
            return []

    def _play(self, step, body):
        do = step["do"]
        if do == "forward":
            self._answer(*self._forward(body))
        elif do == "answer":
            self._answer(step["status"], *scripted(step))
        elif do == "slow":
            time.sleep(step["ms"] / 2000)
            self._answer(*self._forward(body), seconds=step["ms"] / 2000)
        elif do == "hang":
            time.sleep(step["ms"] / 1000)
            self._reset()
        elif do == "reset":
            self._reset()
        elif do == "forward_then_reset":
            self._forward(body)
            self._reset()
        elif do == "forward_then_truncate":
            self._answer(*self._forward(body), cut=True)
            self._reset()
        elif do == "spoil":
            self._answer(*self._forward(self._spoiled(body, step["resource"])))
        elif do == "down":
            self.close_connection = True
            self.server.go_down()
        else:
            raise SystemExit(f"unknown step: {do}")

    def _spoiled(self, body, resource):
        events = self._events(body)
        for event in events:
            if event.get("resource") == resource:
                event["actor"] = "spoiled"
        del self.headers["Content-Encoding"]
        return b"".join(json.dumps(event).encode() + b"\n" for event in events)

    def _forward(self, body):
        target = http.client.HTTPConnection(self.server.target, timeout=30)
        try:
            headers = {name: self.headers[name] for name in FORWARDED if name in self.headers}
            target.request(self.command, self.path, body or None, headers)
            answer = target.getresponse()
            kept = {name: answer.headers[name] for name in ("Content-Type", "Retry-After") if name in answer.headers}
            return answer.status, kept, answer.read()
        finally:
            target.close()

    def _answer(self, status, headers, body, seconds=0.0, cut=False):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if cut:
            self.wfile.write(body[: len(body) // 2])
            return
        size = max(1, -(-len(body) // PIECES)) if seconds else max(1, len(body))
        for start in range(0, len(body), size):
            time.sleep(seconds / PIECES)
            self.wfile.write(body[start : start + size])

    def _reset(self):
        self.close_connection = True
        reset(self.connection)


def scripted(step):
    body = step.get("body", {"title": "scripted", "status": step["status"], "detail": "The scenario says so."})
    if isinstance(body, str):
        return {"Content-Type": "text/html", **step.get("headers", {})}, body.encode()
    return {"Content-Type": "application/problem+json", **step.get("headers", {})}, json.dumps(body).encode()


def reset(connection):
    """Closes a connection with a reset, even if another thread is blocked in a read."""
    try:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
    except OSError:
        pass


def unknown_certificate(directory):
    """A certificate for 127.0.0.1 that no trust store knows."""
    certificate, key = os.path.join(directory, "fault-server.pem"), os.path.join(directory, "fault-server.key")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
        + ["-subj", "/CN=fault-server", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
        check=True,
        stderr=subprocess.DEVNULL,
    )
    return certificate, key


def say(line):
    print(line, flush=True)


def read_commands(server):
    for line in sys.stdin:
        if line.strip() == "up":
            server.come_up()
    os._exit(0)


def main():
    parser = argparse.ArgumentParser(description="Injects the faults of a scenario between an SDK and a real server.")
    parser.add_argument("scenario")
    parser.add_argument("--target", required=True, help="the URL of the real server")
    parser.add_argument("--work-dir", default=tempfile.gettempdir(), help="the directory for a certificate")
    arguments = parser.parse_args()
    with open(arguments.scenario, encoding="utf-8") as file:
        scenario = json.load(file)
    tls = None
    if scenario.get("tls"):
        certificate, key = unknown_certificate(tempfile.mkdtemp(dir=arguments.work_dir))
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate, key)
        say(f"certificate={certificate}")
    server = FaultServer(Script(scenario["script"]), urllib.parse.urlsplit(arguments.target).netloc, tls)
    threading.Thread(target=read_commands, args=(server,), daemon=True).start()
    server.run()


if __name__ == "__main__":
    main()
