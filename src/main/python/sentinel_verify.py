#!/usr/bin/env python3
"""Verifies what Sentinel exports. One file; needs Python 3.9 and, for the signature, the command openssl 3.

  sentinel_verify.py --export FILE[.gz] --key VKEY|FILE      all events of a log: none altered, none missing
  sentinel_verify.py --proof FILE --event FILE --key VKEY    one event: it is in the log, unaltered

Exit codes: 0 agrees with the key; 1 not checked; 2 wrong usage; 3 agrees only in itself; 4 contradiction; 5 export cut.
Formats: c2sp.org/signed-note, /tlog-checkpoint, /tlog-proof; tree: RFC 6962; leaf: RFC 8785. 150 bytes of memory for
each event. bin/sentinel verify also compares checkpoints that you kept, and databases."""
import argparse, base64, gzip, hashlib, hmac, json, os, re, subprocess, sys, tempfile, zlib
from decimal import Decimal

MAX_LINE = 16 << 20
BLANKS, HEX = re.compile(r"[ \t\r\n]*"), re.compile(r"[0-9a-f]{32}(?:[0-9a-f]{32})?")
# What malformed input raises, and nothing else does.
BAD = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, OSError, EOFError, zlib.error)
# What may not be in a leaf becomes a Decimal, which json.dumps refuses. In metadata it does no harm.
JSON = json.JSONDecoder(
    parse_int=lambda s: int(s) if len(s) < 18 and s != "-0" and abs(int(s)) < 2**53 else Decimal(0), parse_float=Decimal,
    parse_constant=lambda s: int(s), object_pairs_hook=lambda ps: dict(ps) if len(dict(ps)) == len(ps) else Decimal(0))


class Found(Exception):  # result, exit code, reason
    pass


def require(condition, message="malformed"):
    if not condition:
        raise ValueError(message)


def unbase64(text): return base64.b64decode(text, validate=True)
def sha256(*parts): return hashlib.sha256(b"".join(parts)).digest()
def node(left, right): return sha256(b"\1", left, right)


def members(line):
    """The members of a JSON object: for each name its value, and its text exactly as written."""
    found, i = {}, BLANKS.match(line).end()
    require(line[i] == "{")
    while line[i] != "}":
        name, colon = JSON.raw_decode(line, BLANKS.match(line, i + 1).end())
        colon = BLANKS.match(line, colon).end()
        start = BLANKS.match(line, colon + 1).end()
        value, end = JSON.raw_decode(line, start)
        require(line[colon] == ":" and isinstance(name, str) and name not in found)
        found[name], i = (value, line[start:end]), BLANKS.match(line, end).end()
        require(line[i] in ",}")
    require(BLANKS.match(line, i + 1).end() == len(line))
    return found


def jcs(value):
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(jcs(name) + ":" + jcs(value[name]) for name in names) + "}"
    return "[" + ",".join(map(jcs, value)) + "]" if isinstance(value, list) else json.dumps(value, ensure_ascii=False)


def leaf(line):
    """What the tree commits to, of an event in JSON; and the position of the event."""
    written = members(line)
    event = {name: value for name, (value, text) in written.items() if value is not None}
    text = {name: written[name][1] for name in event}
    links = {name: event.pop(name) for name in ("session_id", "on_behalf_of") if name in event}
    seal, seq = event.pop("seal"), event.pop("seq", None)
    require(not {"v", "links"} & written.keys() and (seq is None or isinstance(seq, int)))
    hidden = {"resource": text.get("resource") if isinstance(event.get("resource"), str) else None, "metadata": None}
    if "metadata" in text:
        hidden["metadata"] = text["metadata"] + "\n" + text.get("redacted", "")
    if links or len(seal.get("links", "")) == 64:
        hidden["links"] = jcs(links)
    entry = {name: value for name, value in event.items() if name not in ("erased", "redacted")}
    for label, secret in hidden.items():
        require(HEX.fullmatch(seal[label]))
        key = bytes.fromhex(seal[label])  # 32 bytes: the field was erased, and this is its commitment
        require(len(key) == 32 or secret is not None)
        entry[label] = seal[label] if len(key) == 32 else hmac.digest(key, f"{label}\n{secret}".encode(), "sha256").hex()
    return jcs({**entry, "v": 1}).encode(), seq


