"""Tests that the SDK redacts like the server: compares the rules, and generated texts redacted by a real server."""

from __future__ import annotations

import http.server
import json
import random
import re
import threading
import time
import unittest
from typing import Any, Callable
from unittest import mock

import support
from sentinel_audit import AuditClient, AuditEvent
from sentinel_audit._encoding import Encoder
from sentinel_audit._given import Defaults, InvalidEventError
from sentinel_audit._metadata import MetadataWriter
from sentinel_audit._rules import NAMES as RULE_NAMES
from sentinel_audit._rules import SHAPES, VERSION
from sentinel_audit.redaction import Redaction

JAVA = support.ROOT / "src/main/java/dev/sentinel/audit/redact"
CORPUS = support.ROOT / "src/test/redaction"
SHAPE = "acme_\talnum\t8\tdigit\tnothing\tAcme\t2026-11\tabcdefg1"
SECRET_NAMES = sorted(RULE_NAMES["secret"] | RULE_NAMES["final"])

TEXTS = [
    "GET with Bearer abc.def-123_456 now",
    "bearer onlylettersbutlong",
    "use bearer authentication.",
    "Basic dXNlcjpwYXNz",
    "basic information of dXNlcjpwYXNzMQ== and dXNlcjpwYXNzMQ=",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIi0.a..b",
    "4111111111111111",
    "card 4111 1111 1111 1111 exp 12/29",
    "4111-1111-1111-1111.",
    "3782 822463 10005",
    "3056 930902 5904",
    "6304000000000000 000",
    "4222222222222",
    "0.4111111111111111",
    "1731657600000",
    "postgres://app:hunter2@db:5432/x",
    "http://u:p@ss@h/ https://user:[REDACTED]@host/",
    "https://h/x?api_key=abc123&q=1#password=abc",
    "host=h password='a b c' user=u",
    '{"password": "hunter2", "n": 1, "access-token" : null}',
    '{\\"token\\":\\"hunter2\\"}',
    "-H 'Authorization: Digest a, b' x",
    "Set-Cookie: a=b; c=d\nx-api-key: k123",
    "Unexpected token: name at line 3; token = abc; max_tokens=1000",
    "pässword=abc; pass\u00b7word=abc; пароль secret=\u0130abc",
    "WHERE password = ? AND x = 1",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY----- after",
    "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
    "the user asked for a refund of the flight to Seattle \U0001f600 \U00010400=x",
]
# Members that make others of their object secrets, in any order.
RELATED = [["kty", "d", "k", "x"], ["kind", "data", "stringData"], ["name", "value", "text", "default"], ["role_id", "secret_id"]]
TELLING = ["Secret", "DB_PASSWORD", "AyM1SysPpbyDfgZld3umj1", "6a174c20-f6de-a53c-74d2-6018fcceff64", "${X}", "admin"]
NAMES = ["query", "max_tokens", "a.b", "note", "items", "t\u00f6ken", "token\u00e9", "to\U00010400ken"]
ESCAPE = re.compile(r"\\([0-7]{1,3}|.)")
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "s": " ", "\\": "\\", '"': '"', "'": "'"}
PIECES = [*" :=-_.\"'`\\/@?&;,<>[]{}()+~#\n\r\t", "=", "://", "[REDACTED]", "0", "7", "A", "z", "\u00e9", "\U0001f511"]


