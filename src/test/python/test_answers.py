"""What an answer decides, and for whom: between a client and its server there may be others."""

from __future__ import annotations

import json
import unittest
from typing import Any

import support
from sentinel_audit import AuditClient, AuditEvent
from sentinel_audit._answers import Answer, RawAnswer, Refused, Undecided, read

PAGE = "<html>nothing here</html>"


def problem(status: int, **members: Any) -> str:
    """What a server says of a request that it does not take."""
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

    def test_page_of_somebody_else_decides_nothing(self) -> None:
        for status in (400, 401, 403, 404, 405, 413, 422, 451, 500, 511, 520):
            with self.subTest(status):
                undecided = answer(status, PAGE)
                self.assertIsInstance(undecided, Undecided)
                self.assertFalse(undecided.is_defect)  # type: ignore[union-attr]

    def test_json_of_somebody_else_decides_nothing(self) -> None:
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

    def test_batch_is_halved_whoever_cannot_take_it(self) -> None:
        for status in (400, 413, 422):
            with self.subTest(status):
                refused = answer(status, PAGE, events=2)
                self.assertTrue(isinstance(refused, Refused) and refused.divisible)

    def test_only_a_problem_with_500_is_a_defect_of_the_server(self) -> None:
        for status in (500, 501, 502, 503, 504, 511, 520):
            with self.subTest(status):
                undecided = answer(status, problem(status))
                self.assertEqual(isinstance(undecided, Undecided) and undecided.is_defect, status == 500)


class DeliveryTest(unittest.TestCase):
    def deliver(self, *answers: Any) -> tuple[support.Stranger, support.Heard]:
        """Four events, in one batch, to whoever answers so."""
        heard = support.Heard()
        stranger = support.Stranger(*answers)
        self.addCleanup(stranger.close)
        client = AuditClient(
            stranger.url, agent_instance_id="a", flush_interval=1_000, max_backoff=0.001, listener=heard
        )
        self.addCleanup(client.close, 0)
        for i in range(4):
            client.capture(AuditEvent(resource=f"{i}"))
        self.assertTrue(client.flush(support.PATIENCE))
        return stranger, heard

    def test_nothing_is_lost_to_a_gateway_that_knows_no_way(self) -> None:
        for status in (403, 404):
            _, heard = self.deliver((status, PAGE), (status, PAGE), None)
            self.assertEqual((heard.delivered, heard.retries, heard.rejections), (4, 2, []))

    def test_nothing_is_lost_to_a_gateway_that_takes_no_batch(self) -> None:
        _, heard = self.deliver(*[(413, PAGE)] * 5, None)
        self.assertEqual((heard.delivered, heard.rejections), (4, []))

    def test_batch_stays_whole_however_often_a_network_of_others_fails(self) -> None:
        stranger, heard = self.deliver(*[(520, PAGE)] * 20, None)
        self.assertEqual({len(post) for post in stranger.posts}, {4})
        self.assertEqual((heard.delivered, heard.rejections), (4, []))

    def test_refusal_of_the_server_rejects_each_event_once(self) -> None:
        stranger, heard = self.deliver((403, problem(403)))
        self.assertEqual(len(stranger.posts), 1)
        self.assertEqual([rejection.detail for rejection in heard.rejections], ["The server says so."] * 4)

    def test_defect_of_the_server_rejects_what_provokes_it(self) -> None:
        _, heard = self.deliver((500, problem(500)))
        self.assertEqual([rejection.status for rejection in heard.rejections], [500] * 4)
