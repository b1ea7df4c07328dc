"""The Python SDK of Sentinel, the flight recorder for AI agents. It makes recording cheap for an agent and ensures that
no event is lost silently. Uses only the standard library.

``AuditClient.capture`` encodes an event on the caller's thread (``_encoding``, ``_metadata``, ``redaction``) and adds
the bytes to a buffer, in memory (``_buffer``) or in files (``_spill``). The thread of the ``_pipeline`` takes batches
from the buffer, and a ``_delivery`` sends each until the server has decided on each of its events.

Load-bearing decisions:

* An event is encoded on the recording thread. Later changes to a mapping do not change the event, and buffered events
  have an exact size.
* An event's id and bytes never change, so the client can always retry when in doubt. Only a valid answer counts
  (``_answers``): a proxy's login page is not an acknowledgment.
* Buffer space is freed when the server has decided, not when a batch is taken.
* No lock is held during logging or a call of the listener, and locks are reentrant: a signal handler, a log handler or
  a finalizer may record at any point.
* After a fork, the child resets all of this (``Pipeline.forked``) before it runs anything else.

``src/test/scenarios`` defines the behavior that this SDK and the Java SDK share.
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