def root(hashes):
    stack = []  # the roots of complete subtrees, from left to right
    for i, h in enumerate(hashes):
        while i & 1:
            h, i = node(stack.pop(), h), i >> 1
        stack.append(h)
    while len(stack) > 1:
        stack[-2:] = [node(*stack[-2:])]
    return stack[0] if stack else sha256()


def climb(proof, fn, sn, start):
    """RFC 9162, 2.1.3.2 and 2.1.4.2: the roots of the smaller and of the larger tree to which a proof leads."""
    smaller = larger = start
    for h in proof:
        require(sn > 0, "the proof is too long")
        if fn & 1 or fn == sn:
            smaller, larger = node(h, smaller), node(h, larger)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            larger = node(larger, h)
        fn, sn = fn >> 1, sn >> 1
    return (smaller, larger) if sn == 0 else (None, None)


def consistent(old_size, size, proof, old, new):
    if old_size in (0, size):
        return not proof and (old_size != size or old == new)
    fn, sn = old_size - 1, size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    proof = proof if fn else [old] + proof
    return old_size < size and bool(proof) and climb(proof[1:], fn, sn, proof[0]) == (old, new)


def checkpoint(note, keys, seen):
    """Size, root, and whether a key signed the note: False, True, or None if that could not be checked."""
    text, _, lines = note.rpartition("\n\n")
    origin, size, hashed = (text + "\n").split("\n")[:3]
    seen.update(log=origin, signed_size=int(size))
    checked = []
    for dash, name, signature in (line.split(" ") for line in lines.splitlines()):
        signature = unbase64(signature)
        checked += [verifies(raw, (text + "\n").encode(), signature[4:]) for key_name, key_id, raw in keys
                    if (dash, name, signature[:4]) == ("\u2014", key_name, key_id)]
    return int(size), unbase64(hashed), None if None in checked or not keys else bool(checked) and all(checked)


def verifies(raw, text, signature):
    with tempfile.TemporaryDirectory() as place:
        paths = [os.path.join(place, name) for name in ("key", "text", "signature")]
        for path, content in zip(paths, (bytes.fromhex("302a300506032b6570032100") + raw, text, signature)):
            with open(path, "wb") as file:
                file.write(content)
        try:
            done = subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", paths[0],
                                   "-rawin", "-in", paths[1], "-sigfile", paths[2]], capture_output=True)
        except OSError:
            return None
    return True if done.returncode == 0 else False if b"Verification Failure" in done.stdout + done.stderr else None


def vkeys(given):
    for line in open(given, encoding="utf-8").read().split() if os.path.exists(given) else [given]:
        name, key_id, key = line.split("+", 2)
        key = unbase64(key)
        require(len(key) == 33 and key[0] == 1 and sha256(name.encode(), b"\n", key)[:4].hex() == key_id, "not a vkey")
        yield name, bytes.fromhex(key_id), key[1:]


