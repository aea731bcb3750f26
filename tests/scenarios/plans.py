"""The scenarios' plans, and how to play only the beginning of one."""

from dataclasses import replace

from scenarios.register import SCENARIOS

HEALTH = "fremtidens-helsetjeneste"
SCHOOL = "trygg-og-aktiv-skolevei"


def beginning_of(name, number):
    """The plan, with the first `number` of its submissions alone."""
    plan = SCENARIOS[name]()
    return replace(plan, submissions=plan.submissions[:number])
