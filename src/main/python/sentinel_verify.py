#!/usr/bin/env python3
"""Verifies what Sentinel exports. One file; needs Python 3.9 or newer, and nothing else.

  sentinel_verify.py --export FILE --key KEY                all events of a log: none altered, none missing
  sentinel_verify.py --proof FILE --event FILE --key KEY    one event: it is in the log, unaltered
  sentinel_verify.py --event FILE --key KEY                 the same, of one line of an export with proofs=inline

KEY is the public key of the log (a vkey), or a file of them.
Formats: c2sp.org/signed-note, /tlog-checkpoint, /tlog-proof; tree: RFC 6962; leaf: RFC 8785; signature: RFC 8032."""
import argparse, base64, functools, hashlib, hmac, json, os, re, sys
from decimal import Decimal

EXIT = {"VERIFIED": 0, "NOT_CHECKED": 1, "CONSISTENT": 3, "ALTERED": 4, "FORGED": 4, "TRUNCATED": 5}  # 2: wrong usage
BAD = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError)  # what malformed input raises
SEEN = {"log": "unknown", "size": 0, "signed_size": 0}
MEMBER = re.compile(r'\s*[{,]\s*("(?:[^"\\]|\\.)*")\s*:\s*')

class Found(ValueError): pass  # a result, and why

def check(condition, result, why):
    if not condition:
        raise Found(result, why)

def unbase64(text): return base64.b64decode(text, validate=True)
def sha256(*parts): return hashlib.sha256(b"".join(parts)).digest()
def node(left, right): return sha256(b"\1", left, right)

def root(hashes, first, size, proof=()):
    """The root of a tree of this size that has these hashes from the first on. A proof has the others (RFC 6962, 2)."""
    if size == 1:
        return hashes[0]
    k = 1 << (size - 1).bit_length() - 1
    *rest, other = proof or [b""]  # of a proof that is too short, no root fits
    if first >= k:
        return node(other, root(hashes, first - k, size - k, rest))
    if first + len(hashes) <= k:
        return node(root(hashes, first, k, rest), other)
    return node(root(hashes[:k - first], first, k), root(hashes[k - first:], 0, size - k, rest))

def ordered(members):
    check(len(dict(members)) == len(members), "ALTERED", "a name occurs twice")
    return dict(sorted(members, key=lambda member: member[0].encode("utf-16-be")))

def jcs(event): return json.dumps(ordered(event.items()), ensure_ascii=False, separators=(",", ":"))
def number(text): return int(text) if len(text) < 18 and text != "-0" and abs(int(text)) < 2**53 else Decimal(0)

# What may not be in a leaf becomes a Decimal, which json.dumps refuses. In metadata it does no harm.
JSON = json.JSONDecoder(object_pairs_hook=ordered, parse_int=number, parse_float=Decimal, parse_constant=int)

def leaf(line):
    """What the tree holds of an event: its JSON, with salted commitments for what may be secret; its seq and proof."""
    event, text, at = {name: value for name, value in JSON.decode(line).items() if value is not None}, {}, 0
    while member := MEMBER.match(line, at):
        value, at = JSON.raw_decode(line, member.end())
        text[JSON.decode(member[1])] = "" if value is None else line[member.end():at]  # exactly as written
    seal, seq, proof = event.pop("seal"), event.pop("seq", None), event.pop("proof", None)
    check(not {"v", "links"} & text.keys() and type(seq) in (int, type(None)), "NOT_CHECKED", "this is not an event")
    links = {name: event.pop(name) for name in ("session_id", "on_behalf_of") if name in event}
    hidden = {"resource": text["resource"], "metadata": text["metadata"] + "\n" + text.get("redacted", "")}
    if links or len(seal.get("links", "")) == 64:
        hidden["links"] = jcs(links)
    for name, secret in hidden.items():
        salt = bytes.fromhex(re.fullmatch("(?:[0-9a-f]{32}){1,2}", seal[name])[0])
        erased = len(salt) == 32  # and this is the commitment
        event[name] = (salt if erased else hmac.digest(salt, f"{name}\n{secret}".encode(), "sha256")).hex()
    return jcs({**{k: v for k, v in event.items() if k not in ("erased", "redacted")}, "v": 1}).encode(), seq, proof

# Ed25519 (RFC 8032, 5.1), slow and simple: nothing here is secret.
P, Q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P

def plus(a, b):
    e = D * a[0] * b[0] * a[1] * b[1]
    return (a[0] * b[1] + a[1] * b[0]) * pow(1 + e, -1, P) % P, (a[1] * b[1] + a[0] * b[0]) * pow(1 - e, -1, P) % P
