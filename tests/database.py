"""The tests' databases: migrated once, then copied for each worker of each run.

The template stays in the server between runs. Whoever finds none, or one of other migrations,
makes it while the others wait, so a clean machine migrates once.
"""

import os
from hashlib import sha256
from pathlib import Path

from django.apps import apps
from django.db import connection


def migrated_template():
    """The name of a database in which all migrations are applied and no row of a test is."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    name = f"{connection.settings_dict['TEST']['NAME'].removesuffix(f'_{worker}')}_template"
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            [name],
        )
        if cursor.fetchone() != (migrations(),):
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            _migrate(name)
            cursor.execute(f"COMMENT ON DATABASE \"{name}\" IS '{migrations()}'")
    return name


def migrations():
    """The digest of every migration, the libraries' too."""
    digest = sha256()
    for app in apps.get_app_configs():
        for file in sorted(Path(app.path).glob("migrations/*.py")):
            digest.update(str(file).encode() + file.read_bytes())
    return digest.hexdigest()


def _migrate(name):
    names = connection.settings_dict["TEST"]
    real, test = connection.settings_dict["NAME"], names["NAME"]
    names["NAME"] = name
    connection.creation.create_test_db(verbosity=0, serialize=False)
    connection.creation.destroy_test_db(real, verbosity=0, keepdb=True)
    names["NAME"] = test
