"""The rules by which a client redacts: its own, and, once the server has told them, the server's additions and
exemptions (``GET /v1/redaction``).
"""

from __future__ import annotations

import json
import threading
from typing import Any, Callable, Optional

from ._answers import RawAnswer
from ._closing import Closing
from ._ledger import logger
from ._transport import NoAnswerError, Transport
from .redaction import MODES, Redaction

RULES = "/v1/redaction"

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0


class ServerRules:
    """Asks in the background, so that recording never waits; asks again while the server cannot be reached, but not one
    that does not know the question. Any thread.

    :param own: the rules of the client
    :param adopt: receives the rules for all further events
    :param make_transport: makes a connection of its own, since that of the sender is used by one thread
    :param timeout: seconds for one request
    """

    def __init__(
        self,
        own: Redaction,
        adopt: Callable[[Redaction], None],
        make_transport: Callable[[], Transport],
        timeout: float,
    ) -> None:
        self._own = own
        self._adopt = adopt
        self._make_transport = make_transport
        self._timeout = timeout
        self._transport: Optional[Transport] = None

    def ask(self, closing: Closing) -> None:
        """Asks the server until it has answered or the client closes. Returns at once."""
        if self._own.mode == "off":
            return
        transport = self._make_transport()
        try:
            threading.Thread(
                target=self._run, args=(transport, closing), name="sentinel-audit-rules", daemon=True
            ).start()
        except (RuntimeError, MemoryError):
            # The interpreter is shutting down, or there are too many threads: the client's own rules apply.
            return
        self._transport = transport

    def stop(self) -> None:
        """Gives up an answer that is still awaited. Closing has begun, so that no other request follows."""
        transport = self._transport
        if transport is not None:
            transport.abort()

    def forget(self) -> None:
        """Closes the connection in a child process, where no thread uses it."""
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.forget()

    def _run(self, transport: Transport, closing: Closing) -> None:
        pause = _FIRST_PAUSE
        try:
            while not closing.has_begun():
                answer = self._answer(transport)
                if answer is not None and answer.status != 429 and answer.status < 500:
                    if answer.status == 200:
                        self._take(answer.body)
                    return
                # Not kept open for a minute.
                transport.close()
                if closing.pause(pause):
                    return
                pause = min(2 * pause, _LONGEST_PAUSE)
        except Exception:
            logger.exception("rules of the server not asked for effect=\"own rules apply\"")
        finally:
            transport.close()

    def _answer(self, transport: Transport) -> Optional[RawAnswer]:
        try:
            return transport.get(RULES, self._timeout)
        except NoAnswerError:
            return None

    def _take(self, body: bytes) -> None:
        try:
            rules = json.loads(body)
            if isinstance(rules, dict):
                self._adopt(
                    self._own.combined(
                        _mode(rules.get("mode")),
                        _strings(rules.get("redact_keys")),
                        _strings(rules.get("keep_keys")),
                        _strings(rules.get("shapes")),
                    )
                )
        except (ValueError, RecursionError) as e:
            logger.warning('rules of the server not understood effect="own rules apply" reason=%s', e)


def _mode(name: Any) -> str:
    """A mode that this client does not know asks for nothing."""
    return name if isinstance(name, str) and name in MODES else "full"


def _strings(values: Any) -> list[str]:
    return [value for value in values if isinstance(value, str)] if isinstance(values, list) else []
