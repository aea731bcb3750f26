"""The lock files hold versions and hashes, and no address that a mirror could not stand for."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from config import embedded

ROOT = Path(embedded.__file__).parent.parent
FUNDING = r'"url": "https?://[^"]+"'  # where npm says that a package asks for money
LOCKS = ["requirements/base.txt", "requirements/dev.txt", "package-lock.json"]


def normalised(requirement):
    return re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def locked(path):
    """Each requirement of a lock file with the lines that belong to it."""
    text = (ROOT / path).read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    return {normalised(line): line for line in lines}


@pytest.mark.parametrize("path", LOCKS)
def test_lock_holds_no_address(path):
    text = (ROOT / path).read_text()

    assert "://" not in re.sub(FUNDING, "", text)


@pytest.mark.parametrize("path", ["requirements/base.txt", "requirements/dev.txt"])
def test_each_requirement_has_one_version_and_hashes(path):
    requirements = locked(path)

    assert len(requirements) > 20
    for name, line in requirements.items():
        assert re.match(r"[\w.-]+(\[[\w, -]+\])?==[^ ]+ ", line), name
        assert "--hash=sha256:" in line, name


def test_each_npm_package_has_a_version_and_an_integrity():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]

    for name, package in packages.items():
        if name:
            assert package["version"]
            assert package["integrity"].startswith("sha512-")
            assert "resolved" not in package


def test_everything_declared_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    declared = project["project"]["dependencies"]

    assert {normalised(name) for name in declared} <= locked("requirements/base.txt").keys()
    declared = [*declared, *project["dependency-groups"]["dev"]]
    assert {normalised(name) for name in declared} <= locked("requirements/dev.txt").keys()


def test_development_has_the_versions_of_production():
    development = locked("requirements/dev.txt")

    for name, line in locked("requirements/base.txt").items():
        assert development[name].split()[0] == line.split()[0]
