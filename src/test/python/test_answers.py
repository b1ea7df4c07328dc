"""Tests what an answer decides, with proxies between client and server."""

from __future__ import annotations

import json
import time
import unittest
from typing import Any

import support
from sentinel_audit import AuditClient, AuditEvent
from sentinel_audit._answers import Answer, RawAnswer, Refused, Undecided, read

PAGE = "<html>nothing here</html>"


def problem(status: int, **members: Any) -> str:
    """A server's problem document for a refused request."""
    return json.dumps({"title": "t", "status": status, "detail": "The server says so.", **members})


def answer(status: int, body: str, events: int = 1) -> Answer:
    return read(RawAnswer(status, None, body.encode()), events)


class ReadTest(unittest.TestCase):
    def test_problem_of_the_server_refuses(self) -> None:
        for status in (400, 401, 403, 404, 405, 409, 413, 415, 422):
            with self.subTest(status):
                refused = answer(status, problem(status))
                self.assertIsInstance(refused, Refused)
                self.assertEqual(refused.status, status)  # type: ignore[union-attr]

    def test_page_of_a_proxy_decides_nothing(self) -> None:
        for status in (400, 401, 403, 404, 405, 413, 422, 451, 500, 511, 520):
            with self.subTest(status):
                undecided = answer(status, PAGE)
                self.assertIsInstance(undecided, Undecided)
                self.assertFalse(undecided.is_defect)  # type: ignore[union-attr]

    def test_json_of_a_proxy_decides_nothing(self) -> None:
        for body in (
            problem(403),
            json.dumps({"status": 404}),
            json.dumps({"status": "404", "detail": "d"}),
            json.dumps({"status": 404, "detail": " "}),
            json.dumps({"status": 404, "detail": {"of": "another kind"}}),
            json.dumps({"detail": "Not Found"}),
            json.dumps([404, "detail"]),
        ):
            with self.subTest(body):
                self.assertIsInstance(answer(404, body), Undecided)

    def test_batch_too_large_for_server_or_proxy_is_split(self) -> None:
        for status in (400, 413, 422):
            with self.subTest(status):
                refused = answer(status, PAGE, events=2)
                self.assertTrue(isinstance(refused, Refused) and refused.divisible)

    def test_only_a_problem_with_500_is_a_server_defect(self) -> None:
        for status in (500, 501, 502, 503, 504, 511, 520):
            with self.subTest(status):
                undecided = answer(status, problem(status))
                self.assertEqual(isinstance(undecided, Undecided) and undecided.is_defect, status == 500)


class DeliveryTest(unittest.TestCase):
    def deliver(self, *answers: Any) -> tuple[support.FakeServer, support.OutcomeListener]:
        """Sends one batch of four events to a server with these answers."""
        outcomes = support.OutcomeListener()
        fake = support.FakeServer(*answers)
        self.addCleanup(fake.close)
        client = AuditClient(
            fake.url, agent_instance_id="a", flush_interval=1_000, max_backoff=0.001, listener=outcomes
        )
        self.addCleanup(client.close, 0)
        for i in range(4):
            client.capture(AuditEvent(resource=f"{i}"))
        self.assertTrue(client.flush(support.TIMEOUT))
        return fake, outcomes

    def test_path_of_the_url_is_the_prefix_of_every_request(self) -> None:
        for path, prefix in (("", ""), ("/", ""), ("/sentinel", "/sentinel"), ("/tools/~audit/", "/tools/~audit")):
            fake = support.FakeServer(None)
            self.addCleanup(fake.close)
            client = AuditClient(fake.url + path, agent_instance_id="a", flush_interval=0.01)
            self.addCleanup(client.close, 0)
            client.capture(AuditEvent(resource="0"))
            self.assertTrue(client.flush(support.TIMEOUT))
            # The rules of redaction are asked for in the background.
            deadline = time.monotonic() + support.TIMEOUT
            while len(fake.requests) < 2 and time.monotonic() < deadline:
                time.sleep(0.01)
            self.assertEqual(set(fake.requests), {f"POST {prefix}/v1/events", f"GET {prefix}/v1/redaction"})

    def test_gateway_without_route_loses_nothing(self) -> None:
        for status in (403, 404):
            _, outcomes = self.deliver((status, PAGE), (status, PAGE), None)
            self.assertEqual((outcomes.delivered, outcomes.retries, outcomes.rejections), (4, 2, []))

    def test_gateway_that_refuses_batches_loses_nothing(self) -> None:
        _, outcomes = self.deliver(*[(413, PAGE)] * 5, None)
        self.assertEqual((outcomes.delivered, outcomes.rejections), (4, []))

    def test_batch_is_not_split_by_failures_of_a_network(self) -> None:
        fake, outcomes = self.deliver(*[(520, PAGE)] * 20, None)
        self.assertEqual({len(post) for post in fake.posts}, {4})
        self.assertEqual((outcomes.delivered, outcomes.rejections), (4, []))

    def test_refusal_by_the_server_rejects_each_event_once(self) -> None:
        fake, outcomes = self.deliver((403, problem(403)))
        self.assertEqual(len(fake.posts), 1)
        self.assertEqual([rejection.detail for rejection in outcomes.rejections], ["The server says so."] * 4)

    def test_repeated_server_defect_rejects_the_events_that_cause_it(self) -> None:
        _, outcomes = self.deliver((500, problem(500)))
        self.assertEqual([rejection.status for rejection in outcomes.rejections], [500] * 4)
