"""What the reverse proxy is told that it may keep: nothing but what says so here.

Browsers and other caches are told by Cache-Control. This is for the proxy that stands before the
app server, which does not pass it on.
"""

HEADER = "X-Accel-Expires"


def page_may_be_kept(page, *, asked_at):
    """Until the second nearest to when it was asked for is over: half a second, or one and a
    half."""
    page.headers[HEADER] = f"@{round(asked_at)}"


def static_file_may_be_kept(headers, _path, _url):
    headers[HEADER] = "60"
