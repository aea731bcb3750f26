"""What the README says of settings, commands and log-ins is what there is."""

import re
from pathlib import Path

from django.core.management import get_commands

from scenarios.people import PASSWORD, logins
from scenarios.register import SCENARIOS

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
READS = re.compile(
    r"environment\.(?:text|flag|number|words|folder|providers|signing_keys)\(\s*\"([A-Z0-9_]+)\""
)


def test_readme_lists_every_setting_that_is_read():
    read = {
        name for path in (ROOT / "config").glob("*.py") for name in READS.findall(path.read_text())
    }
    table = README[README.index("## Settings") : README.index("### Log-in by ID-porten")]

    listed = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", table))

    assert len(read) > 15
    assert read - listed == set()
    assert listed - read == set()


def test_readme_lists_our_commands():
    table = README[README.index("## Commands") : README.index("## Settings")]
    listed = set(re.findall(r"^\| `(\w+)", table, re.MULTILINE))

    assert listed <= set(get_commands())
    assert {"load_scenario", "check_integrity", "export_extraction"} <= listed


def test_readme_lists_the_log_ins_of_the_demo():
    plan = SCENARIOS["fremtidens-helsetjeneste"]()

    emails = {email for _role, email, _password in logins(plan)}

    assert PASSWORD in README
    assert emails == set(re.findall(r"`([\w.]+@demo\.example)`", README))
