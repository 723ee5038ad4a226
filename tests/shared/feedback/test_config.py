"""How feedback of a key is to be read."""

from __future__ import annotations

from typing import Any

import pytest

from shared.feedback.check import BadFeedback
from shared.feedback.config import check_score, checked_config

STARS = {"type": "continuous", "min": 1, "max": 5}
THUMBS = {"type": "categorical", "categories": [{"value": 1, "label": "up"}, {"value": 0}]}


def test_what_makes_sense_is_kept_without_nulls() -> None:
    """Unknown fields are ignored; a category may lack a label."""
    assert checked_config({**STARS, "categories": None, "new": 1}) == STARS
    assert checked_config(THUMBS)["categories"] == [{"value": 1, "label": "up"}, {"value": 0, "label": None}]


@pytest.mark.parametrize(
    "config",
    [
        None,
        {},
        {"type": "stars"},
        {"type": "continuous", "min": 2, "max": 1},
        {"type": "continuous", "min": "1"},
        {"type": "categorical"},
        {"type": "categorical", "categories": []},
        {"type": "categorical", "categories": [{"label": "up"}]},
        {"type": "categorical", "categories": [{"value": 1, "label": 2}]},
    ],
)
def test_what_makes_no_sense_is_refused(config: object) -> None:
    """The message names the field."""
    with pytest.raises(BadFeedback, match="feedback_config"):
        checked_config(config)


@pytest.mark.parametrize(
    ("config", "good", "bad"),
    [
        (STARS, [1, 5, 2.5, None, True], [0, 5.1]),
        ({"type": "continuous", "min": 0}, [0, 1e9], [-1]),
        (checked_config(THUMBS), [0, 1, True, None], [0.5, 2]),
        ({"type": "freeform"}, [0, 99, None], []),
    ],
)
def test_scores_are_held_to_it(config: dict[str, Any], good: list[float], bad: list[float]) -> None:
    """Bounds are included; what has no score is not judged by one."""
    for score in good:
        check_score(config, score)
    for score in bad:
        with pytest.raises(BadFeedback, match="score"):
            check_score(config, score)
