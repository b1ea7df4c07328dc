"""Records real agent runs through the SDK, while whoever has started it kills the server and starts it again.

    replay.py URL FILE.ndjson

Prints ``kill`` and ``start`` when that is to be done, and goes on when a line on standard input says that it is; in the
end, the client's stats as JSON.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

from sentinel_audit import AuditClient, AuditEvent
from support import Heard

KILLS = 2


def main(url: str, file: str) -> None:
    lines = Path(file).read_text(encoding="utf-8").splitlines()
    heard = Heard()
    client = AuditClient(url, retry_backoff=0.01, max_backoff=0.1, batch_size=50, listener=heard)
    part = len(lines) // (2 * KILLS + 1)
    for kill in range(KILLS):
        sent = client.stats().sent
        record(client, lines, 2 * kill * part, (2 * kill + 1) * part)
        # In the midst of sending.
        heard.wait(lambda sent=sent: client.stats().sent > sent)  # type: ignore[misc]
        tell("kill")
        retried = client.stats().retried
        record(client, lines, (2 * kill + 1) * part, (2 * kill + 2) * part)
        heard.wait(lambda retried=retried: client.stats().retried > retried)  # type: ignore[misc]
        tell("start")
    record(client, lines, 2 * KILLS * part, len(lines))
    client.close(30)
    print(json.dumps(asdict(client.stats())))


def record(client: AuditClient, lines: list[str], start: int, end: int) -> None:
    for line in lines[start:end]:
        client.capture(AuditEvent(**json.loads(line)))


def tell(what: str) -> None:
    print(what, flush=True)
    sys.stdin.readline()


if __name__ == "__main__":
    main(*sys.argv[1:])
