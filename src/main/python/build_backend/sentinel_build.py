"""Builds the wheel: the PEP 517 build backend named in pyproject.toml. Uses only the standard library.

``python3 build_backend/sentinel_build.py DIRECTORY`` builds the wheel in DIRECTORY and prints its path. Builds are
reproducible.
"""

from __future__ import annotations

import ast
import base64
import hashlib
import os
import re
import sys
import zipfile
from pathlib import Path
from typing import Any, Optional

_SOURCES = Path(__file__).resolve().parent.parent
# The tables of the rules of redaction are the server's.
_TABLES = _SOURCES.parent / "resources/dev/sentinel/audit/redact"
_PACKAGE = "sentinel_audit"

# The earliest time that a ZIP file can hold.
_TIME = (1980, 1, 1, 0, 0, 0)


def build_wheel(
    wheel_directory: str, config_settings: Optional[dict[str, Any]] = None, metadata_directory: Optional[str] = None
) -> str:
    """The PEP 517 hook; returns the file name of the wheel."""
    project = _project()
    version = _version()
    name = f"{_PACKAGE}-{version}-py3-none-any.whl"
    info = f"{_PACKAGE}-{version}.dist-info"
    files = {
        path.relative_to(_SOURCES).as_posix(): path.read_bytes()
        for path in sorted((_SOURCES / _PACKAGE).rglob("*"))
        if path.suffix == ".py" or path.name == "py.typed"
    }
    for table in ("names.tsv", "shapes.tsv"):
        files[f"{_PACKAGE}/{table}"] = (_TABLES / table).read_bytes()
    files[f"{info}/METADATA"] = _metadata(project, version)
    files[f"{info}/WHEEL"] = (
        b"Wheel-Version: 1.0\nGenerator: sentinel_build\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    files[f"{info}/RECORD"] = _record(files, f"{info}/RECORD")
    os.makedirs(wheel_directory, exist_ok=True)
    with zipfile.ZipFile(os.path.join(wheel_directory, name), "w") as wheel:
        for path, content in files.items():
            entry = zipfile.ZipInfo(path, _TIME)
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            # Not compressed, because the output of zlib differs between its versions.
            wheel.writestr(entry, content, zipfile.ZIP_STORED)
    return name


def build_sdist(sdist_directory: str, config_settings: Optional[dict[str, Any]] = None) -> str:
    """Not supported: the sources are part of the whole project."""
    raise NotImplementedError("only wheels are built")


def _project() -> dict[str, Any]:
    """The table [project]. Its values are valid Python literals too."""
    text = (_SOURCES / "pyproject.toml").read_text(encoding="utf-8")
    table = re.search(r"^\[project\]\n(.*?)(?=^\[)", text, re.DOTALL | re.MULTILINE)
    lines = re.findall(r"^([\w-]+) = (.+)$", table.group(1) if table else "", re.MULTILINE)
    return {name: ast.literal_eval(value) for name, value in lines}


def _version() -> str:
    text = (_SOURCES / _PACKAGE / "_version.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "(.+)"$', text, re.MULTILINE)
    if found is None:
        raise ValueError("_version.py has no __version__")
    return found.group(1)


def _metadata(project: dict[str, Any], version: str) -> bytes:
    lines = [
        "Metadata-Version: 2.4",
        f"Name: {project['name']}",
        f"Version: {version}",
        f"Summary: {project['description']}",
        f"License-Expression: {project['license']}",
        f"Keywords: {','.join(project['keywords'])}",
        *(f"Classifier: {classifier}" for classifier in project["classifiers"]),
        f"Requires-Python: {project['requires-python']}",
    ]
    return ("\n".join(lines) + "\n").encode()


def _record(files: dict[str, bytes], record: str) -> bytes:
    lines = [f"{path},sha256={_digest(content)},{len(content)}" for path, content in files.items()]
    return ("\n".join([*lines, f"{record},,"]) + "\n").encode()


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


if __name__ == "__main__":
    print(os.path.join(sys.argv[1], build_wheel(sys.argv[1])))
