"""The tree against the definition in RFC 6962, section 2.1, written out as it stands there."""

import hashlib

import pytest

from archive import merkle
from archive.standalone import verifiser

HASHES = [hashlib.sha256(bytes([number])).digest() for number in range(40)]


def tree_hash(leaves):
    """MTH of RFC 6962."""
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    both = tree_hash(leaves[:split]) + tree_hash(leaves[split:])
    return hashlib.sha256(b"\x01" + both).digest()


@pytest.mark.parametrize("size", range(1, 41))
def test_root_is_that_of_the_standard(size):
    assert merkle.root(iter(HASHES[:size])) == tree_hash(HASHES[:size])


@pytest.mark.parametrize("size", range(1, 41))
def test_path_of_every_leaf_leads_to_the_root(size):
    root = tree_hash(HASHES[:size]).hex()

    for index in range(size):
        path = [node.hex() for node in merkle.path(index, HASHES[:size])]
        leaf = HASHES[index].hex()
        assert verifiser.root_of(leaf, index, size, path) == root
        for elsewhere in {index - 1, index + 1} & set(range(size)):
            assert verifiser.root_of(leaf, elsewhere, size, path) != root


def test_tree_has_at_least_one_leaf():
    with pytest.raises(ValueError, match="at least one"):
        merkle.root([])
