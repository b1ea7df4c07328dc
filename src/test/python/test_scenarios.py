"""The scenarios that every SDK must pass: src/test/scenarios."""

from __future__ import annotations

import json
import ssl
import tempfile
import unittest
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar, Union

import support
from sentinel_audit import AuditClient, AuditEvent

SCENARIOS = sorted((support.ROOT / "src/test/scenarios").glob("*.json"))
TEXT = "a text that makes the event about as long as those of agents are, which is some hundreds of bytes; "


# Scenarios mostly wait, so several are played at once.
AT_ONCE = 6


class ScenarioTest(unittest.TestCase):
    """One method per file. All scenarios are played at the same time, and each method reports the result of its own."""

    _played: ClassVar[dict[Path, Future[None]]]
    _players: ClassVar[ThreadPoolExecutor]

    @classmethod
    def setUpClass(cls) -> None:
        support.server_url()
        cls._players = ThreadPoolExecutor(AT_ONCE)
        cls._played = {path: cls._players.submit(cls()._play, path) for path in SCENARIOS}

    @classmethod
    def tearDownClass(cls) -> None:
        cls._players.shutdown()

    def runTest(self) -> None:
        """Allows instances to be created for their assertion methods."""

    def _play(self, path: Path) -> None:
        scenario = json.loads(path.read_text())
        with tempfile.TemporaryDirectory() as directory:
            server = support.FaultServer(path, directory)
            try:
                self._play_with(scenario, server, directory)
            finally:
                server.close()

    def _play_with(self, scenario: dict[str, Any], server: support.FaultServer, directory: str) -> None:
        outcomes = support.OutcomeListener()
        trace = support.unique(scenario["name"])
        expected = scenario["expect"]
        client = _client(scenario, server, directory, outcomes)
        for i in range(scenario["events"]):
            client.capture(AuditEvent("agent-of-" + trace, trace, resource=f"item-{i}", metadata={"text": TEXT}))
        for _ in range(sum(step["do"] == "down" for step in scenario["script"])):
            server.wait_until_down()
            before = client.stats().retried
            outcomes.wait(lambda before=before: client.stats().retried > before)  # type: ignore[misc]
            server.come_up()
        at_least = expected["stats"].get("retried_at_least", 0)
        outcomes.wait(lambda: client.stats().retried >= at_least)
        client.close(scenario["client"].get("close_ms", 10_000) / 1000)

        resources = [event["resource"] for event in support.stored(trace)]
        self.assertCountEqual(resources, [f"item-{i}" for i in _stored(expected["stored"], scenario["events"])])
        stats = asdict(client.stats())
        self._compare(stats, expected["stats"])
        self._compare(server.seen() if "seen" in expected else {}, expected.get("seen", {}))
        self.assertEqual(len(outcomes.rejections), stats["rejected"])
        for rejection in outcomes.rejections:
            self.assertIn(expected["rejected_says"], rejection.detail)
        self.assertEqual(
            stats["recorded"] + stats["recovered"],
            stats["sent"] + stats["rejected"] + stats["dropped"] + stats["waiting"],
        )

    def _compare(self, found: dict[str, int], expected: dict[str, int]) -> None:
        for name, number in expected.items():
            if name.endswith("_at_least"):
                self.assertGreaterEqual(found[name[: -len("_at_least")]], number, name)
            elif name.endswith("_at_most"):
                self.assertLessEqual(found[name[: -len("_at_most")]], number, name)
            else:
                self.assertEqual(found[name], number, name)


def _client(
    scenario: dict[str, Any], server: support.FaultServer, directory: str, outcomes: support.OutcomeListener
) -> AuditClient:
    settings = scenario["client"]
    return AuditClient(
        f"{'https' if scenario.get('tls') else 'http'}://127.0.0.1:{server.port}",
        buffer_size=settings.get("buffer_events", 10_000),
        flush_interval=settings.get("flush_ms", 20) / 1000,
        retry_backoff=settings.get("backoff_ms", 10) / 1000,
        max_backoff=settings.get("max_backoff_ms", 50) / 1000,
        batch_size=settings.get("batch_events", 100),
        timeout=settings.get("timeout_ms", 5000) / 1000,
        spill_directory=directory if settings.get("spill") else None,
        gzip_above=settings.get("gzip_above"),
        ssl_context=ssl.create_default_context(cafile=server.certificate) if settings.get("trust") else None,
        listener=outcomes,
    )


def _stored(expected: Union[str, dict[str, Any]], events: int) -> list[int]:
    if isinstance(expected, dict):
        if "first" in expected:
            return list(range(expected["first"]))
        return [i for i in range(events) if i not in expected["all_but"]]
    return list(range(events)) if expected == "all" else []


def _method(path: Path) -> Callable[[ScenarioTest], None]:
    def test(self: ScenarioTest) -> None:
        self._played[path].result()

    test.__doc__ = json.loads(path.read_text())["description"]
    return test


for _path in SCENARIOS:
    setattr(ScenarioTest, f"test_{_path.stem.replace('-', '_')}", _method(_path))
