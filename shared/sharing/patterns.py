"""What looks like something that must not be seen: where in a text it stands. Each takes time in step with the text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

Span = tuple[int, int]
Finder = Callable[[str], Iterator[Span]]

_DOMAIN = re.compile(r"@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}")
_IN_LOCAL_PART = frozenset("._%+'-!#$&*/=?^`{|}~")
_DIGIT_GROUPS = re.compile(r"\d+(?:[ .-]\d+)*", re.ASCII)
_GROUP = re.compile(r"\d+", re.ASCII)
_CARDS = re.compile(r"4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3[0689]\d{12}|6\d{15,18}", re.ASCII)
"""Lengths and first digits of the networks. Source: ISO/IEC 7812 issuer ranges, as Wikipedia, "Payment card number"."""
_SHORTEST_CARD, _LONGEST_CARD = 13, 19
_BASE = 10
_PHONE = re.compile(
    r"(?<![\w+])(?:"
    r"(?:\+|00)[1-9]\d{0,2}(?:[ ./-]?\(?\d{1,5}\)?){2,6}"
    r"|\(\d{2,5}\)[ ./-]?\d{3,4}[ ./-]?\d{3,5}"
    r"|\d{3}[ .-]\d{3}[ .-]\d{4}"
    r"|0\d{1,4}[ /-]\d{3,8}(?:[ -]\d{2,5}){0,2}"
    r")(?!\w)",
    re.ASCII,
)
_FEWEST_PHONE_DIGITS, _MOST_PHONE_DIGITS = 8, 15
"""Source: ITU-T E.164: at most 15 digits."""
_KEY = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"sk-[A-Za-z0-9_-]{16,}"
    r"|[sr]k_(?:live|test)_[A-Za-z0-9]{16,}"
    r"|lsv2_[a-z]{2}_[0-9a-f_]{16,}"
    r"|tk_[A-Za-z0-9]{24,}"
    r"|A(?:KIA|SIA)[0-9A-Z]{16}"
    r"|gh[opsur]_[A-Za-z0-9]{30,}"
    r"|github_pat_[A-Za-z0-9_]{30,}"
    r"|glpat-[A-Za-z0-9_-]{20,}"
    r"|npm_[A-Za-z0-9]{30,}"
    r"|hf_[A-Za-z0-9]{30,}"
    r"|xox[abeprs]-[A-Za-z0-9-]{10,}"
    r"|AIza[0-9A-Za-z_-]{35}"
    r"|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"
    r"|(?i:bearer|basic)[ ]+[A-Za-z0-9._~+/-]{16,}=*"
    r"|-----BEGIN[ ][A-Z ]{0,40}PRIVATE[ ]KEY-----[^-]*(?:-----END[ ][A-Z ]{0,40}PRIVATE[ ]KEY-----)?"
    r")"
)
"""Shapes that providers document for their keys: OpenAI, Stripe, LangSmith, AWS, GitHub, GitLab, npm, Hugging Face,
Slack, Google; JSON Web Tokens, authorization headers, PEM."""


def emails(text: str) -> Iterator[Span]:
    """E-mail addresses, in any script."""
    if "@" not in text:
        return
    for match in _DOMAIN.finditer(text):
        start = match.start()
        while start and (text[start - 1].isalnum() or text[start - 1] in _IN_LOCAL_PART):
            start -= 1
        if start < match.start():
            yield start, match.end()


def cards(text: str) -> Iterator[Span]:
    """Numbers of payment cards: the digits of a network, in groups or not, whose last one checks the others."""
    for run in _DIGIT_GROUPS.finditer(text):
        if run.end() - run.start() < _SHORTEST_CARD:
            continue
        groups = [group.span() for group in _GROUP.finditer(text, *run.span())]
        for first, (start, _) in enumerate(groups):
            yield from _cards_from(text, start, groups[first : first + _LONGEST_CARD])


def _cards_from(text: str, start: int, groups: list[Span]) -> Iterator[Span]:
    digits = ""
    for begin, end in groups:
        digits += text[begin:end]
        if len(digits) > _LONGEST_CARD:
            return
        if len(digits) >= _SHORTEST_CARD and _CARDS.fullmatch(digits) and _checks(digits):
            yield start, end


def _checks(digits: str) -> bool:
    """Whether the last digit is the one that the others give. Source: ISO/IEC 7812-1, annex B (Luhn)."""
    doubled = (int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(digits)))
    return sum(one // _BASE + one % _BASE for one in doubled) % _BASE == 0


def phones(text: str) -> Iterator[Span]:
    """Phone numbers that are written as such: with a country's code, a bracket, or in groups."""
    for match in _PHONE.finditer(text):
        digits = sum(one.isdigit() for one in match[0])
        if _FEWEST_PHONE_DIGITS <= digits <= _MOST_PHONE_DIGITS:
            yield match.span()


def api_keys(text: str) -> Iterator[Span]:
    """Keys and tokens by the shapes that their makers give them."""
    return (match.span() for match in _KEY.finditer(text))


SHAPES: dict[str, Finder] = {"email": emails, "card": cards, "phone": phones, "api_key": api_keys}
"""The patterns by name."""
