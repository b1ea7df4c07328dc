"""What has begun and not ended, for frameworks that tell of beginnings and ends in different calls."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, Optional

from ..event import now

# Of one adapter. A framework that never tells of an end must not take memory without end; the oldest are forgotten.
_MAX_RUNS = 10_000


@dataclass
class Run:
    """Something that has begun."""

    resource: str
    trace_id: str
    metadata: dict[str, Any] = field(default_factory=dict)
    timestamp: str = field(default_factory=now)
    start: float = field(default_factory=time.perf_counter)

    def took_ms(self) -> float:
        """Until now."""
        return (time.perf_counter() - self.start) * 1000


class Runs:
    """Any thread."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._runs: OrderedDict[Hashable, Run] = OrderedDict()

    def begin(self, key: Hashable, run: Run) -> None:
        """It has begun."""
        with self._lock:
            self._runs[key] = run
            if len(self._runs) > _MAX_RUNS:
                self._runs.popitem(last=False)

    def get(self, key: Hashable) -> Optional[Run]:
        """What has begun under this key and not ended."""
        with self._lock:
            return self._runs.get(key)

    def end(self, key: Hashable) -> Optional[Run]:
        """The same, which has ended now."""
        with self._lock:
            return self._runs.pop(key, None)
