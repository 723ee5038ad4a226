"""Whose a share is: told by its id to who knows the scope, and by two ids to nobody."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shared.base.ids import new_receipt
from shared.sharing.scopes import is_of, share_id_of
from tests.stores import NOON_US

SCOPES = st.uuids(version=4).map(str)


@given(SCOPES, SCOPES, SCOPES, st.integers(NOON_US, 2 * NOON_US))
def test_a_share_is_of_its_workspace_and_its_organization(ours: str, organization: str, other: str, at_us: int) -> None:
    """And of no other."""
    share = share_id_of(new_receipt(at_us), ours, organization)
    assert is_of(share, ours)
    assert is_of(share, organization)
    assert other in {ours, organization} or not is_of(share, other)


def test_two_shares_of_one_workspace_have_nothing_in_common() -> None:
    """Whoever has both links cannot tell that they are from one place."""
    workspace, organization = "5f0f2a10-0000-4000-8000-000000000001", "5f0f2a10-0000-4000-8000-0000000000aa"
    one, other = (share_id_of(new_receipt(NOON_US + at), workspace, organization) for at in range(2))
    assert not set(_tags(one)) & set(_tags(other))
    assert workspace.replace("-", "") not in one.replace("-", "")


def _tags(share_id: str) -> list[str]:
    tags = share_id.partition("-")[2]
    return [tags[:12], tags[12:]]


def test_ids_sort_as_they_were_made_and_fit_into_addresses() -> None:
    """Receipts are listed by them."""
    made = [share_id_of(new_receipt(NOON_US + at * 1_000), f"w{at}", "o") for at in range(20)]
    assert made == sorted(made)
    assert {len(one) for one in made} == {57}


def test_an_id_that_carries_nothing_is_nobodys() -> None:
    """Shares that were made before ids carried it are taken back one by one, and by no scope."""
    assert not is_of(new_receipt(NOON_US), "w")
    assert not is_of("", "")
    assert not is_of("share-one", "w")
