"""How a model is asked within a trace: in its own SDK's words, as fast as it is, streamed or not."""

from __future__ import annotations

import random
from typing import Any

from infra.local.samples.chat import Message, Model, Prompt, tokens_of
from infra.local.samples.rhythm import Weather
from infra.local.samples.timeline import Step

_RATE_LIMIT = (
    "RateLimitError: Error code: 429 - {{'error': {{'type': 'rate_limit_exceeded', 'message': 'Rate limit reached for "
    "{model} on tokens per min (TPM): limit 400000, used 399214, requested {asked}. Please try again in 1.2s.'}}}}\n\n"
    "Traceback (most recent call last):\n"
    '  File "/srv/shop/agents/model.py", line 57, in complete\n'
    "    answer = await self._client.chat.completions.create(**request)\n"
    '  File "/srv/shop/.venv/lib/python3.12/site-packages/openai/_base_client.py", line 1594, in request\n'
    "    raise self._make_status_error_from_response(err.response) from None\n"
    "openai.RateLimitError: Error code: 429\n"
)


def ask(step: Step, model: Model, prompt: Prompt, reply: Message, weather: Weather, chance: random.Random) -> None:
    """One call of a model below this step; an answer in words is streamed."""
    tokens = tokens_of(prompt, reply, model.reasoning)
    run = _begin(step, model, prompt)
    first_s = model.first_token_s * weather.slowness * chance.uniform(0.7, 1.8)
    each_s = weather.slowness * chance.uniform(0.8, 1.4) / model.tokens_a_s
    words = [f"{word} " for word in reply.text.split(" ")] if reply.text and not reply.calls else []
    run.streams(words, first_s, each_s * tokens.completion / max(1, len(words)))
    run.end(model.dialect.outputs(model.name, reply, tokens), seconds=0 if words else each_s * tokens.completion)
    step.now = run.now


def refused(step: Step, model: Model, prompt: Prompt, after_s: float) -> str:
    """The error of a call that the provider refuses, because there were too many."""
    asked = tokens_of(prompt, Message("assistant", "")).prompt
    error = _RATE_LIMIT.format(model=model.name, asked=asked)
    run = _begin(step, model, prompt)
    run.end(error=error, seconds=after_s)
    step.now = run.now
    return error


def _begin(step: Step, model: Model, prompt: Prompt) -> Step:
    invocation: dict[str, Any] = {"model": model.name, "temperature": 0.2, "stream": True}
    extra = {"metadata": model.metadata, "invocation_params": invocation}
    return step.child(model.dialect.run_name, "llm", model.dialect.inputs(model.name, prompt), extra=extra)
