"""What the record may hold of a text: the characters that XML 1.0 has room for.

Others are what a keyboard does not write; they are replaced before anything is hashed, so that
the extraction says what the chain covers (docs/archive-rules.md).
"""

import re

NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def legal(text):
    """The text, with the sign for "not a character" in the place of what XML has no room for."""
    return NOT_XML.sub("\ufffd", text)