class RedactionTest(unittest.TestCase):
    def test_version_equals_that_of_the_server(self) -> None:
        self.assertIn(f"int VERSION = {VERSION};", (JAVA / "RedactionRules.java").read_text())

    def test_corpus_of_secrets_loses_them_and_nothing_else(self) -> None:
        rules = Redaction()
        for marked in _corpus("secrets.txt"):
            with self.subTest(marked):
                text = marked.replace("«", "").replace("»", "")
                self.assertEqual(rules.clean(text) or text, re.sub("«[^»]*(?:»|$)", "[REDACTED]", marked))

    def test_corpus_of_innocents_stays(self) -> None:
        rules = Redaction()
        for text in _corpus("innocents.txt"):
            with self.subTest(text):
                self.assertIsNone(rules.clean(text))

    def test_value_named_by_a_sibling_is_redacted(self) -> None:
        writer = MetadataWriter(Redaction())
        self.assertEqual(writer.write({"name": "DB_PASSWORD", "value": "v"}), '{"name":"DB_PASSWORD","value":"[REDACTED]"}')
        writer = MetadataWriter(Redaction())
        self.assertEqual(writer.write({"value": "v", "name": "DB_PASSWORD"}), '{"value":"[REDACTED]","name":"DB_PASSWORD"}')
        writer = MetadataWriter(Redaction())
        self.assertEqual(
            writer.write({"h": [["authorization", "abcdefgh12"]], "a": ["--password", "v", "w"], "n": ["token", "email"]}),
            '{"h":[["authorization","[REDACTED]"]],"a":["--password","[REDACTED]","w"],"n":["token","email"]}',
        )

    def test_secret_of_a_role_is_redacted_behind_the_role(self) -> None:
        uuid = "6a174c20-f6de-a53c-74d2-6018fcceff64"
        writer = MetadataWriter(Redaction())
        written = writer.write({"a": {"role_id": "app", "secret_id": uuid}, "secret_id": uuid, "n": {"secret_id": uuid}})
        self.assertEqual(
            written,
            f'{{"a":{{"role_id":"app","secret_id":"[REDACTED]"}},"secret_id":"{uuid}","n":{{"secret_id":"{uuid}"}}}}',
        )

    def test_secrets_are_redacted_before_and_behind_what_tells_them(self) -> None:
        key = {"crv": "P-256", "d": "jpsQnnGQmL-YBIffH1136", "x": "f83OJ3D2xF1Bg8vub9tLe1"}
        hidden = '"crv":"P-256","d":"[REDACTED]","x":"f83OJ3D2xF1Bg8vub9tLe1"'
        data = {"user": "YWRtaW4=", "n": 1, "o": {"a": "b"}, "p": "${USER}"}
        hidden_data = '"data":{"user":"[REDACTED]","n":1,"o":{"a":"b"},"p":"${USER}"},"stringData":{"a":"[REDACTED]"}'
        for metadata, expected in (
            ({**key, "kty": "EC"}, f'{{{hidden},"kty":"EC"}}'),
            ({"kty": "EC", **key}, f'{{"kty":"EC",{hidden}}}'),
            ({"d": key["d"], "a": {"kty": "EC"}}, f'{{"d":"{key["d"]}","a":{{"kty":"EC"}}}}'),
            ({"data": data, "stringData": {"a": "b"}, "kind": "Secret"}, f'{{{hidden_data},"kind":"Secret"}}'),
            ({"kind": "Secret", "data": data, "stringData": {"a": "b"}}, f'{{"kind":"Secret",{hidden_data}}}'),
            ({"data": {"a": "b"}, "kind": "ConfigMap"}, '{"data":{"a":"b"},"kind":"ConfigMap"}'),
            ({"data": {"data": {"a": "b"}}, "kind": "Secret"}, '{"data":{"data":{"a":"b"}},"kind":"Secret"}'),
            ({"data": [{"a": "b"}], "kind": "Secret"}, '{"data":[{"a":"b"}],"kind":"Secret"}'),
            (
                {"value": "v", "text": "a1b2c3d4", "default": "w", "name": "DB_PASSWORD"},
                '{"value":"[REDACTED]","text":"[REDACTED]","default":"w","name":"DB_PASSWORD"}',
            ),
        ):
            with self.subTest(metadata):
                self.assertEqual(MetadataWriter(Redaction()).write(metadata), expected)

    def test_values_of_cookies_are_redacted_whatever_their_names(self) -> None:
        writer = MetadataWriter(Redaction())
        cookie = [{"name": "x_id", "value": "v", "path": "/a"}]
        self.assertEqual(
            writer.write({"cookies": cookie, "headers": cookie}),
            '{"cookies":[{"name":"x_id","value":"[REDACTED]","path":"/a"}],'
            '"headers":[{"name":"x_id","value":"v","path":"/a"}]}',
        )

    def test_generated_texts_are_redacted_like_on_the_server(self) -> None:
        generator = random.Random(20_261_125)
        events = {f"r{i}": _metadata(generator) for i in range(600)}
        resources = {name: _text(generator)[:1000] or "-" for name in events}
        trace = support.unique("redaction")
        with AuditClient(support.server_url(), redaction="off") as client:
            for name, metadata in events.items():
                # The resource of the first event identifies it, so the generated resource is sent in a second event.
                client.capture(AuditEvent("agent", trace, resource=name, metadata=metadata))
                client.capture(AuditEvent("agent", trace, resource=resources[name], metadata={"of": name}))
            self.assertTrue(client.flush(support.TIMEOUT))
            self.assertEqual(client.stats().rejected, 0)
        rules = Redaction()
        redacted = 0
        for event in support.stored(trace):
            if "of" in event["metadata"]:
                sent = resources[event["metadata"]["of"]]
                self.assertEqual(rules.clean(sent) or sent, event["resource"])
                continue
            sent_metadata = events[event["resource"]]
            clean = support.parse(MetadataWriter(rules).write(sent_metadata))
            self.assertEqual(support.parse(support.dump(event["metadata"])), clean)
            pointers = _changes(sent_metadata, clean, "/metadata")
            self.assertEqual(set(event.get("redacted", {}).get("pointers", ())), pointers)
            redacted += len(pointers)
        # The test must not pass with a corpus without secrets.
        self.assertGreater(redacted, 1000)

    def test_keys_can_be_added_and_exempted(self) -> None:
        rules = Redaction(more_keys=["x-tenant"], kept_keys=["Session-Token"])
        written = MetadataWriter(rules).write(
            {"xTenantId": "a", "session_token": "b", "sessionToken2": "c", "refresh_token": "d", "secret": True}
        )
        self.assertEqual(
            written,
            '{"xTenantId":"[REDACTED]","session_token":"b","sessionToken2":"c","refresh_token":"[REDACTED]","secret":true}',
        )
        self.assertIsNone(rules.clean("?session_token=abcdef"))

    def test_names_are_compared_without_case_in_any_script(self) -> None:
        rules = Redaction(more_keys=["contraseña", "straße", "пароль1", "κωδικός"])
        for name in ("CONTRASEÑA", "Hausstrasse", "Пароль1", "ΚΩΔΙΚΌΣ", "κωδικόςΧρήστη", "ｐａｓｓｗｏｒｄ"):
            self.assertEqual(MetadataWriter(rules).write({name: "v"}), f'{{"{name}":"[REDACTED]"}}')

    def test_of_the_marks_of_a_letter_eight_count(self) -> None:
        marks = "\u0301" * 20_000 + "\u0316" * 20_000
        started = time.process_time()
        written = MetadataWriter(Redaction()).write({"password" + marks: "v", "passwor" + marks + "d": "w"})
        self.assertLess(time.process_time() - started, 2)
        self.assertIn('":"[REDACTED]"', written)
        self.assertIn('":"w"', written)

    def test_marks_of_half_width_count_too(self) -> None:
        started = time.process_time()
        written = MetadataWriter(Redaction()).write({("\u0301" * 8 + "\uff9e") * 10_000 + "password": "v"})
        self.assertLess(time.process_time() - started, 2)
        self.assertIn('":"[REDACTED]"', written)

    def test_weaker_modes_redact_less(self) -> None:
        secret = {"password": "p", "text": "Bearer abc.def-123"}
        self.assertEqual(
            MetadataWriter(Redaction("keys")).write(secret), '{"password":"[REDACTED]","text":"Bearer abc.def-123"}'
        )
        self.assertEqual(MetadataWriter(Redaction("off")).write(secret), '{"password":"p","text":"Bearer abc.def-123"}')
        with self.assertRaises(ValueError):
            Redaction("some")

    def test_repetitive_texts_take_linear_time(self) -> None:
        rules = Redaction()
        pieces = _corpus("repetitive.txt") + _corpus("repetitive-mixed.txt")
        self.assertGreater(len(pieces), 400)
        for piece in pieces:
            with self.subTest(piece):
                text = _repeated(piece, 20_000)
                started = time.process_time()
                rules.clean(text)
                # The costliest takes 2 s; a quadratic scan takes more than 10 s.
                self.assertLess(time.process_time() - started, 6)

    def test_places_are_counted_like_on_the_server(self) -> None:
        rules = Redaction()
        # In UTF-16, a character beyond U+FFFF counts twice.
        self.assertEqual(rules.clean("\U0001f511 password=abc\U0001f511"), "\U0001f511 password=[REDACTED]")
        self.assertIsNone(rules.clean("password=ab"))
        self.assertEqual(rules.clean("password=a\U0001f511"), "password=[REDACTED]")
        self.assertEqual(rules.clean("password='\U0001f511'"), "password='[REDACTED]'")

    def test_more_shapes_are_found(self) -> None:
        rules = Redaction(more_shapes=[SHAPE])
        self.assertEqual(rules.clean("use acme_abcdefg1 now"), "use [REDACTED] now")
        for broken in ("acme_", SHAPE[3:], SHAPE.replace("alnum", "x"), SHAPE.replace("digit", "x"), SHAPE + "-"):
            with self.assertRaises(ValueError):
                Redaction(more_shapes=[broken])

    def test_rules_of_a_server_add_and_exempt_but_do_not_weaken(self) -> None:
        rules = Redaction(more_keys=["tenant"]).combined(
            "off", ["iban", "-"], ["session_token", "x_tenant"], ["of tomorrow", SHAPE]
        )
        self.assertEqual(rules.mode, "full")
        self.assertEqual(
            MetadataWriter(rules).write({"iban": "a", "session_token": "b", "x_tenant": "c", "q": "acme_abcdefg1"}),
            '{"iban":"[REDACTED]","session_token":"b","x_tenant":"[REDACTED]","q":"[REDACTED]"}',
        )
        self.assertEqual(Redaction().combined("strict", [], [], []).mode, "strict")
        self.assertEqual(Redaction("keys").combined("strict", [], [], []).mode, "keys")

    def test_siblings_name_values(self) -> None:
        for metadata, expected in (
            ({"name": "Password textbox", "value": "v"}, '{"name":"Password textbox","value":"[REDACTED]"}'),
            ({"selector": "#password", "text": "hunter22"}, '{"selector":"#password","text":"[REDACTED]"}'),
            ({"selector": "#password", "text": "hello"}, '{"selector":"#password","text":"hello"}'),
            ({"name": "city", "value": "v"}, '{"name":"city","value":"v"}'),
            ({"secrets": {"db": "a1b2c3d4"}}, '{"secrets":{"db":"[REDACTED]"}}'),
            ({"secrets": [{"db": "a1b2c3d4"}]}, '{"secrets":[{"db":"a1b2c3d4"}]}'),
            ({"password": {"db": 1}}, '{"password":"[REDACTED]"}'),
            ({"session_key": "user-17"}, '{"session_key":"user-17"}'),
            ({"session_key": "9f86d081884c7d659a2feaa0"}, '{"session_key":"[REDACTED]"}'),
        ):
            with self.subTest(metadata):
                self.assertEqual(MetadataWriter(Redaction()).write(metadata), expected)

    def test_identifiers_with_a_secret_are_refused(self) -> None:
        for rules in (Redaction(), Redaction("strict")):
            encoder = Encoder(rules)
            event = AuditEvent("sk_live_EXAMPLE0123456789abcdef", "password=hunter2", resource="r")
            with self.assertRaises(InvalidEventError) as refused:
                encoder.encode(event, Defaults(None, "t"))
            for field in ("agent_instance_id", "trace_id"):
                self.assertIn(f"{field} must not contain a secret, such as", str(refused.exception))
            # One number in ten could be a card's.
            encoder.encode(AuditEvent("4111111111111111", "4111111111111111", resource="r"), Defaults(None, "t"))
        limits = support.ROOT / "src/main/java/dev/sentinel/audit/model/EventLimits.java"
        self.assertIn(str(refused.exception).rpartition("; trace_id ")[2], limits.read_text(encoding="utf-8"))