def times(n, a): return (0, 1) if n == 0 else plus(times(n - 1, a), a) if n & 1 else times(n // 2, plus(a, a))

def point(raw):
    y, odd = int.from_bytes(raw, "little") % 2**255, raw[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * pow(2, (P - 1) // 4, P) % P
    return x if x % 2 == odd else P - x, y

def verifies(key, text, signature):
    h, s = hashlib.sha512(signature[:32] + key + text).digest(), int.from_bytes(signature[32:64], "little")
    x, y = point(key)
    x, y = plus(times(s, point(b"\x58" + b"\x66" * 31)), times(int.from_bytes(h, "little") % Q, (P - x, y)))
    return s < Q and (y | (x & 1) << 255).to_bytes(32, "little") + s.to_bytes(32, "little") == signature

@functools.lru_cache
def checkpoint(note, keys):
    """Size and root; and whether a key signed them, and no signature that names a key is false."""
    text, _, lines = note.rpartition("\n\n")
    SEEN["log"], size, hashed = (text + "\n").split("\n")[:3]
    SEEN["signed_size"], signed = int(size), []
    for dash, name, signature in map(str.split, lines.splitlines()):
        named = [key for key in keys if (dash, name, unbase64(signature)[:4]) == ("\u2014", *key[:2])]
        signed += [verifies(key[2], (text + "\n").encode(), unbase64(signature)[4:]) for key in named]
    return int(size), unbase64(hashed), bool(signed) and all(signed)

def prove(text, entry, seq, keys):
    """Checks that, by a proof, the event is in the log; returns whether a key signed that log."""
    head, _, note = text.partition("\n\n")
    first, *lines = head.split("\n")
    check(first == "c2sp.org/tlog-proof@v1", "NOT_CHECKED", "this is not a proof")
    extra = unbase64(lines.pop(0)[6:]) if lines[0].startswith("extra ") else entry
    index, (size, signed_root, signed) = int(lines.pop(0)[6:]), checkpoint(note, keys)
    fits = 0 <= index < size and seq in (None, index) and entry in (None, extra) and signed_root == root(
        [sha256(b"\0", extra)], index, size, [unbase64(line) for line in lines])
    SEEN["size"] = size
    check(fits, "ALTERED", f"seq {index} of the log is not this event")
    return signed

def export(path, keys):
    """Checks all lines; returns whether a key signed the log, by what that is known, and the finding in words."""
    hashes, order, signed, end = {}, hashlib.sha256(), set(), None
    try:
        for place, line in enumerate(open(path, "rb"), 1):
            check(end is None, "ALTERED", "it is behind the last line")
            if line.startswith(b'{"export":'):
                end = json.loads(line)
                continue
            entry, seq, proof = leaf(line.decode())
            check(seq not in hashes, "ALTERED", f"seq {seq} occurs twice")
            hashes[seq] = sha256(b"\0", entry)
            order.update(hashes[seq])
            signed.add(prove(proof, entry, seq, keys) if proof else None)
    except BAD as e:
        check(hashes, "NOT_CHECKED", f"this is not an export of events with seals: {e.args[-1]}")
        check(end is None and not line.endswith(b"\n"), "ALTERED", f"line {place}: {e.args[-1]}")  # or else it was cut
    SEEN["size"] = count = len(hashes)
    check(end, "TRUNCATED", f"the export ends after {count} events, without its last line")
    ours = end["export"]["events"] == count and end.get("leaves_sha256") in (None, order.hexdigest())
    check(ours, "ALTERED", f"the last line is not that of these {count} lines")
    if "tree" not in end:
        check(signed and None not in signed, "CONSISTENT", "a part of a log, in which not each line has a proof")
        return all(signed), "proof", f"{count} events of a log, none altered; others may have been left out"
    size, signed_root, is_signed = checkpoint(end["tree"]["checkpoint"], keys)
    own, rest = [hashes.get(seq) for seq in range(count)], [unbase64(line) for line in end["tree"]["consistency"]]
    fits = None not in own and end["tree"]["size"] == count <= size
    fits = fits and (count == 0 or root(own, 0, size, rest) == signed_root)
    check(fits, "ALTERED", "an event was altered, moved, inserted or removed: the tree is not that of the checkpoint")
    return is_signed, "export:" + end["export"]["began_at"], f"{count} events, none altered, none missing"

def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for option in ("--export", "--proof", "--event", "--key"):
        parser.add_argument(option)
    given, keys, anchor = parser.parse_args(), (), "none"
    try:
        if given.key:
            vkeys = open(given.key).read().split() if os.path.exists(given.key) else [given.key]
            keys = tuple((name, bytes.fromhex(key_id), unbase64(key)[1:])
                         for name, key_id, key in (vkey.split("+", 2) for vkey in vkeys))
        if given.export:
            signed, anchor, why = export(given.export, keys)
        else:
            entry, seq, proof = leaf(open(given.event, encoding="utf-8").read()) if given.event else (None, None, None)
            proof = open(given.proof, encoding="utf-8").read() if given.proof else proof
            signed, anchor, why = prove(proof, entry, seq, keys), "proof", "the event is in the log, unaltered"
        result = "VERIFIED" if signed else "FORGED" if keys else "CONSISTENT"
    except Found as e:
        result, why = e.args
    except (*BAD, OSError) as e:
        result, why = "NOT_CHECKED", f"{type(e).__name__}: {e}"
    print(re.sub("[^ -~]", "?", why))
    seen = SEEN | {"anchor": anchor if result == "VERIFIED" else "none", "key": "pinned" if keys else "none"}
    print(f"verify: result={result}", *(f"{name}={re.sub('[^!-~]', '?', str(value))}" for name, value in seen.items()))
    return EXIT[result]

if __name__ == "__main__":
    sys.exit(main())
