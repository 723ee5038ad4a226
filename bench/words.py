"""Text as people and models write it, the same for the same seed: so that compression is honest.

Random bytes would not compress and repeats would vanish. Words are drawn as often as Zipf's law has them, set
into sentences of various lengths, with names, amounts, dates and ids in between, as traces of real agents have.
`bench/README.md` says how far it compresses beside English prose.
"""

from __future__ import annotations

import random
from functools import cache
from itertools import accumulate
from pathlib import Path

_WORDS_AT = Path(__file__).with_name("words.txt")
_ENDINGS = ("s", "ed", "ing", "er")
_FUNCTION_WORDS = 100
"""The first words of the list are the most frequent ones, in their order; the others come in any."""
_OFFSET = 2.7
"""Mandelbrot's correction of Zipf's law: the first words are not as frequent as the pure law says."""
_COMMA_EVERY = 9
_FACT_EVERY = 14
_SYLLABLES = ("ba", "ker", "lin", "mar", "ton", "rey", "sho", "van", "del", "ric", "ona", "hil", "gra", "fen", "wi")


class Writer:
    """Writes text; two writers of one seed write the same."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)

    def text(self, chars: int) -> str:
        """Sentences of about so many characters in all, never fewer."""
        written: list[str] = []
        length = 0
        while length < chars:
            written.append(self.sentence())
            length += len(written[-1]) + 1
        return " ".join(written)

    def sentence(self) -> str:
        """One sentence."""
        words = [self._word() for _ in range(self._dice.randint(5, 24))]
        words[0] = words[0].capitalize()
        return " ".join(words) + self._dice.choice("....?!:")

    def number(self, below: int) -> int:
        """A number from 0 on."""
        return self._dice.randrange(below)

    def hex(self, digits: int) -> str:
        """An id that means nothing."""
        return f"{self._dice.getrandbits(4 * digits):0{digits}x}"

    def _word(self) -> str:
        if self.number(_FACT_EVERY) == 0:
            return self._fact()
        words, weights = _vocabulary()
        word = self._dice.choices(words, cum_weights=weights)[0]
        return word + "," if self.number(_COMMA_EVERY) == 0 else word

    def _fact(self) -> str:
        """What texts about real things are full of, and no dictionary holds."""
        kind = self.number(5)
        if kind == 0:
            return "".join(self._dice.choices(_SYLLABLES, k=self._dice.randint(2, 3))).capitalize()
        if kind == 1:
            return f"${self.number(9_000) / 10:.2f}"
        if kind == 2:  # noqa: PLR2004 the third of the kinds
            return f"2026-{self.number(12) + 1:02d}-{self.number(28) + 1:02d}"
        return f"#{self.hex(8)}" if kind == 3 else str(self.number(5_000))  # noqa: PLR2004 the fourth


@cache
def _vocabulary() -> tuple[list[str], list[float]]:
    """Words, most frequent first, and their weights as running sums."""
    stems = _WORDS_AT.read_text(encoding="utf-8").split()
    dice = random.Random(0)
    plain = list(dict.fromkeys(stems))
    content = plain[_FUNCTION_WORDS:]
    content += [stem + dice.choice(_ENDINGS) for stem in content for _ in range(2)]
    dice.shuffle(content)
    words = list(dict.fromkeys(plain[:_FUNCTION_WORDS] + content))
    return words, list(accumulate(1 / (rank + _OFFSET) for rank in range(1, len(words) + 1)))