class ServerRulesTest(unittest.TestCase):
    def test_rules_of_the_server_apply_once_they_are_known(self) -> None:
        rules = '{"mode":"full","redact_keys":["iban"],"keep_keys":["session_token"],"shapes":[]}'
        with _RulesServer((200, rules)) as server:
            with AuditClient(server.url) as client:
                self.assertEqual(server.asked, 0)
                client.capture(AuditEvent("a", "t", resource="r", metadata={"iban": "1"}))
                self.assertTrue(_becomes(lambda: '"iban":"[REDACTED]"' in _line(client)))
                self.assertIn('"session_token":"x"', _line(client))
            self.assertEqual(server.asked, 1)

    def test_server_that_does_not_know_the_question_is_asked_once(self) -> None:
        with _RulesServer((404, "{}")) as server, mock.patch("sentinel_audit._server_rules._FIRST_PAUSE", 0.01):
            with AuditClient(server.url) as client:
                client.capture(AuditEvent("a", "t", resource="r"))
                self.assertTrue(_becomes(lambda: server.asked == 1))
                time.sleep(0.2)
                self.assertEqual(server.asked, 1)

    def test_server_that_fails_is_asked_again(self) -> None:
        answers = ((503, ""), (429, ""), (200, '{"redact_keys":["iban"]}'))
        with _RulesServer(*answers) as server, mock.patch("sentinel_audit._server_rules._FIRST_PAUSE", 0.01):
            with AuditClient(server.url) as client:
                client.capture(AuditEvent("a", "t", resource="r"))
                self.assertTrue(_becomes(lambda: '"iban":"[REDACTED]"' in _line(client)))
            self.assertEqual(server.asked, 3)

    def test_rules_that_are_not_understood_change_nothing(self) -> None:
        for body in ("[]", "no JSON", '{"shapes":["broken"]}', '{"redact_keys":7,"mode":[]}'):
            with self.subTest(body), _RulesServer((200, body)) as server, AuditClient(server.url) as client:
                client.capture(AuditEvent("a", "t", resource="r"))
                self.assertTrue(_becomes(lambda: not _asking()))
                self.assertEqual(server.asked, 1)
                self.assertIn('"iban":"1"', _line(client))

    def test_client_that_redacts_nothing_does_not_ask(self) -> None:
        with _RulesServer((200, "{}")) as server:
            with AuditClient(server.url, redaction="off") as client:
                client.capture(AuditEvent("a", "t", resource="r"))
                self.assertTrue(client.flush(support.TIMEOUT))
            self.assertEqual(server.asked, 0)

    def test_closing_ends_the_question(self) -> None:
        with _RulesServer((503, "")) as server:
            client = AuditClient(server.url)
            client.capture(AuditEvent("a", "t", resource="r"))
            self.assertTrue(_becomes(lambda: server.asked == 1))
            client.close()
            self.assertTrue(_becomes(lambda: not _asking()))


