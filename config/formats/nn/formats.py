"""How a time is written in nynorsk: as in bokmål."""

DATETIME_FORMAT = r"j. F Y \k\l. H:i"
