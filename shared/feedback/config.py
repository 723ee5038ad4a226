"""How feedback of one key is to be read: as a number between bounds, as one of some categories, or freely."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from shared.feedback.check import MAX_SCORE, BadFeedback, check_text

TYPES = ("continuous", "categorical", "freeform")
MAX_CATEGORIES = 200


@dataclass(frozen=True, slots=True)
class FeedbackConfig:
    """What a workspace says of one feedback key. `config` is the JSON text of an object, as the wire has it."""

    key: str
    config: str
    modified_us: int
    is_lower_score_better: bool = False
    is_enforced: bool = False

    @classmethod
    def of(cls, key: str, config: Mapping[str, Any], modified_us: int) -> FeedbackConfig:
        """What says this of a key, and nothing else."""
        return cls(key, msgspec.json.encode(config).decode(), modified_us)

    @property
    def content(self) -> dict[str, Any]:
        """The object."""
        content: dict[str, Any] = msgspec.json.decode(self.config)
        return content


def checked_config(config: object) -> dict[str, Any]:
    """The configuration, if it makes sense: without nulls and unknown fields. Raises: BadFeedback."""
    if not isinstance(config, dict) or config.get("type") not in TYPES:
        raise BadFeedback("feedback_config.type", f"expected one of {', '.join(TYPES)}")
    low, high = (_bound(config.get(name), name) for name in ("min", "max"))
    if low is not None and high is not None and low > high:
        raise BadFeedback("feedback_config.min", f"{low} is more than max, which is {high}")
    categories = config.get("categories")
    if categories is not None:
        categories = _categories(categories)
    elif config["type"] == "categorical":
        raise BadFeedback("feedback_config.categories", "name at least one category, with its value")
    known = {"type": config["type"], "min": low, "max": high, "categories": categories}
    return {name: value for name, value in known.items() if value is not None}


def check_score(config: Mapping[str, Any], score: float | None) -> None:
    """Nothing, if a score is one that the configuration allows. Raises: BadFeedback."""
    if score is None or config["type"] == "freeform":
        return
    if config["type"] == "categorical":
        values = [category["value"] for category in config["categories"]]
        if score not in values:
            raise BadFeedback("score", f"{score} is no category of this key; it takes {', '.join(map(str, values))}")
        return
    low, high = config.get("min"), config.get("max")
    if (low is not None and score < low) or (high is not None and score > high):
        raise BadFeedback("score", f"{score} is not between {low} and {high}, the bounds of this key")


def _bound(value: object, name: str) -> float | None:
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= MAX_SCORE):
        return value
    raise BadFeedback(f"feedback_config.{name}", f"expected a number of at most {MAX_SCORE:.0e}, or null")


def _categories(categories: object) -> list[dict[str, Any]]:
    if not isinstance(categories, list) or not 0 < len(categories) <= MAX_CATEGORIES:
        raise BadFeedback("feedback_config.categories", f"expected a list of 1 to {MAX_CATEGORIES} categories")
    return [_category(one) for one in categories]


def _category(category: object) -> dict[str, Any]:
    value = category.get("value") if isinstance(category, dict) else None
    label = category.get("label") if isinstance(category, dict) else None
    if not isinstance(value, int | float) or not abs(value) <= MAX_SCORE or not isinstance(label, str | None):
        raise BadFeedback("feedback_config.categories", 'expected objects like {"value": 1, "label": "good"}')
    check_text("feedback_config.categories", label or "")
    return {"value": value, "label": label}
