"""The secret of a role of Vault: ``role_id=… secret_id=V``. The same name is innocent elsewhere, as that of a secret in AWS,
so the role has to come before it, and the value has to be a UUID.
"""

from __future__ import annotations

import re

_ROLES = frozenset(("role_id", "roleid"))
_SECRETS = frozenset(("secret_id", "secretid"))
_LONGEST = 9
_REACH = 200
_ROLE = re.compile("role_?id", re.IGNORECASE | re.ASCII)
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_VALUE = re.compile(rf"[ \\\"'`]{{0,6}}{_UUID.pattern}(?![A-Za-z0-9_\-])")


def is_secret_in(text: str, name: int, name_end: int, after: int) -> bool:
    """Whether a name, and what follows its sign, are the secret of a role that comes before them."""
    return (
        name_end - name <= _LONGEST
        and _is_one_of(_SECRETS, text[name:name_end])
        and _VALUE.match(text, after) is not None
        and _ROLE.search(text, max(0, name - _REACH), name) is not None
    )


def is_role(member: str) -> bool:
    """Whether a member of this name is a role, whose secret may be another member of its object."""
    return _is_one_of(_ROLES, member)


def is_secret(member: str, text: str) -> bool:
    """Whether a member is the secret of a role, if that comes before it in its object."""
    return _is_one_of(_SECRETS, member) and _UUID.fullmatch(text) is not None


def _is_one_of(names: frozenset[str], name: str) -> bool:
    return len(name) <= _LONGEST and name.isascii() and name.lower() in names
