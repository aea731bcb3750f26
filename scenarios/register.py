"""The scenarios that can be loaded, by name."""

from django.utils import timezone

from scenarios.aktiv_skolevei import plan as aktiv_skolevei
from scenarios.fremtidens_helsetjeneste import plan as fremtidens_helsetjeneste

SCENARIOS = {
    "fremtidens-helsetjeneste": fremtidens_helsetjeneste.make_plan,
    "trygg-og-aktiv-skolevei": lambda: aktiv_skolevei.make_plan(timezone.now()),
}
