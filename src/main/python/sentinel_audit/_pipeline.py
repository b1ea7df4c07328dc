"""The way of an event from the agent's thread to the server: a buffer, and the thread that empties it."""

from __future__ import annotations

import os
import sys
import threading
import time
import weakref
from dataclasses import dataclass, replace
from typing import Callable, Optional

from ._buffer import EventBuffer, Offer
from ._closing import Closing
from ._delivery import Delivery
from ._ledger import AuditListener, ClientStats, Ledger, logger
from ._transport import Transport

_PAUSE_AFTER_DEFECT = 1.0

# After its time is over, so long a sender may take to notice.
_GRACE = 0.5


@dataclass(frozen=True)
class PipelineRules:
    """Seconds, events, bytes."""

    batch_events: int
    batch_bytes: int
    linger: float
    """A batch that is not full waits so long."""
    patience: float
    """So long an agent waits for room in a full buffer."""
    close_timeout: float
    """So long the end of the process may be held up."""


class _Flag:
    """Like ``threading.Event``, but a signal handler may set it in the middle of a ``set``."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self.is_set = False

    def set(self) -> None:
        with self._condition:
            self.is_set = True
            self._condition.notify_all()

    def clear(self) -> None:
        self.is_set = False

    def wait(self, seconds: Optional[float] = None) -> None:
        with self._condition:
            self._condition.wait_for(lambda: self.is_set, seconds)


class Pipeline:
    """Any thread. After a fork, the child's is empty and counts from 0, and the parent's goes on as if nothing were.

    The thread is started when it is needed first, so that a process which forks before it records has none.
    """

    def __init__(
        self,
        rules: PipelineRules,
        listener: AuditListener,
        transport: Transport,
        make_buffer: Callable[[Ledger], EventBuffer],
        make_delivery: Callable[[Transport, Closing, Ledger], Delivery],
    ) -> None:
        self._rules = rules
        self._listener = listener
        self._transport = transport
        self._make_delivery = make_delivery
        self.ledger = Ledger(listener)
        self._buffer = make_buffer(self.ledger)
        self._begin()
        _open.add(self)
        if self._buffer.survives:
            # There may be events that another process has left.
            self._start()

    def _begin(self) -> None:
        self._closing = Closing()
        self._thread: Optional[threading.Thread] = None
        self._start_lock = threading.RLock()
        self._starting = False
        self._runner: Optional[threading.Thread] = None
        self._delivery = self._make_delivery(self._transport, self._closing, self.ledger)
        self._has_recovered = False
        # Whether there was another batch when the last one was taken.
        self._more = False
        self._something = _Flag()
        self._enough = _Flag()
        self._settled = threading.Condition()
        self._flush_target = 0
        # Events of a batch that was given up, of which the server has decided on some.
        self._decided_of_unsettled = 0
        self._ended = False

    def forked(self) -> None:
        """In a child process, before anything else happens there."""
        closed = self._closing.has_begun()
        self._transport.forget()
        self.ledger.forget()
        self._buffer.forget()
        self._begin()
        if closed:
            self._closing.begin(0)
            self._buffer.close()
            self._ended = True

    def offer(self, event: bytes) -> bool:
        """Takes an event over, or counts it as dropped; waits only if the rules say so."""
        self.ledger.recorded()
        offer = self._buffer.offer(event)
        if offer is Offer.FULL:
            self.ledger.full("block" if self._rules.patience else "drop-newest")
            offer = self._offer_again(event)
        if offer is not Offer.ACCEPTED:
            self.ledger.dropped(1, self._why(offer))
            return False
        if self._thread is None:
            self._start()
        if not self._something.is_set:
            self._something.set()
        if not self._enough.is_set and self._is_enough():
            self._enough.set()
        return True

    def _why(self, offer: Offer) -> str:
        if offer is Offer.FULL:
            return "the buffer is full"
        if self._closing.has_begun():
            return "recorded after the client was closed"
        return "the spill directory cannot be written"

    def _offer_again(self, event: bytes) -> Offer:
        deadline = time.monotonic() + self._rules.patience
        with self._settled:
            while True:
                left = deadline - time.monotonic()
                if left <= 0 or self._closing.has_begun():
                    return Offer.FULL
                # What is settled is announced, so looking again after that cannot miss it.
                offer = self._buffer.offer(event)
                if offer is not Offer.FULL:
                    return offer
                self._enough.set()
                self._settled.wait(left)

    def _is_enough(self) -> bool:
        return (
            self._buffer.untaken() >= self._rules.batch_events
            or self._buffer.untaken_bytes() >= self._rules.batch_bytes
        )

    def _start(self) -> None:
        with self._start_lock:
            if self._starting or self._closing.has_begun():
                return
            # Before anything is called, in which a signal handler could come here.
            self._starting = True
            try:
                thread = threading.Thread(target=self._run_if_first, name="sentinel-audit", daemon=True)
                thread.start()
            except (RuntimeError, MemoryError):
                # The interpreter ends, or there are too many: the next event tries again, or whoever closes the client sends
                # what there is.
                self._starting = False
                return
            self._thread = thread
            _flush_at_the_end_of_a_worker(self)

    def _run_if_first(self) -> None:
        if self._claim():
            self._run()

    def _claim(self) -> bool:
        """True for one thread: that which is to send."""
        with self._start_lock:
            if self._runner is not None:
                return False
            self._runner = threading.current_thread()
            return True

    def _run(self) -> None:
        """A defect of ours, or a lack of memory, must not end the thread: who would send then?"""
        while not self._ended:
            try:
                if not self._round():
                    break
            except Exception:
                self.ledger.defect("sending interrupted, going on")
                if self._closing.has_begun():
                    break
                self._closing.pause(_PAUSE_AFTER_DEFECT)
        self._transport.close()
        self._end()

    def _round(self) -> bool:
        """Takes a batch and sends it; False if there is nothing more to do."""
        if not self._has_recovered:
            # Once, also if it fails: what it has not got is kept for the next process.
            self._has_recovered = True
            recovered = self._buffer.recover()
            if recovered:
                self.ledger.recovered(recovered)
        if not self._more and not self._closing.has_begun():
            self._linger()
        batch = self._buffer.take(self._rules.batch_events, self._rules.batch_bytes)
        if batch is None:
            self._more = False
            return not self._closing.has_begun()
        self._more = self._is_enough()
        left = self._deliver(batch.events)
        if self._ended:
            # Whoever has closed the client could not wait, and has counted them as lost.
            return False
        if left and self._buffer.survives:
            self._decided_of_unsettled = len(batch.events) - left
        else:
            if left:
                self.ledger.dropped(left, "the client was closed before they could be sent")
            self._buffer.settle(batch)
        with self._settled:
            self._settled.notify_all()
        return not left

    def _linger(self) -> None:
        self._something.clear()
        if self._buffer.untaken() == 0 and not self._closing.has_begun():
            self._something.wait()
        self._enough.clear()
        taken = self._buffer.offered_taken()
        if not self._is_enough() and taken >= self._flush_target and not self._closing.has_begun():
            self._enough.wait(self._rules.linger)

    def _deliver(self, events: list[bytes]) -> int:
        """A defect here is one of this batch, which is still in hand."""
        while True:
            try:
                return self._delivery.deliver(events)
            except Exception:
                self.ledger.defect("batch not delivered, trying again")
                if self._closing.has_begun():
                    return len(events)
                self._closing.pause(_PAUSE_AFTER_DEFECT)

    def _end(self) -> None:
        """Once, by the thread or by who has waited for it in vain: nothing is accepted any more, and what is left counts."""
        with self._settled:
            if self._ended:
                return
            self._ended = True
        self._buffer.close()
        left = self._buffer.waiting()
        if left and not self._buffer.survives:
            self.ledger.dropped(left, "the client was closed before they could be sent")
        _open.discard(self)
        with self._settled:
            self._settled.notify_all()
        stats = self.stats()
        logger.info(
            "client closed recorded=%d sent=%d rejected=%d dropped=%d waiting=%d",
            stats.recorded,
            stats.sent,
            stats.rejected,
            stats.dropped,
            stats.waiting,
        )

    def flush(self, timeout: float) -> bool:
        """Waits until the server has decided on all that was taken over before; False if it has not in time."""
        target = self._buffer.offered()
        self._flush_target = max(self._flush_target, target)
        self._enough.set()
        with self._settled:
            return self._settled.wait_for(
                lambda: self._buffer.offered_settled() >= target or self._ended, timeout
            ) and (self._buffer.offered_settled() >= target)

    def close_soon(self) -> None:
        """Sends what is there, and ends; waits for nothing."""
        if self._closing.begin(self._rules.close_timeout):
            self._wake()

    def abandon(self) -> None:
        """Nobody refers to the client any more: does the same, unless there is no thread to do it. Then whoever ends the
        process sends, for which there is time only if it has not begun to close yet.
        """
        if self._thread is not None or not self._buffer.offered():
            self.close_soon()

    def _wake(self) -> None:
        """Whoever waits shall see that the client closes."""
        self._something.set()
        self._enough.set()
        with self._settled:
            self._settled.notify_all()

    def close(self, timeout: Optional[float]) -> bool:
        """Sends what is there, for so many seconds at most; True if nothing was lost or left."""
        seconds = self._rules.close_timeout if timeout is None else timeout
        self._closing.begin(seconds)
        self._wake()
        with self._start_lock:
            thread = self._thread
            # Not whoever was the first to close: that may have been somebody who does not wait.
            runs_here = thread is None and self._claim()
        if runs_here:
            if self._buffer.offered():
                self._run()
            self._end()
        elif thread is None:
            if self._runner is not threading.current_thread():
                # Another call closes it, and sends.
                with self._settled:
                    self._settled.wait_for(lambda: self._ended, self._closing.left())
            self._end()
        elif thread is not threading.current_thread():
            thread.join(self._closing.left())
            if thread.is_alive():
                self._transport.abort()
                thread.join(_GRACE)
            self._end()
        stats = self.stats()
        return stats.waiting == 0 and stats.dropped == 0

    def stats(self) -> ClientStats:
        """The counters, and what waits."""
        if self._ended and not self._buffer.survives:
            return self.ledger.stats()
        waiting = self._buffer.waiting() - self._decided_of_unsettled
        return replace(self.ledger.stats(), waiting=waiting, waiting_bytes=self._buffer.waiting_bytes())


# All that have something to do yet: also those whose client nobody refers to any more.
_open: set[Pipeline] = set()


def close_when_unused(client: object, pipeline: Pipeline) -> None:
    """So that a client which nobody closes does not keep its thread for ever."""
    weakref.finalize(client, pipeline.abandon).atexit = False


def close_all() -> None:
    """At the end of the process, whose threads still run."""
    pipelines = list(_open)
    for pipeline in pipelines:
        pipeline.close_soon()
    for pipeline in pipelines:
        pipeline.close(None)


def _forked() -> None:
    for pipeline in list(_open):
        pipeline.forked()


def _flush_at_the_end_of_a_worker(pipeline: Pipeline) -> None:
    """Processes that ``multiprocessing`` has forked end without running what is registered with ``atexit``."""
    multiprocessing = sys.modules.get("multiprocessing")
    util = sys.modules.get("multiprocessing.util")
    if util is not None and multiprocessing is not None and multiprocessing.parent_process() is not None:
        util.Finalize(None, pipeline.close, args=(None,), exitpriority=10)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
