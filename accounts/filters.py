"""How a list is narrowed by what stands in its address, so that it can be shared: what is
chosen stands as chips that lead back."""

from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True)
class Chip:
    """Something chosen: what it is, and the address without it."""

    label: str
    url: str


def query(chosen, **more):
    """The end of an address: `?emne=health&etter=…`; `?` where nothing is asked for."""
    return "?" + urlencode({name: value for name, value in (chosen | more).items() if value})


def without(chosen, *names):
    return {name: value for name, value in chosen.items() if name not in names}
