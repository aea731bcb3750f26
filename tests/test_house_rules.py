"""What the house can check of itself."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.urls import URLPattern, get_resolver

import archive.actions
import casework.actions
import consultations.actions
import moderation.actions
from config.access import ACCESS, LIBRARY_PREFIXES, allowed_to

ROOT = Path(__file__).resolve().parent.parent
APPS = ("accounts", "archive", "consultations", "casework", "moderation")
SOURCES = [
    path
    for app in (*APPS, "config", "scenarios")
    for path in (ROOT / app).rglob("*.py")
    if "migrations" not in path.parts
]
OWN_MODELS = [model for app in APPS for model in apps.get_app_config(app).get_models()]
TREES = {path: ast.parse(path.read_text()) for path in SOURCES}


def is_copy(model):
    """True for the tables in which simple-history keeps what was."""
    return model.__name__.startswith("Historical")


def place(path, node):
    return f"{path.relative_to(ROOT)}:{node.lineno}"


def calls(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def test_imports_point_one_way():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


def test_only_lifecycle_writes_status():
    axes = {"status", "publication"}
    written = [
        place(path, node)
        for path, tree in TREES.items()
        if path.parts[len(ROOT.parts)] in {"consultations", "casework", "moderation"}
        for node in ast.walk(tree)
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Store)
            and node.attr in axes
        )
        or (
            isinstance(node, ast.Call)
            and getattr(node.func, "attr", "") in {"update", "create", "get_or_create"}
            and axes & {keyword.arg for keyword in node.keywords}
        )
    ]

    assert written == []


def sets_attribute(node, names):
    is_set = isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    return is_set and node.attr in names


def passes_value(node, names):
    is_write = isinstance(node, ast.Call) and getattr(node.func, "attr", "") in {
        "update",
        "create",
        "get_or_create",
    }
    return is_write and bool(names & {keyword.arg for keyword in node.keywords})


def test_rows_with_history_are_changed_one_by_one():
    historic = {model.__name__ for model in OWN_MODELS if hasattr(model, "history")}
    changed = [
        place(path, call)
        for path, tree in TREES.items()
        for call in calls(tree)
        if getattr(call.func, "attr", "") in {"update", "bulk_create", "bulk_update"}
        and root_name(call.func) in historic
    ]

    assert len(historic) >= 8
    assert changed == []


def root_name(node):
    while isinstance(node, ast.Attribute | ast.Call):
        node = node.value if isinstance(node, ast.Attribute) else node.func
    return getattr(node, "id", "")


@pytest.mark.parametrize("model", OWN_MODELS, ids=lambda model: model._meta.label)
def test_who_never_stands_without_when(model):
    names = {field.name for field in model._meta.get_fields()}
    lonely = [
        name
        for name in names
        if name.endswith("_by")
        and name != "answered_by"  # not a person: the entry that answers
        and not {f"{name[:-3]}_at", f"{name[:-3]}_on"} & names
    ]

    assert lonely == []


PERSONAL_NAMES = {"email", "nickname", "contact_person", "redacted_text", "body"}
PUBLIC_ON_PURPOSE = {"Authority", "Organisation", "Consultation", "Theme"}


@pytest.mark.parametrize(
    "model",
    [
        model
        for model in OWN_MODELS
        if model.__name__ not in PUBLIC_ON_PURPOSE and not is_copy(model)
    ],
    ids=lambda model: model._meta.label,
)
def test_every_personal_field_is_listed_as_personal(model):
    names = {field.name for field in model._meta.concrete_fields}
    listed = set(getattr(model, "PERSONAL_FIELDS", ()))

    personal = {
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, models.EmailField) or field.name in PERSONAL_NAMES
    }

    assert personal <= listed
    assert listed <= names


def url_names(patterns, namespace=""):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", pattern
        else:
            deeper = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from url_names(pattern.url_patterns, namespace + deeper)


def test_every_url_is_in_the_permission_table():
    names = {name for name, _pattern in url_names(get_resolver().url_patterns)}

    assert {name for name in names if allowed_to(name) is None} == set()
    assert set(ACCESS) - names == set()


def test_every_view_says_which_methods_it_takes():
    open_views = [
        name
        for name, pattern in url_names(get_resolver().url_patterns)
        if not name.startswith(LIBRARY_PREFIXES) and not says_methods(pattern.callback)
    ]

    assert open_views == []


def says_methods(view):
    source = Path(sys.modules[view.__module__].__file__)
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.FunctionDef) and node.name == view.__name__:
            return "require_" in "".join(map(ast.unparse, node.decorator_list))
    return False


@pytest.mark.parametrize(
    "module", [archive.actions, consultations.actions, casework.actions, moderation.actions]
)
def test_every_action_is_one_transaction(module):
    names = getattr(module, "__all__", None) or [
        name
        for name, thing in vars(module).items()
        if getattr(thing, "__module__", "") == module.__name__ and not name.startswith("_")
    ]
    functions = [thing for name in names if callable(thing := getattr(module, name))]
    # One statement each, or none; counters are changed by the actions that they count.
    helpers = {"count", "count_all", "count_accepted", "raise_public_version"}
    helpers |= {"current_entry", "current_entries"}
    open_ended = [
        function.__name__
        for function in functions
        if not isinstance(function, type)
        and function.__name__ not in helpers
        and not hasattr(function, "__wrapped__")
    ]

    assert functions
    assert open_ended == []


def test_only_actions_open_transactions():
    allowed = {"rules.py", "moment.py"}  # @action itself, and the one look that verifying takes
    found = [
        place(path, node)
        for path, tree in TREES.items()
        if not allowed & set(path.relative_to(ROOT).parts)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr == "atomic"
        and getattr(node.value, "id", "") == "transaction"
    ]

    assert found == []


def test_no_import_stands_inside_a_function():
    inside = [
        place(path, node)
        for path, tree in TREES.items()
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert inside == []


def test_no_text_to_translate_stands_inside_an_f_string():
    """There xgettext does not find it, and it is shown in English to everybody."""
    translating = {"_", "gettext", "gettext_lazy", "ngettext", "pgettext"}
    hidden = [
        place(path, call)
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for call in calls(node)
        if isinstance(call.func, ast.Name) and call.func.id in translating
    ]

    assert hidden == []


def test_every_module_says_what_it_decides():
    silent = [
        str(path.relative_to(ROOT))
        for path, tree in TREES.items()
        if path.name not in {"__init__.py", "apps.py"} and tree.body and not ast.get_docstring(tree)
    ]

    assert silent == []


def test_no_file_is_a_drawer():
    drawers = {"utils.py", "helpers.py", "services.py", "common", "common.py"}
    found = [path for path in SOURCES if drawers & {path.name, path.parent.name}]
    long = {
        str(path.relative_to(ROOT)): lines
        for path in SOURCES
        if (lines := path.read_text().count("\n")) > 400
    }

    assert found == []
    assert long == {}


INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=\"|javascript:", re.IGNORECASE
)


def test_no_template_has_inline_script_or_style():
    templates = list((ROOT / "templates").rglob("*.html"))
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in templates
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if INLINE.search(line)
    ]

    assert len(templates) > 10
    assert found == []


def test_every_foreign_key_to_the_record_protects_it():
    careless = [
        f"{model._meta.label}.{field.name}"
        for model in OWN_MODELS
        if not is_copy(model)
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
        and field.related_model._meta.app_label == "archive"
        and field.remote_field.on_delete is not models.PROTECT
    ]

    assert careless == []
