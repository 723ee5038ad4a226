"""Names for the numbers that turn one unit into another."""

from __future__ import annotations

KIB = 1024
MIB = 1024 * KIB

US_PER_MS = 1_000
US_PER_S = 1_000_000
S_PER_MINUTE = 60
S_PER_HOUR = 3_600
S_PER_DAY = 86_400
US_PER_MINUTE = S_PER_MINUTE * US_PER_S
US_PER_HOUR = S_PER_HOUR * US_PER_S
US_PER_DAY = S_PER_DAY * US_PER_S
