"""Tests that the SDK redacts like the server: compares the rules, and generated texts redacted by a real server."""

from __future__ import annotations

import random
import re
import unittest
from typing import Any

import support
from sentinel_audit import AuditClient, AuditEvent
from sentinel_audit._metadata import MetadataWriter
from sentinel_audit._rules import ANYWHERE, AT_END, ISSUED, WITHOUT_DIGITS
from sentinel_audit.redaction import Redaction

JAVA = support.ROOT / "src/main/java/dev/sentinel/audit/redact"

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
NAMES = ["query", "max_tokens", "a.b", "note", "items", "t\u00f6ken", "token\u00e9", "to\U00010400ken"]
PIECES = [*" :=-_.\"'`\\/@?&;,<>[]{}()+~#\n\r\t", "=", "://", "[REDACTED]", "0", "7", "A", "z", "\u00e9", "\U0001f511"]


class RedactionTest(unittest.TestCase):
    def test_rules_equal_those_of_the_server(self) -> None:
        keys = (JAVA / "SecretKeys.java").read_text()
        self.assertEqual(_strings(keys, "ANYWHERE = List.of(", ")"), list(ANYWHERE))
        self.assertEqual(_strings(keys, "AT_END = List.of(", ")"), list(AT_END))
        forms = re.findall(r'new Form\("(.+?)", (\d+), SecretKind.(\w+)\)', (JAVA / "IssuedTokens.java").read_text())
        self.assertEqual({prefix: int(length) for prefix, length, _ in forms}, ISSUED)
        self.assertEqual([prefix for prefix, _, kind in forms if kind == "AWS_KEY"], list(WITHOUT_DIGITS))
        self.assertIn("int VERSION = 1;", (JAVA / "RedactionRules.java").read_text())

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
        pieces = ["eyJ", "eyJaaaaaaaa.", "eyJaaaaaaaa.b.", "-----BEGIN ", "-----BEGIN PRIVATE KEY", "://", "a://b:"]
        pieces += ["bearer ", "basic ", "basic/", "=", "a=", "password=", "password=[REDACTED]", "password:\\", '"']
        pieces += ["4", "4 ", "4111-", "4111 1111 ", "sk-", "ghp_", "cookie:[REDACTED]", ": ", "'=", "-"]
        for piece in pieces:
            # A quadratic scan of 50,000 characters would take minutes.
            rules.clean(piece * (50_000 // len(piece)))


def _strings(source: str, start: str, end: str) -> list[str]:
    return re.findall(r'"(\w+)"', source.split(start)[1].split(end)[0])


def _text(generator: random.Random) -> str:
    parts = []
    for _ in range(generator.randint(1, 3)):
        kind = generator.random()
        if kind < 0.5:
            parts.append(generator.choice(TEXTS))
        elif kind < 0.7:
            prefix, length = generator.choice(list(ISSUED.items()))
            parts.append(prefix + "".join(generator.choices("abcXYZ01_-", k=length + generator.randint(-1, 3))))
        else:
            name = generator.choice([*ANYWHERE, *AT_END, *NAMES])
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
    return generator.choice(["", "x_", "MY"]) + name[:at] + separator + (name[at:].title() if at % 2 else name[at:])


def _metadata(generator: random.Random, depth: int = 0) -> dict[str, Any]:
    return {_name(generator): _value(generator, depth) for _ in range(generator.randint(1, 5))}


def _name(generator: random.Random) -> str:
    kind = generator.random()
    if kind < 0.1:
        return _text(generator)
    return _case(generator, generator.choice([*ANYWHERE, *AT_END] if kind < 0.4 else NAMES))


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
