"""Measures the SDK: the cost of ``capture``, the throughput of one client to a real server, and its resource usage.

Run by ``bin/bench python``, which builds the server first.
"""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "src/main/python"))

from sentinel_audit import ActionType, AuditClient, AuditEvent  # noqa: E402

UNREACHABLE = "http://127.0.0.1:9"
METADATA = {
    "model": "gpt-4o",
    "arguments": {"user_id": "mia_li_3668", "flights": 3},
    "result_length": 5,
    "note": "the user asked for a refund of the flight to Seattle",
}


def event() -> AuditEvent:
    return AuditEvent(action_type=ActionType.TOOL_CALL, resource="get_user_details", latency_ms=82, metadata=METADATA)


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        capture_cost("memory", AuditClient(UNREACHABLE, agent_instance_id="a", buffer_size=10**6, max_backoff=60))
        spilling = AuditClient(UNREACHABLE, agent_instance_id="a", spill_directory=f"{directory}/spill", max_backoff=60)
        capture_cost("spill", spilling)
        contended_cost(AuditClient(UNREACHABLE, agent_instance_id="a", buffer_size=10**6, max_backoff=60))
        memory_while_down()
        server = Server(directory)
        try:
            for seconds in (3, 10):
                throughput(server.url, seconds)
        finally:
            server.close()


def capture_cost(kind: str, client: AuditClient) -> None:
    """The time that ``capture`` takes on the agent's thread."""
    times = []
    for _ in range(20_000):
        given = event()
        start = time.perf_counter_ns()
        client.capture(given)
        times.append(time.perf_counter_ns() - start)
    client.close(0)
    times.sort()
    micros = [times[int(len(times) * q)] / 1000 for q in (0.5, 0.99, 0.999)]
    print(f"capture {kind}: p50={micros[0]:.1f} p99={micros[1]:.1f} p99.9={micros[2]:.1f} us")


def contended_cost(client: AuditClient) -> None:
    """Eight threads share the interpreter's lock. Together they should record as much as one thread does."""
    start = time.perf_counter()
    cpu = time.process_time()
    threads = [threading.Thread(target=lambda: [client.capture(event()) for _ in range(5_000)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took, used = time.perf_counter() - start, time.process_time() - cpu
    client.close(0)
    print(f"capture 8 threads: {40_000 / took:.0f} events/s, {used / 40_000 * 1e6:.1f} us of processor each")


def memory_while_down() -> None:
    """Runs in a separate process, so that its memory usage shows nothing else."""
    code = (
        "import bench\n"
        "client = bench.AuditClient(\n"
        "    bench.UNREACHABLE, agent_instance_id='a', buffer_size=10**6, buffer_bytes=16 << 20)\n"
        "[client.capture(bench.event()) for _ in range(1000)]\n"
        "before = bench.resident_kib()\n"
        "[client.capture(bench.event()) for _ in range(300_000)]\n"
        "after = bench.resident_kib()\n"
        "stats = client.stats()\n"
        "print(f'server down, 300,000 events, buffer_bytes=16 MiB: {stats.waiting} wait in'\n"
        "      f' {stats.waiting_bytes >> 10} KiB, {stats.dropped} dropped, process grew by {after - before} KiB')\n"
        "client.close(0)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parent, stderr=subprocess.DEVNULL)


def resident_kib() -> int:
    """The resident memory of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() // 1024


def throughput(url: str, seconds: int) -> None:
    """The maximum rate of one thread and one server: the agent waits for space in the buffer."""
    client = AuditClient(url, agent_instance_id="bench", when_full=60)
    start = time.perf_counter()
    cpu = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    while time.perf_counter() - start < seconds:
        for _ in range(100):
            client.capture(event())
    client.close(60)
    took = time.perf_counter() - start
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2]) - cpu
    stats = client.stats()
    print(
        f"one client to a real server, {seconds} s: {stats.sent / took:.0f} events/s, {used / stats.sent * 1e6:.1f} us"
        f" of processor each, retried={stats.retried} dropped={stats.dropped}"
    )


class Server:
    """The packaged server on a free port."""

    def __init__(self, directory: str) -> None:
        environment = {**os.environ, "PORT": "0", "DATA_DIR": f"{directory}/data"}
        self._process = subprocess.Popen([ROOT / "bin/start"], env=environment, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        for line in self._process.stdout:
            ready = re.search(r"ready url=(http://\S+)", line)
            if ready:
                self.url = ready.group(1)
                break
        # Drains the output, so that the server never blocks on a full pipe.
        threading.Thread(target=self._process.stdout.read, daemon=True).start()

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()


if __name__ == "__main__":
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} processors")
    main()
