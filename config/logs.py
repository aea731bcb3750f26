"""What no log may hold: the secrets that stand in addresses."""

import logging
import re

SECRET = re.compile(
    r"[\w:-]{40,}"
)  # tokens and signed links; no other part of an address is as long


class WithoutSecrets(logging.Filter):
    """Puts “…” where a log line would hold a secret: Django writes the address of whatever
    was refused or failed."""

    def filter(self, record):
        record.msg, record.args = SECRET.sub("…", record.getMessage()), None
        return True
