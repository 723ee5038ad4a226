"""The figures as a file, so that a later run can be held against an earlier one."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.figures import Figure, Section
from shared.base.units import MIB

PATH = Path(__file__).with_name("results.json")
_PACKAGES = ("langsmith", "msgspec", "zstandard", "fastapi", "uvicorn")
_DIGITS = 4


def content_of(sections: Mapping[str, Section], before: Mapping[str, Any], busy_before: float) -> dict[str, Any]:
    """The file's content: what was measured now, and what of `before` was not measured again."""
    measured = {name: _measured(section, busy_before) for name, section in sections.items()}
    return {**before, **measured}


def read() -> dict[str, Any]:
    """What the file says; nothing where there is none."""
    content: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8")) if PATH.exists() else {}
    return content


def write(content: Mapping[str, Any]) -> None:
    """Write the file."""
    PATH.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def machine() -> str:
    """What kind of machine this is, without its name."""
    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / MIB / 1024
    return f"{os.cpu_count()} cores, {_processor()}, {memory_gib:.0f} GiB, {platform.system()}"


def busy() -> float:
    """How many processes wanted a core in the last minute, for each core: over 0.5, times say less."""
    return round(os.getloadavg()[0] / (os.cpu_count() or 1), 2)


def versions() -> dict[str, str]:
    """Python's and those of the packages that the figures depend on."""
    return {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}}


def _measured(section: Section, busy_before: float) -> dict[str, Any]:
    return {
        "title": section.title,
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "busy_before": busy_before,
        "versions": versions(),
        "figures": [_figure(figure) for figure in section.figures],
        "tables": [
            {
                "title": table.title,
                "head": list(table.head),
                "rows": [[_short(cell) for cell in row] for row in table.rows],
            }
            for table in section.tables
        ],
    }


def _figure(figure: Figure) -> dict[str, Any]:
    bounds = {name: bound for name in ("must", "aim") if (bound := getattr(figure, name)) is not None}
    kept = {"keeps": figure.verdict} if figure.verdict else {}
    return {"what": figure.what, "measured": _short(figure.measured), "unit": figure.unit, **bounds, **kept}


def _short(cell: str | float) -> str | float:
    """A number with as many digits as mean anything."""
    return cell if isinstance(cell, str) else float(f"{cell:.{_DIGITS}g}")


def _processor() -> str:
    """The model as Linux knows it; elsewhere the architecture."""
    about = Path("/proc/cpuinfo")
    lines = about.read_text(encoding="utf-8").splitlines() if about.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()
