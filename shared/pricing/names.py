"""What a model may be called in a price list, out of what a run calls it.

openai/gpt-4o-2024-08-06                        gpt-4o-2024-08-06, gpt-4o
us.anthropic.claude-sonnet-4-20250514-v1:0      …, claude-sonnet-4-20250514, claude-sonnet-4
ft:gpt-4o-mini-2024-07-18:org::id               ft:gpt-4o-mini-2024-07-18, ft:gpt-4o-mini
"""

from __future__ import annotations

import re

MAX_NAME_CHARS = 200

_HOST = re.compile(r"[a-z_]+:(?=[a-z])")
_REGION = re.compile(r"(?:us|eu|apac|ap|jp|au|ca|sa|global|us-gov)\.(?=[a-z0-9]+\.)")
_RESOLD = re.compile(r"(?:anthropic|amazon)\.")
"""On Bedrock these cost what their maker asks. Other makers' names keep their prefix there, and their own price."""
_AZURE_TUNED = re.compile(r"(.+)\.ft-.*")
_SUFFIX = re.compile(
    r"(?::\d+k?|-v\d+|-latest|-preview|-exp"
    r"|[-@](?:\d{4}-\d{2}-\d{2}|\d{2}-\d{4}|\d{2}-\d{2}|\d{8}|\d{4}|\d{3}))$"
)
_MAX_SUFFIXES = 5


def hosts_of(model: str) -> tuple[str, ...]:
    """Who serves the model, where its name says so: `groq/llama-3`, `ollama:phi`."""
    *hosts, name = model[:MAX_NAME_CHARS].lower().split("/")
    host = _HOST.match(name)
    return (*hosts, host.group()[:-1]) if host else tuple(hosts)


def names_of(model: str) -> list[str]:
    """The names to look up, the most exact first: each next one lost a version, a date or the like."""
    name = model[:MAX_NAME_CHARS].strip().lower().rsplit("/", 1)[-1]
    names = [_without_host(name)]
    for _ in range(_MAX_SUFFIXES):
        shorter = _SUFFIX.sub("", names[-1])
        if shorter == names[-1]:
            break
        names.append(shorter)
    return names


def _without_host(name: str) -> str:
    if name.startswith("ft:"):
        return ":".join(name.split(":", 2)[:2])
    tuned = _AZURE_TUNED.fullmatch(name)
    if tuned:
        return f"ft:{tuned.group(1)}"
    for prefix in (_HOST, _REGION, _RESOLD):
        name = prefix.sub("", name, count=1) if prefix.match(name) else name
    return name
