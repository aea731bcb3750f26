"""Where what may be lost is kept: in Redis, or in each process' own memory."""

LOCAL = "django.core.cache.backends.locmem.LocMemCache"


def of(redis_url):
    """Django's caches: `default`, and `pages` for public pages (accounts/public_pages.py).

    Without Redis `default` is in memory too: what counts attempts per address has no place in
    the database. `pages` always is, since Redis writes to disk, where a text would lie on after
    it was withheld.
    """
    return {
        "default": _redis(redis_url) if redis_url else {"BACKEND": LOCAL},
        "pages": {
            "BACKEND": LOCAL,
            "LOCATION": "pages",
            "TIMEOUT": 60,  # seconds
            "OPTIONS": {"MAX_ENTRIES": 500},
        },
    }


def _redis(url):
    return {
        "BACKEND": "config.cache.ForgivingRedisCache",
        "LOCATION": url,
        "OPTIONS": {
            "IGNORE_EXCEPTIONS": True,  # a cache that is gone is a cache miss
            "SOCKET_CONNECT_TIMEOUT": 1,
            "SOCKET_TIMEOUT": 1,
        },
    }
