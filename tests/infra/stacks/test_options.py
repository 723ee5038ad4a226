"""The owner's choices are read from the context, refused when they make no sense, and written down."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from infra.stacks.options import OptionInvalid, Options
from infra.topology import ROOMS

ROOT = Path(__file__).parents[3]
NAMES = [field.name for field in dataclasses.fields(Options)]


@dataclasses.dataclass(frozen=True)
class FakeNode:
    """A construct's node with this context."""

    context: dict[str, Any]

    def try_get_context(self, key: str) -> Any:  # noqa: ANN401 as the real one
        """The value, or None."""
        return self.context.get(key)


def _options(**context: object) -> Options:
    return Options.from_context(FakeNode(context))


def test_nothing_said_is_the_default() -> None:
    """An empty context gives 14 and 400 days, and no limit."""
    options = _options()
    assert options == Options()
    assert (options.base_days, options.extended_days, options.concurrency_by_room()) == (14, 400, {})


def test_text_of_the_command_line_becomes_numbers() -> None:
    """`cdk deploy -c base_days=7` arrives as text."""
    assert _options(base_days="7", log_days="365", stack_name="ours") == Options("ours", base_days=7, log_days=365)


@pytest.mark.parametrize(
    ("context", "said"),
    [
        ({"base_days": "fourteen"}, "base_days='fourteen' is not a valid int"),
        ({"base_days": 500}, "base_days=500 must be between 1 and extended_days=400"),
        ({"base_days": 0}, "base_days=0"),
        ({"log_days": 31}, "log_days=31 is not one of"),
        ({"price_class": "PRICE_CLASS_1"}, "price_class=PRICE_CLASS_1 is not one of"),
        ({"domain_name": "traces.example.com"}, "domain_name and certificate_arn go together"),
        ({"certificate_arn": "arn:aws:acm:us-east-1:1:certificate/1"}, "domain_name and certificate_arn go together"),
        ({"reserved_concurrency": "receive=many"}, "reserved_concurrency of receive='many'"),
        ({"reserved_concurrency": "receive"}, "reserved_concurrency of receive=''"),
    ],
)
def test_what_cannot_work_is_refused_at_synth(context: dict[str, Any], said: str) -> None:
    """The message names the option, its value and what would do."""
    with pytest.raises(OptionInvalid) as refused:
        _options(**context)
    assert said in str(refused.value)


def test_concurrency_is_read_by_room() -> None:
    """Spaces and a trailing comma are no error."""
    assert Options(reserved_concurrency="receive=50, record=20,").concurrency_by_room() == {"receive": 50, "record": 20}


def test_cdk_json_shows_every_option_at_its_default() -> None:
    """Whoever opens cdk.json sees all there is to choose, and changes nothing by leaving it alone."""
    context = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    assert context == dataclasses.asdict(Options())


@pytest.mark.parametrize("name", NAMES)
def test_each_option_is_documented_with_its_default(name: str) -> None:
    """docs/settings.md has a row for it, and the row says the default."""
    default = getattr(Options(), name)
    assert f"| `{name}` | `{default}` |" in _settings_page()


def test_each_setting_of_a_room_is_documented() -> None:
    """docs/settings.md names every variable that a room reads."""
    fields = {field.name for room in ROOMS for field in dataclasses.fields(room.settings)}
    page = _settings_page()
    assert {name for name in fields if f"`TRACEKEEP_{name.upper()}`" not in page} == set()


def _settings_page() -> str:
    return (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
