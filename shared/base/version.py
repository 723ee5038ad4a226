"""Which Tracekeep this is."""

from __future__ import annotations

VERSION = "0.1.0"
"""As in pyproject.toml; what LangSmith's clients are told at /info is the version of their contract instead."""
