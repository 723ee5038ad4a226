"""What the documentation says is what the code does."""

from __future__ import annotations

from infra.data_model import PAGE, page


def test_the_data_model_page_is_in_step_with_the_keys() -> None:
    """Whoever changes a key runs `make docs`."""
    assert PAGE.read_text(encoding="utf-8") == page()