def export(path, keys, seen):
    hashes, order, end = {}, hashlib.sha256(), None
    with open(path, "rb") as raw, (gzip.open if raw.read(2) == b"\x1f\x8b" else open)(path, "rb") as file:
        try:
            for number, line in enumerate(iter(lambda: file.readline(MAX_LINE), b""), 1):
                try:
                    require(end is None, "the last line is not the last one")
                    if line.startswith(b'{"export":'):
                        end = json.loads(line)
                        continue
                    entry, seq = leaf(line.decode())
                    require(seq not in hashes, f"seq {seq} occurs twice")
                except BAD as e:
                    if hashes and end is None and not line.endswith(b"\n"):
                        break  # cut inside a line
                    require(hashes, f"line {number} is not an event with a seal")
                    raise Found("ALTERED", 4, f"line {number}: {e}") from None
                hashes[seq] = sha256(b"\0", entry)
                order.update(hashes[seq])
        except EOFError:
            pass  # a compressed file that was cut
    seen["size"] = count = len(hashes)
    if end is None:
        raise Found("TRUNCATED", 5, f"the export ends after {count} events, without its last line")
    tree = end.get("tree")
    if tree:
        seen["anchor"] = f"export:{end['export']['began_at']}"
        size, signed_root, signed = checkpoint(tree["checkpoint"], keys, seen)
    if end["export"]["events"] != count or end.get("leaves_sha256") not in (None, order.hexdigest()):
        raise Found("ALTERED", 4, f"the last line is not that of these {count} lines")
    if not tree:
        raise Found("CONSISTENT", 3, "a part of a log: it does not show whether other events were left out")
    missing = next((seq for seq in range(count) if seq not in hashes), count)
    if not missing == count == tree["size"]:
        raise Found("ALTERED", 4, f"seq {missing} is missing, or not one of the {tree['size']} events of the tree")
    own = root(hashes[seq] for seq in range(count))
    if not consistent(count, size, [unbase64(h) for h in tree["consistency"]], own, signed_root):
        raise Found("ALTERED", 4, "an event was altered, moved, inserted or removed: the tree is not that of the note")
    return signed, f"{count} events, complete from the first one on, none altered"


def proof(path, event, keys, seen):
    with open(path, encoding="utf-8", newline="\n") as file:
        head, _, note = file.read(MAX_LINE).partition("\n\n")
    first, *lines = head.split("\n")
    require(first == "c2sp.org/tlog-proof@v1", "not a proof file")
    entry = unbase64(lines.pop(0)[6:]) if lines[0].startswith("extra ") else None
    require(lines[0].startswith("index "), "not a proof file")
    index, hashes = int(lines[0][6:]), [unbase64(h) for h in lines[1:]]
    size, signed_root, signed = checkpoint(note, keys, seen)
    seen.update(size=size, anchor="proof")
    if event:
        with open(event, encoding="utf-8", newline="") as file:
            of_event, seq = leaf(file.read(MAX_LINE))
        if entry not in (None, of_event) or seq not in (None, index):
            raise Found("ALTERED", 4, f"the event is not the one at seq {index}")
        entry = of_event
    if not 0 <= index < size or climb(hashes, index, size - 1, sha256(b"\0", entry))[1] != signed_root:
        raise Found("ALTERED", 4, f"the proof does not lead from seq {index} to the root that was signed")
    return signed, f"seq {index} is in the log of {size} events" + (", and this is it" if event else "")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = options.add_mutually_exclusive_group(required=True)
    what.add_argument("--export", metavar="FILE")
    what.add_argument("--proof", metavar="FILE")
    options.add_argument("--event", metavar="FILE", help="the JSON of the event, with its seal")
    options.add_argument("--key", metavar="VKEY|FILE", action="append", default=[], help="not found beside the log")
    given, seen = options.parse_args(), {"log": "unknown", "size": 0, "signed_size": 0, "anchor": "none"}
    try:
        keys = [key for text in given.key for key in vkeys(text)]
    except BAD as e:
        options.error(f"--key: {e}")
    try:
        signed, why = export(given.export, keys, seen) if given.export else proof(given.proof, given.event, keys, seen)
        if signed is False:
            raise Found("FORGED", 4, "no given key signed the checkpoint")
        unsigned = "; the signature was not checked: " + ("openssl 3 is missing" if keys else "no --key was given")
        result, code, why = ("VERIFIED", 0, why) if signed else ("CONSISTENT", 3, why + unsigned)
    except Found as e:
        result, code, why = e.args
    except BAD as e:
        result, code, why = "NOT_CHECKED", 1, f"{type(e).__name__}: {e}"
    seen["anchor"] = seen["anchor"] if code == 0 else "none"
    print(re.sub("[^ -~]", "?", why))
    print(f"verify: result={result}", *(f"{k}={re.sub('[^!-~]', '?', str(v))}" for k, v in seen.items()),
          f"key={'pinned' if keys else 'none'}")
    return code


if __name__ == "__main__":
    sys.exit(main())
