"""Takes out of what people write the characters that are not seen, but turn or hide what is.

U+202E makes "gpj.exe" of "exe.jpg", and everything after it on the line. What is archived keeps
every character; a name, which stands in titles and subject lines, and what everybody reads do
without these. Marks that Arabic, Hebrew, Persian and composed emoji need are left.
"""

import re

UNSEEN = re.compile(
    "["
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters, but for tabs and line ends
    "\u202a-\u202e\u2066-\u2069"  # the direction of the text that follows
    "\u180e\u200b\u2060-\u2064\ufeff"  # no width
    "\u206a-\u206f\ufff9-\ufffb\U000e0000-\U000e007f"  # deprecated, notes and tags
    "]"
)


def without_unseen(text):
    return UNSEEN.sub("", text)
