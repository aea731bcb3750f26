"""The tree over a day's entries, hashed as RFC 6962, section 2.1, says.

A leaf is SHA-256(0x00 ‖ the entry's hash), a node SHA-256(0x01 ‖ left ‖ right), and the left
part of a tree holds the largest power of two of its leaves that leaves some for the right.
So a path of some twenty hashes proves that one entry is among a million.
"""

import hashlib


def root(hashes):
    """The root over entries' hashes, as they come: it remembers a node for each level only.
    Raises ValueError where there are none."""
    whole = []  # (leaves, node) of the full trees so far, each larger than the next
    for each in hashes:
        leaves, node = 1, leaf(each)
        while whole and whole[-1][0] == leaves:
            _same, left = whole.pop()
            leaves, node = 2 * leaves, inner(left, node)
        whole.append((leaves, node))
    if not whole:
        raise ValueError("A tree has at least one leaf.")
    _leaves, node = whole.pop()
    while whole:
        _leaves, left = whole.pop()
        node = inner(left, node)
    return node


def path(index, hashes):
    """The nodes beside the way from leaf `index` up to the root, nearest first (PATH, 2.1.1)."""
    level, found = [leaf(each) for each in hashes], []
    while len(level) > 1:
        if index ^ 1 < len(level):
            found.append(level[index ^ 1])
        pairs = zip(level[::2], level[1::2], strict=False)
        odd = level[-1:] if len(level) % 2 else []
        level = [*(inner(left, right) for left, right in pairs), *odd]
        index //= 2
    return found


def leaf(hash_of_entry):
    return hashlib.sha256(b"\x00" + bytes(hash_of_entry)).digest()


def inner(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()
