"""Asks the app server of this container for its health page; exits non-zero when it is ill."""

import os
from urllib.request import Request, urlopen

ADDRESS = os.environ.get("HEALTH_ADDRESS", "http://127.0.0.1:8000/helse/")
HOST = os.environ.get("ALLOWED_HOSTS", "127.0.0.1").split(",")[0].strip()

if __name__ == "__main__":
    with urlopen(Request(ADDRESS, headers={"Host": HOST}), timeout=4):  # noqa: S310
        pass
