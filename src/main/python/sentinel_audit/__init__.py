"""The SDK of Sentinel, the flight recorder of AI agents: what an agent puts between itself and the server, so that
recording costs it next to nothing and nothing is lost silently. Needs the standard library only.

``AuditClient.capture`` encodes an event on the caller's thread (``_encoding``, ``_metadata``, ``redaction``) and puts the
bytes into a buffer: in memory (``_buffer``), or in files (``_spill``). The thread of the ``_pipeline`` takes batches from
it, and a ``_delivery`` sends one until the server has decided on each of its events.

Load-bearing:

* The event is encoded where it is recorded. A mapping that the agent changes afterwards changes no evidence, and what
  waits has an exact size.
* An event's id and bytes never change again, so whoever is in doubt sends again. What counts as an answer is strict
  (``_answers``): a proxy's login page is no acknowledgement.
* Room in the buffer is given back when the server has decided, not when a batch is taken.
* No lock is held while something is logged or a listener called, and locks are re-entrant: a signal handler, a log handler
  or a finaliser may record, whatever it interrupts.
* After a fork, the child makes all of it anew (``Pipeline.forked``) before it runs anything else.

What this and the SDK for Java have in common is in ``src/test/scenarios``.
"""

from ._ledger import AuditListener, ClientStats, Rejection
from ._version import __version__
from .client import AuditClient
from .context import Trace
from .event import ActionType, ActorType, AuditEvent, EventStatus
from .tracing import Action

__all__ = [
    "Action",
    "ActionType",
    "ActorType",
    "AuditClient",
    "AuditEvent",
    "AuditListener",
    "ClientStats",
    "EventStatus",
    "Rejection",
    "Trace",
    "__version__",
]
