"""Pages whose address is a secret: who has the link may read, and nobody else learns it."""


def secret_page(page):
    """Send a page in such a way that its address stays a secret. `no-referrer` would say
    even less, but then the forms would say that they come from nowhere, and be refused."""
    page.headers["X-Robots-Tag"] = "noindex, nofollow"
    page.headers["Referrer-Policy"] = "strict-origin"
    return page
