"""Records real agent runs through the SDK while the parent process kills the server and starts it again.

    replay.py URL FILE.ndjson

Prints ``kill`` or ``start`` to request the action and waits for a line on standard input. At the end, prints the
client's stats as JSON.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

from sentinel_audit import AuditClient, AuditEvent
from support import OutcomeListener

KILLS = 2


def main(url: str, file: str) -> None:
    lines = Path(file).read_text(encoding="utf-8").splitlines()
    outcomes = OutcomeListener()
    client = AuditClient(url, retry_backoff=0.01, max_backoff=0.1, batch_size=50, listener=outcomes)
    part = len(lines) // (2 * KILLS + 1)
    for kill in range(KILLS):
        sent = client.stats().sent
        record(client, lines, 2 * kill * part, (2 * kill + 1) * part)
        # Wait until some of these events are sent.
        outcomes.wait(lambda sent=sent: client.stats().sent > sent)  # type: ignore[misc]
        request("kill")
        retried = client.stats().retried
        record(client, lines, (2 * kill + 1) * part, (2 * kill + 2) * part)
        outcomes.wait(lambda retried=retried: client.stats().retried > retried)  # type: ignore[misc]
        request("start")
    record(client, lines, 2 * KILLS * part, len(lines))
    client.close(30)
    print(json.dumps(asdict(client.stats())))


def record(client: AuditClient, lines: list[str], start: int, end: int) -> None:
    for line in lines[start:end]:
        client.capture(AuditEvent(**json.loads(line)))


def request(what: str) -> None:
    print(what, flush=True)
    sys.stdin.readline()


if __name__ == "__main__":
    main(*sys.argv[1:])
