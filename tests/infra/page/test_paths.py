"""Each path of the one domain is the page's or the API's."""

from __future__ import annotations

import pytest

from infra.page.paths import is_api, is_file, is_view
from shared.wire.app_paths import project_path


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v1/sessions", "/otel/v1/traces", "/public/x/run", "/s/x/1"])
def test_what_clients_call_is_the_apis(path: str) -> None:
    """And no view."""
    assert is_api(path)
    assert not is_view(path)


@pytest.mark.parametrize("path", ["/", "/o", "/o/w/projects/p/x/r/y", "/projects", "/sign-in", "/settings/keys"])
def test_views_are_the_pages(path: str) -> None:
    """For whoever asks."""
    assert is_view(path)
    assert not is_api(path)
    assert not is_file(path)


@pytest.mark.parametrize("path", ["/runs/query", "/sessions", "/info", "/apis", "/ok", "/nonsense"])
def test_other_paths_are_nobodys_by_name(path: str) -> None:
    """The laptop's API answers them, unless a browser goes there."""
    assert not is_api(path)
    assert not is_view(path)


def test_links_of_the_sdks_lead_to_views() -> None:
    """What a client prints opens the page."""
    assert is_view(project_path("w", "p"))


@pytest.mark.parametrize("path", ["/assets/1/main.js", "/favicon.ico", "/robots.txt"])
def test_files_are_named(path: str) -> None:
    """They are never answered with the document."""
    assert is_file(path)
