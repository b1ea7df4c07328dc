"""Moves events from the agent's thread to the server: a buffer, and the thread that sends its events."""

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
from ._server_rules import ServerRules
from ._transport import Transport

_PAUSE_AFTER_DEFECT = 1.0

# Seconds that a sender may take to stop after the deadline.
_GRACE = 0.5


@dataclass(frozen=True)
class PipelineRules:
    """Times are in seconds."""

    batch_events: int
    batch_bytes: int
    linger: float
    """How long a batch may wait to fill."""
    block_timeout: float
    """How long an agent waits for space in a full buffer."""
    close_timeout: float
    """How long closing may delay the end of the process."""


class _Flag:
    """Like ``threading.Event``, but a signal handler may call ``set`` during a ``set``."""

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
    """Any thread. After a fork, the child's pipeline is empty and counts from 0; the parent's is not affected.

    The thread is started on first use, so that a process that forks before it records has none.
    """

    def __init__(
        self,
        rules: PipelineRules,
        listener: AuditListener,
        transport: Transport,
        make_buffer: Callable[[Ledger], EventBuffer],
        make_delivery: Callable[[Transport, Closing, Ledger], Delivery],
        server_rules: ServerRules,
    ) -> None:
        self._rules = rules
        self._listener = listener
        self._transport = transport
        self._make_delivery = make_delivery
        self._server_rules = server_rules
        self.ledger = Ledger(listener)
        self._buffer = make_buffer(self.ledger)
        self._begin()
        _open.add(self)
        if self._buffer.is_persistent:
            # There may be events of an earlier process.
            self._start()

    def _begin(self) -> None:
        self._closing = Closing()
        self._thread: Optional[threading.Thread] = None
        self._start_lock = threading.RLock()
        self._starting = False
        self._runner: Optional[threading.Thread] = None
        self._delivery = self._make_delivery(self._transport, self._closing, self.ledger)
        self._has_recovered = False
        # Whether another full batch was waiting when the last one was taken.
        self._more = False
        self._has_events = _Flag()
        self._batch_ready = _Flag()
        self._progress = threading.Condition()
        self._flush_target = 0
        # Decided events of a batch that was given up.
        self._partly_delivered = 0
        self._ended = False

    def forked(self) -> None:
        """Resets the pipeline in a child process, before anything else runs there."""
        closed = self._closing.has_begun()
        self._transport.forget()
        self._server_rules.forget()
        self.ledger.forget()
        self._buffer.forget()
        self._begin()
        if closed:
            self._closing.begin(0)
            self._buffer.close()
            self._ended = True

    def offer(self, event: bytes) -> bool:
        """Adds an event to the buffer, or counts it as dropped. Waits only if the rules say so."""
        self.ledger.recorded()
        offer = self._buffer.offer(event)
        if offer is Offer.FULL:
            self.ledger.full("block" if self._rules.block_timeout else "drop-newest")
            offer = self._offer_again(event)
        if offer is not Offer.ACCEPTED:
            self.ledger.dropped(1, self._why(offer))
            return False
        if self._thread is None:
            self._start()
        if not self._has_events.is_set:
            self._has_events.set()
        if not self._batch_ready.is_set and self._is_batch_full():
            self._batch_ready.set()
        return True

    def _why(self, offer: Offer) -> str:
        if offer is Offer.FULL:
            return "the buffer is full"
        if self._closing.has_begun():
            return "recorded after the client was closed"
        return "the spill directory cannot be written"

    def _offer_again(self, event: bytes) -> Offer:
        deadline = time.monotonic() + self._rules.block_timeout
        with self._progress:
            while True:
                left = deadline - time.monotonic()
                if left <= 0 or self._closing.has_begun():
                    return Offer.FULL
                # Completion is announced under this lock, so a retry after the announcement cannot miss it.
                offer = self._buffer.offer(event)
                if offer is not Offer.FULL:
                    return offer
                self._batch_ready.set()
                self._progress.wait(left)

    def _is_batch_full(self) -> bool:
        return (
            self._buffer.untaken() >= self._rules.batch_events
            or self._buffer.untaken_bytes() >= self._rules.batch_bytes
        )

    def _start(self) -> None:
        with self._start_lock:
            if self._starting or self._closing.has_begun():
                return
            # Set before any call in which a signal handler could enter this method.
            self._starting = True
            try:
                thread = threading.Thread(target=self._run_if_first, name="sentinel-audit", daemon=True)
                thread.start()
            except (RuntimeError, MemoryError):
                # The interpreter is shutting down, or there are too many threads. The next event tries again, or
                # close() sends the waiting events.
                self._starting = False
                return
            self._thread = thread
            # Never before the first use, and anew after a fork.
            self._server_rules.ask(self._closing)
            _flush_at_the_end_of_a_worker(self)

    def _run_if_first(self) -> None:
        if self._claim():
            self._run()

    def _claim(self) -> bool:
        """Returns True for exactly one thread, which must send."""
        with self._start_lock:
            if self._runner is not None:
                return False
            self._runner = threading.current_thread()
            return True

    def _run(self) -> None:
        """The thread's loop. A bug or a lack of memory must not end it, or nothing would be sent any more."""
        while not self._ended:
            try:
                if not self._send_next():
                    break
            except Exception:
                self.ledger.defect("sending interrupted, continuing")
                if self._closing.has_begun():
                    break
                self._closing.pause(_PAUSE_AFTER_DEFECT)
        self._transport.close()
        self._end()

    def _send_next(self) -> bool:
        """Takes a batch and sends it. Returns False to end the loop."""
        if not self._has_recovered:
            # Once, even if it fails: files that were not taken over are kept for the next process.
            self._has_recovered = True
            recovered = self._buffer.recover()
            if recovered:
                self.ledger.recovered(recovered)
        if not self._more and not self._closing.has_begun():
            self._linger()
        # Asked before: events that were offered until closing began must be taken after it.
        is_closing = self._closing.has_begun()
        batch = self._buffer.take(self._rules.batch_events, self._rules.batch_bytes)
        if batch is None:
            self._more = False
            return not is_closing
        self._more = self._is_batch_full()
        left = self._deliver(batch.events)
        if self._ended:
            # close() did not wait for this thread and has counted the events as lost.
            return False
        if left and self._buffer.is_persistent:
            self._partly_delivered = len(batch.events) - left
        else:
            if left:
                self.ledger.dropped(left, "the client was closed before they could be sent")
            self._buffer.complete(batch)
        with self._progress:
            self._progress.notify_all()
        return not left

    def _linger(self) -> None:
        self._has_events.clear()
        if self._buffer.untaken() == 0 and not self._closing.has_begun():
            self._has_events.wait()
        self._batch_ready.clear()
        taken = self._buffer.offered_taken()
        if not self._is_batch_full() and taken >= self._flush_target and not self._closing.has_begun():
            self._batch_ready.wait(self._rules.linger)

    def _deliver(self, events: list[bytes]) -> int:
        """Delivers a batch. After an unexpected exception, the same batch is tried again."""
        while True:
            try:
                return self._delivery.deliver(events)
            except Exception:
                self.ledger.defect("batch not delivered, trying again")
                if self._closing.has_begun():
                    return len(events)
                self._closing.pause(_PAUSE_AFTER_DEFECT)

    def _end(self) -> None:
        """Ends the pipeline, once: called by the thread, or by close() when the thread is late. Closes the buffer and
        counts the remaining events.
        """
        with self._progress:
            if self._ended:
                return
            self._ended = True
        self._server_rules.stop()
        self._buffer.close()
        left = self._buffer.waiting()
        if left and not self._buffer.is_persistent:
            self.ledger.dropped(left, "the client was closed before they could be sent")
        _open.discard(self)
        with self._progress:
            self._progress.notify_all()
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
        """Waits until the server has decided on all events offered before this call; False if the time runs out first.
        """
        target = self._buffer.offered()
        self._flush_target = max(self._flush_target, target)
        self._batch_ready.set()
        with self._progress:
            return self._progress.wait_for(
                lambda: self._buffer.offered_completed() >= target or self._ended, timeout
            ) and (self._buffer.offered_completed() >= target)

    def close_soon(self) -> None:
        """Starts closing without waiting. The thread sends the remaining events and ends."""
        if self._closing.begin(self._rules.close_timeout):
            self._wake()

    def abandon(self) -> None:
        """Called when the client is garbage. Closes as ``close_soon`` does, unless there is no thread. Then the events
        are sent at the end of the process, which has time for it only if closing has not begun yet.
        """
        if self._thread is not None or not self._buffer.offered():
            self.close_soon()

    def _wake(self) -> None:
        """Wakes all waiting threads, so that they notice the closing."""
        self._has_events.set()
        self._batch_ready.set()
        with self._progress:
            self._progress.notify_all()

    def close(self, timeout: Optional[float]) -> bool:
        """Sends the remaining events within a timeout, in seconds. True if no event was lost or left."""
        seconds = self._rules.close_timeout if timeout is None else timeout
        self._closing.begin(seconds)
        self._wake()
        with self._start_lock:
            thread = self._thread
            # Not necessarily the thread that began closing, because that one may not wait.
            runs_here = thread is None and self._claim()
        if runs_here:
            if self._buffer.offered():
                self._run()
            self._end()
        elif thread is None:
            if self._runner is not threading.current_thread():
                # Another call of close() is sending.
                with self._progress:
                    self._progress.wait_for(lambda: self._ended, self._closing.left())
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
        """The counters, including the waiting events."""
        if self._ended and not self._buffer.is_persistent:
            return self.ledger.stats()
        waiting = self._buffer.waiting() - self._partly_delivered
        return replace(self.ledger.stats(), waiting=waiting, waiting_bytes=self._buffer.waiting_bytes())


# All pipelines that have not ended, including those whose client is garbage.
_open: set[Pipeline] = set()


def close_when_unused(client: object, pipeline: Pipeline) -> None:
    """Ensures that the thread of a client that is never closed ends with the client."""
    weakref.finalize(client, pipeline.abandon).atexit = False


def close_all() -> None:
    """Called at the end of the process, while its threads still run."""
    pipelines = list(_open)
    for pipeline in pipelines:
        pipeline.close_soon()
    for pipeline in pipelines:
        pipeline.close(None)


def _forked() -> None:
    for pipeline in list(_open):
        pipeline.forked()


def _flush_at_the_end_of_a_worker(pipeline: Pipeline) -> None:
    """Processes forked by ``multiprocessing`` end without running ``atexit`` handlers, so this registers another one.
    """
    multiprocessing = sys.modules.get("multiprocessing")
    util = sys.modules.get("multiprocessing.util")
    if util is not None and multiprocessing is not None and multiprocessing.parent_process() is not None:
        util.Finalize(None, pipeline.close, args=(None,), exitpriority=10)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
