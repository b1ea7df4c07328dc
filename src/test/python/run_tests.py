"""Runs all tests in this directory and prints one line of JSON for each, for the JUnit test that reports them."""

from __future__ import annotations

import json
import sys
import unittest
from pathlib import Path
from typing import Any


class Reporter(unittest.TestResult):
    """Prints the outcome of each test once."""

    def _report(self, test: Any, outcome: str, detail: str = "") -> None:
        print(json.dumps({"test": test.id(), "outcome": outcome, "detail": detail}), flush=True)

    def addSuccess(self, test: Any) -> None:
        super().addSuccess(test)
        self._report(test, "passed")

    def addSkip(self, test: Any, reason: str) -> None:
        super().addSkip(test, reason)
        self._report(test, "skipped", reason)

    def addFailure(self, test: Any, err: Any) -> None:
        super().addFailure(test, err)
        self._report(test, "failed", self.failures[-1][1])

    def addError(self, test: Any, err: Any) -> None:
        super().addError(test, err)
        self._report(test, "failed", self.errors[-1][1])


if __name__ == "__main__":
    suite = unittest.defaultTestLoader.discover(str(Path(__file__).parent))
    sys.exit(not suite.run(Reporter()).wasSuccessful())
