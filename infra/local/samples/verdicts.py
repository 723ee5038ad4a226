"""What people and an evaluator say of the answers: better of the second prompt than of the first."""

from __future__ import annotations

import random

from langsmith.schemas import FeedbackSourceType

from infra.local.samples.timeline import Step, Timeline

_PRAISE = (
    "Quick and clear.",
    "Exactly what I needed 👍",
    "Merci, très efficace !",
    "Answered in one go, no back and forth.",
)
_BLAME = (
    "Far too long, the answer was hidden in the middle.",
    "It repeats my question back at me.",
    "I still do not know when it arrives.",
    "Zu viele Floskeln, zu wenig Antwort.",
)
_OF_A_FAILURE = ("Nobody answered me at all.", "I got an error page.", "Tried three times, gave up.")
_MOODS = ("delighted", "content", "annoyed")
_MOOD_CONFIG = {
    "type": "categorical",
    "categories": [{"value": number, "label": mood} for number, mood in enumerate(_MOODS)],
}
_SHARE_OF_PEOPLE, _SHARE_OF_EVALUATIONS = 0.3, 0.45
_LIKED = {"v1": 0.55, "v2": 0.88}
_HELPFUL = {"v1": 0.62, "v2": 0.86}


def judge_turn(timeline: Timeline, root: Step, chance: random.Random, version: str, better: str) -> None:
    """Feedback on a turn that ended: of some customers a thumb, of an evaluator a score.

    Who did not like an answer says what would have been better.
    """
    has_failed = bool(root.tree.error)
    if chance.random() < _SHARE_OF_PEOPLE:
        is_up = not has_failed and chance.random() < _LIKED[version]
        comment = chance.choice(_PRAISE if is_up else _OF_A_FAILURE if has_failed else _BLAME)
        _thumb(timeline, root, comment, mood=chance.randint(0, 1) if is_up else len(_MOODS) - 1)
        if not is_up and not has_failed:
            wish = "What I would have liked to read."
            timeline.judge(root, "rewritten", comment=wish, correction={"answer": better})
    if not has_failed and chance.random() < _SHARE_OF_EVALUATIONS:
        score = min(1.0, max(0.0, chance.gauss(_HELPFUL[version], 0.12)))
        judged_by_model(timeline, root, "helpfulness", score, "Judged against the shop's style guide, in five points.")


def _thumb(timeline: Timeline, root: Step, comment: str, mood: int) -> None:
    is_up = mood < len(_MOODS) - 1
    timeline.judge(root, "thumbs", float(is_up), comment=comment, source_info={"page": "help"})
    timeline.judge(root, "mood", mood, value=_MOODS[mood], feedback_config=_MOOD_CONFIG)


def judged_by_model(timeline: Timeline, step: Step, key: str, score: float, why: str) -> None:
    """A score between 0 and 1 that a model gave, and why."""
    by = {"feedback_source_type": FeedbackSourceType.MODEL, "source_info": {"judge": "gpt-5-mini"}}
    timeline.judge(step, key, round(score, 2), comment=why, **by)
