"""Prints and stores pages in threads beside the one that decides: the printer works outside
Python's lock, and waits for the disk. The threads live on, since a new one begins cold.

What one knows will soon be asked for can be begun before. It is found again by the page
itself, so what has changed meanwhile is simply printed as it now is.
"""

from concurrent.futures import ThreadPoolExecutor

from archive.files import store_file
from archive.pdf import render_pdf

MOST_AHEAD = 1_000  # pages that nobody has asked for yet; then the oldest are forgotten

_threads = ThreadPoolExecutor(2, thread_name_prefix="printer")
_ahead = {}  # page → its future StoredFile


def print_ahead(pages):
    """Begin to print these. A file that is never asked for is one that no row names, and is
    deleted as such."""
    for page in pages:
        if page not in _ahead:
            _ahead[page] = _threads.submit(_print, page)
    while len(_ahead) > MOST_AHEAD:
        _ahead.pop(next(iter(_ahead))).cancel()


def printed(page):
    """A future of the page's StoredFile, for one who asks: begun before, or begun now. Its
    result raises DocumentNotRendered or OSError; who asks again, has it tried again."""
    return _ahead.pop(page, None) or _threads.submit(_print, page)


def _print(page):
    return store_file(render_pdf(page), "pdf")
