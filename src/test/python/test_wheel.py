"""Tests the wheel that is built from the sources."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import re
import subprocess
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

import sentinel_audit
import support


class WheelTest(unittest.TestCase):
    directory: str
    wheel: Path

    @classmethod
    def setUpClass(cls) -> None:
        directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(directory.cleanup)
        cls.directory = directory.name
        cls.wheel = build(Path(directory.name))

    def test_build_is_reproducible(self) -> None:
        again = build(Path(self.directory) / "again")
        self.assertEqual(self.wheel.name, again.name)
        self.assertEqual(self.wheel.read_bytes(), again.read_bytes())

    def test_version_equals_that_of_the_server(self) -> None:
        pom = (support.ROOT / "pom.xml").read_text()
        found = re.search(r"<artifactId>sentinel-audit</artifactId>\s*<version>(.+?)</version>", pom)
        assert found is not None
        self.assertEqual(sentinel_audit.__version__, found.group(1))
        self.assertEqual(self.wheel.name, f"sentinel_audit-{found.group(1)}-py3-none-any.whl")

    def test_record_lists_all_files_with_their_hashes(self) -> None:
        with zipfile.ZipFile(self.wheel) as wheel:
            [record] = [name for name in wheel.namelist() if name.endswith("/RECORD")]
            lines = dict(line.split(",", 1) for line in wheel.read(record).decode().splitlines())
            self.assertEqual(set(lines), set(wheel.namelist()))
            self.assertIn("sentinel_audit/py.typed", lines)
            self.assertIn("sentinel_audit/shapes.tsv", lines)
            self.assertIn("sentinel_audit/adapters/mcp.py", lines)
            for name, claim in lines.items():
                content = wheel.read(name)
                digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
                self.assertEqual(claim, "," if name == record else f"sha256={digest},{len(content)}")

    @unittest.skipUnless(importlib.util.find_spec("pip"), "pip is not installed")
    def test_pip_installs_the_wheel(self) -> None:
        installed = Path(self.directory) / "installed"
        pip = [sys.executable, "-m", "pip", "--isolated", "-q", "install", "--no-index", "--no-compile"]
        subprocess.run([*pip, "--target", installed, self.wheel], check=True, capture_output=True)
        code = "import sentinel_audit; print(sentinel_audit.__file__, sentinel_audit.__version__)"
        printed = subprocess.run(
            [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(installed)!r}); {code}"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split()
        self.assertEqual(printed, [str(installed / "sentinel_audit/__init__.py"), sentinel_audit.__version__])


def build(directory: Path) -> Path:
    command = [support.ROOT / "bin/build-python-sdk", directory]
    return Path(subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip())
