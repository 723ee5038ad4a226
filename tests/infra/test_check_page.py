"""What is wrong with a page that was deployed stops the check, with what was read."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.check_page import check_page
from infra.check_steps import CheckFailed
from infra.local.answer import Answer, plain
from infra.local.http_event import Request
from infra.local.page import LocalPage
from tests.infra.local.serving import serving
from tests.infra.page_sources import written


class _Spoiled:
    """The laptop's page, with something done to some of its answers."""

    def __init__(self, page: LocalPage, part: str, spoil: dict[str, str]) -> None:
        self._page, self._part, self._spoil = page, part, spoil

    async def __call__(self, request: Request) -> Answer | None:
        """The answer; a header of it replaced, or all of it, where the path has the part."""
        answer = await self._page(request)
        if answer is None or self._part not in request.path:
            return answer
        if "status" in self._spoil:
            return plain(int(self._spoil["status"]), "text/plain", b"spoiled")
        kept = [(name, self._spoil.get(name.decode(), value.decode()).encode()) for name, value in answer.headers]
        return answer._replace(headers=kept)


@pytest.fixture
def page(tmp_path: Path) -> LocalPage:
    """A page that is in order."""
    return LocalPage(written(tmp_path / "web"))


def test_a_page_in_order_passes(page: LocalPage, capsys: pytest.CaptureFixture[str]) -> None:
    """As the laptop serves it, so must CloudFront; how much was looked at is said."""
    with serving(page=page) as url:
        check_page(url)
    assert "files named by the document" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("part", "spoil", "said"),
    [
        ("/o/", {"status": "200"}, "a view is not the document"),
        ("/o/", {"content-security-policy": "default-src *"}, "has not its policy"),
        ("/main.js", {"cache-control": "no-cache"}, "kept by 'no-cache'"),
        ("/main.js", {"status": "500"}, "answered 500"),
        ("/assets/0/", {"status": "200"}, "though it is not there"),
    ],
)
def test_what_is_wrong_stops_the_check(page: LocalPage, part: str, spoil: dict[str, str], said: str) -> None:
    """Another text at a view, no policy, files that are asked for each time or gone, and files that are not there."""
    with serving(page=_Spoiled(page, part, spoil)) as url, pytest.raises(CheckFailed, match=said):
        check_page(url)
