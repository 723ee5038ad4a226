"""The models that the samples call: of each provider one or two, with the SDK that an application would use."""

from __future__ import annotations

from infra.local.samples.chat import Model
from infra.local.samples.dialects.anthropic import ANTHROPIC
from infra.local.samples.dialects.langchain import LANGCHAIN
from infra.local.samples.dialects.openai import OPENAI

GPT = Model("openai", "gpt-4.1-mini", OPENAI, first_token_s=0.42, tokens_a_s=95)
GPT_THINKING = Model("openai", "gpt-5-mini", OPENAI, first_token_s=2.6, tokens_a_s=110, reasoning=384)
CLAUDE = Model("anthropic", "claude-sonnet-4-5", ANTHROPIC, first_token_s=0.9, tokens_a_s=62)
CLAUDE_SMALL = Model("anthropic", "claude-haiku-4-5", ANTHROPIC, first_token_s=0.48, tokens_a_s=130)
GEMINI = Model("google", "gemini-2.5-flash", LANGCHAIN, first_token_s=0.35, tokens_a_s=170)

TALKING = (GPT, CLAUDE, GEMINI)
EMBEDDING = {"ls_provider": "openai", "ls_model_name": "text-embedding-3-small", "ls_model_type": "embedding"}
