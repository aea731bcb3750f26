"""What the README says of settings, commands and log-ins is what there is."""

import re
from pathlib import Path

import yaml
from django.core.management import get_commands

from scenarios.people import PASSWORD, logins
from scenarios.register import SCENARIOS

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
READS = re.compile(
    r"environment\.(?:text|flag|number|one_of|words|folder|providers|signing_keys)\(\s*\"([A-Z0-9_]+)\""
)


def settings_read():
    """The names that config/ reads from the environment."""
    return {
        name for path in (ROOT / "config").glob("*.py") for name in READS.findall(path.read_text())
    }


def test_readme_lists_every_setting_that_is_read():
    read = settings_read()
    table = README[README.index("## Settings") : README.index("### Log-in by ID-porten")]

    listed = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", table))

    assert len(read) > 15
    assert read - listed == set()
    assert listed - read == set()


def test_compose_passes_on_every_setting_but_those_that_the_containers_fix():
    fixed = {"DEBUG", "TEST_DATABASE", "CELERY_TASK_ALWAYS_EAGER", "MEDIA_ROOT", "EXTRACTIONS_DIR"}
    passed = set(yaml.safe_load((ROOT / "docker-compose.yml").read_text())["x-app"]["environment"])

    assert settings_read() - passed == fixed


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
