"""Times, sizes and money as people read them, in the words of the page (`web/model/format.js`)."""

from __future__ import annotations

from datetime import UTC, datetime

from shared.base.units import US_PER_DAY, US_PER_HOUR, US_PER_MINUTE, US_PER_MS, US_PER_S

NONE = "–"  # noqa: RUF001 what the page writes where there is no number
_NANO_USD = 1e9
_STATUS = {"success": "OK", "error": "Failed", "pending": "Running"}


def status(word: str) -> str:
    """How a run stands."""
    return _STATUS.get(word, word)


def duration(us: int | None) -> str:
    """As "947 ms", "8.4 s", "2 m 05 s", "1 h 12 m": three figures at most."""
    if us is None:
        return NONE
    ms = us / US_PER_MS
    if ms < 1:
        return "0 ms" if us == 0 else "<1 ms"
    if ms < 999.5:  # noqa: PLR2004 what rounds to 1 s is said as 1 s
        return f"{ms:.0f} ms"
    if us < US_PER_MINUTE - 50 * US_PER_MS:
        return f"{us / US_PER_S:.2f} s" if us < 10 * US_PER_S - 5 * US_PER_MS else f"{us / US_PER_S:.1f} s"
    return _long(us)


def _long(us: int) -> str:
    seconds = round(us / US_PER_S)
    if seconds < US_PER_HOUR // US_PER_S:
        return f"{seconds // 60} m {seconds % 60:02d} s"
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60:02d} m"


def count(number: int) -> str:
    """As "12,311"."""
    return f"{number:,}"


def plural(number: int, word: str) -> str:
    """As "1 run", "12 runs"."""
    return f"{count(number)} {word}{'' if number == 1 else 's'}"


def money(nano_usd: int | None) -> str:
    """As "$0.041", "$12.30", "<$0.0001", "$0"; a cost that is not known is a dash."""
    if nano_usd is None:
        return NONE
    usd = nano_usd / _NANO_USD
    if usd == 0:
        return "$0"
    if usd < 0.0001:  # noqa: PLR2004 less than can be shown
        return "<$0.0001"
    digits = 4 if usd < 0.01 else 3 if usd < 1 else 2  # noqa: PLR2004 two figures that tell
    return f"${usd:,.{digits}f}"


def day(us: int) -> str:
    """As "20 Nov", in UTC."""
    moment = datetime.fromtimestamp(us / US_PER_S, UTC)
    return f"{moment.day} {moment:%b}"


def moment(us: int) -> str:
    """As "20 Nov 2026, 14:02:07 UTC"."""
    at = datetime.fromtimestamp(us / US_PER_S, UTC)
    return f"{at.day} {at:%b %Y, %H:%M:%S} UTC"


def left(us: int) -> str:
    """How long until then: "6 days", "3 hours", "5 minutes"; rounded to what is told."""
    for unit_us, word in ((US_PER_DAY, "day"), (US_PER_HOUR, "hour"), (US_PER_MINUTE, "minute")):
        if us >= unit_us:
            return plural(round(us / unit_us), word)
    return "less than a minute"