class _RulesServer:
    """Takes all events, and gives one scripted answer per question for the rules."""

    def __init__(self, *answers: tuple[int, str]) -> None:
        self.asked = 0
        rules = self

        class Exchange(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, body = answers[min(rules.asked, len(answers) - 1)]
                rules.asked += self.path == "/v1/redaction"
                self._answer(status, body)

            def do_POST(self) -> None:
                lines = self.rfile.read(int(self.headers["Content-Length"])).splitlines()
                self._answer(201, json.dumps({"captured": len(lines), "duplicate": 0, "rejected": []}))

            def _answer(self, status: int, body: str) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_: Any) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Exchange)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def __enter__(self) -> _RulesServer:
        return self

    def __exit__(self, *_: Any) -> None:
        self._server.shutdown()
        self._server.server_close()


def _line(client: AuditClient) -> str:
    event = AuditEvent("a", "t", resource="r", metadata={"iban": "1", "session_token": "x"})
    return client._encoder.encode(event, Defaults(None, "t")).decode()


def _asking() -> bool:
    return any(thread.name == "sentinel-audit-rules" for thread in threading.enumerate())


def _becomes(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + support.TIMEOUT
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()


def _corpus(name: str) -> list[str]:
    lines = (CORPUS / name).read_text(encoding="utf-8").split("\n")
    return [
        line.replace("⏎", "\n").replace("␛", "\x1b").replace("⇥", "\t")
        for line in lines
        if line and not line.startswith("#")
    ]


def _repeated(piece: str, length: int) -> str:
    """A text of at least this length. The file of the pieces explains their notation."""
    start, _, tail = piece.partition("\t")
    unit = _unescaped(start)
    parts = []
    size = 0
    while size < length:
        parts.append(unit.replace("{#}", f"{len(parts):x}"))
        size += len(parts[-1])
    return "".join(parts) + _unescaped(tail)


def _unescaped(piece: str) -> str:
    counted = ESCAPE.sub(lambda escape: ESCAPES.get(escape[1]) or chr(int(escape[1], 8)), piece)
    return re.sub("«([^»]*)»([0-9]+)", lambda run: run[1] * int(run[2]), counted)


CORPORA = [line.replace("«", "").replace("»", "") for line in _corpus("secrets.txt") + _corpus("innocents.txt")]


def _text(generator: random.Random) -> str:
    parts = []
    for _ in range(generator.randint(1, 3)):
        kind = generator.random()
        if kind < 0.3:
            parts.append(generator.choice(CORPORA))
        elif kind < 0.5:
            parts.append(generator.choice(TEXTS))
        elif kind < 0.7:
            columns = generator.choice(SHAPES).split("\t")
            parts.append(columns[0] + columns[7][: len(columns[7]) + generator.randint(-1, 0)])
        else:
            name = generator.choice([*SECRET_NAMES, *NAMES])
            sign = generator.choice([": ", "=", " = ", '": "', ":"])
            parts.append(f"{_case(generator, name)}{sign}value{name}1")
    text = list(generator.choice(PIECES).join(parts))
    for _ in range(generator.choice([0, 0, 1, 2, 5])):
        at = generator.randrange(len(text) + 1)
        text[at : at + generator.randint(0, 2)] = generator.choice(PIECES)
    return "".join(text)


def _case(generator: random.Random, name: str) -> str:
    separator = generator.choice(["", "", "_", "-", ".", " "])
    at = generator.randrange(len(name))
    if generator.random() < 0.1:
        return generator.choice(["name", "key", "value", "Value", "header"])
    return generator.choice(["", "x_", "MY"]) + name[:at] + separator + (name[at:].title() if at % 2 else name[at:])


def _metadata(generator: random.Random, depth: int = 0) -> dict[str, Any]:
    members = {_name(generator): _value(generator, depth) for _ in range(generator.randint(1, 5))}
    if generator.random() < 0.3:
        names = generator.choice(RELATED)
        for name in generator.sample(names, len(names)):
            inner = depth < 3 and name.endswith("ata")
            members[name] = _metadata(generator, depth + 1) if inner else generator.choice(TELLING)
    return members


def _name(generator: random.Random) -> str:
    kind = generator.random()
    if kind < 0.1:
        return _text(generator)
    return _case(generator, generator.choice(SECRET_NAMES if kind < 0.4 else NAMES))


def _value(generator: random.Random, depth: int) -> Any:
    kind = generator.random()
    if kind < 0.15 and depth < 3:
        return _metadata(generator, depth + 1)
    if kind < 0.25:
        return [_text(generator), generator.choice([4111111111111111, 4111111111111112, -5, 1.5, None, True, "", {}])]
    if kind < 0.35:
        return generator.choice([378282246310005, 12, False, None, "", "[REDACTED]", [], 4111111111111111.0])
    return _text(generator)


def _changes(sent: Any, clean: Any, pointer: str) -> set[str]:
    """The JSON pointers of all redacted values."""
    if isinstance(sent, dict) and isinstance(clean, support.Members):
        changes = set()
        for (name, value), (clean_name, clean_value) in zip(sent.items(), clean):
            at = pointer + "/" + clean_name.replace("~", "~0").replace("/", "~1")
            changes |= _changes(value, clean_value, at) | ({at} if name != clean_name else set())
        return changes
    if isinstance(sent, list) and isinstance(clean, list):
        return set().union(*(_changes(a, b, f"{pointer}/{i}") for i, (a, b) in enumerate(zip(sent, clean))))
    return set() if sent == clean else {pointer}
