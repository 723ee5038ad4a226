"""Where the samples go, and what is said when they can't."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.local.demo import NoKey, api_key, endpoint, main
from infra.local.listen import listen, port_of


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [
        ({}, "http://localhost:1984/api/v1"),
        ({"PORT": "8080"}, "http://localhost:8080/api/v1"),
        ({"LANGSMITH_ENDPOINT": "https://a/api/v1", "PORT": "8080"}, "https://a/api/v1"),
        ({"ENDPOINT": "https://b/api/v1", "LANGSMITH_ENDPOINT": "https://a/api/v1"}, "https://b/api/v1"),
    ],
)
def test_the_nearest_said_address_is_taken(environ: dict[str, str], wanted: str) -> None:
    """What is said for the demo wins over what applications use, and both over the laptop's own address."""
    assert endpoint(environ) == wanted


def test_the_key_is_the_one_said_or_the_one_kept(tmp_path: Path) -> None:
    """A key in the environment wins; else the running server's folder has one."""
    (tmp_path / "api-key").write_text("lsv2_pt_kept\n")
    assert api_key({"DATA": str(tmp_path)}) == "lsv2_pt_kept"
    assert api_key({"DATA": str(tmp_path), "LANGSMITH_API_KEY": "lsv2_pt_said"}) == "lsv2_pt_said"
    assert api_key({"API_KEY": "lsv2_pt_mine", "LANGSMITH_API_KEY": "lsv2_pt_said"}) == "lsv2_pt_mine"


def test_without_a_key_it_says_where_one_comes_from(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No server has run in the folder: the message names the file and what to do."""
    with pytest.raises(NoKey, match=r"api-key.*make run"):
        api_key({"DATA": str(tmp_path)})
    assert main({"DATA": str(tmp_path)}) == 1
    assert "make run" in capsys.readouterr().err


def test_where_nothing_listens_it_says_so_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """An address without a server is told at once, and nothing is sent."""
    (socket, *others) = listen(0)
    address = f"http://127.0.0.1:{port_of([socket])}/api/v1"
    for one in (socket, *others):
        one.close()
    assert main({"ENDPOINT": address, "API_KEY": "lsv2_pt_any"}) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert address in said
