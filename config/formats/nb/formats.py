"""How a time is written in bokmål: Django's own format lacks the word before the clock."""

DATETIME_FORMAT = r"j. F Y \k\l. H:i"
