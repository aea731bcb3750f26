"""The ways in which the database refuses: the checks and triggers that the rules are made of."""

import pgtrigger
from django.db import models
from django.db.models import Q

NOT_XML = r"[\u0001-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]"  # for what XML 1.0 has no room
SAYS_SOMETHING = r"\S"
WRITTEN = pgtrigger.Referencing(new="written")

APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
IS_KEPT = pgtrigger.Protect(name="is_kept", operation=pgtrigger.Delete)


def can_be_written(model, *names, optional=()):
    """CHECKs that these texts say something, the optional ones where there are any, and that
    XML has room for all of them (krav 6.4.3–6.4.5, N5.63)."""
    says = Q(*(Q(**{f"{name}__regex": SAYS_SOMETHING}) for name in names))
    fits = ~Q(*(Q(**{f"{name}__regex": NOT_XML}) for name in (*names, *optional)), _connector=Q.OR)
    checks = {"says_something": says} if names else {}
    return [
        models.CheckConstraint(condition=condition, name=f"archive_{model}_{name}")
        for name, condition in {**checks, "fits_in_xml": fits}.items()
    ]


def refuse(name, where, **how):
    """A trigger that raises an integrity error, with its name, where the query finds a row."""
    refusal = (
        f"RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = '{name}',"
        f" MESSAGE = 'The rule {name} of ' || TG_TABLE_NAME || ' is broken';"
    )
    func = f"IF EXISTS ({where}) THEN {refusal} END IF; RETURN NULL;"
    return pgtrigger.Trigger(name=name, when=pgtrigger.After, func=func, **how)


def refuse_insert(name, where):
    """Once for a statement, whose rows are `written`."""
    return refuse(
        name,
        where,
        level=pgtrigger.Statement,
        operation=pgtrigger.Insert,
        referencing=WRITTEN,
    )


def fixed(name, columns, *, condition="true"):
    """A trigger that refuses other values of these columns, where the condition holds."""
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    return refuse(
        name,
        "SELECT",
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(f"(({condition}) AND ({old}) IS DISTINCT FROM ({new}))"),
    )
