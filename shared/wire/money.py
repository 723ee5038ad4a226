"""Amounts of money as v1 writes them: decimal text, never a power of ten, no zeros at the end."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal


def amount(dollars: Decimal | None) -> str | None:
    """One amount; None where it is not known, which is not the same as zero."""
    return None if dollars is None else f"{dollars.normalize():f}"


def amounts(by_kind: Mapping[str, Decimal]) -> dict[str, str] | None:
    """Amounts by kind of token; None of none."""
    return {kind: f"{dollars.normalize():f}" for kind, dollars in by_kind.items()} or None
