"""The pause of the garbage collector."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from shared.base.garbage import CollectionPause


@pytest.fixture(autouse=True)
def collector_on() -> Iterator[None]:
    """Each test begins and ends with the collector on."""
    gc.enable()
    yield
    gc.enable()


def test_it_ends_with_the_last_block() -> None:
    """Blocks that overlap, as those of threads do, are one pause."""
    paused = CollectionPause()
    first, second = paused(), paused()
    first.__enter__()
    second.__enter__()
    assert not gc.isenabled()
    first.__exit__(None, None, None)
    assert not gc.isenabled()
    second.__exit__(None, None, None)
    assert gc.isenabled()


def test_it_ends_with_an_exception() -> None:
    """A block that fails does not leave the collector off."""
    with pytest.raises(ZeroDivisionError), CollectionPause()():
        raise ZeroDivisionError
    assert gc.isenabled()


def test_it_leaves_a_collector_that_was_off() -> None:
    """Whoever turned it off before has a reason to."""
    gc.disable()
    with CollectionPause()():
        pass
    assert not gc.isenabled()


def test_it_pauses_only_when_it_should() -> None:
    """Small work is not worth a pause."""
    with CollectionPause()(when=False):
        assert gc.isenabled()
