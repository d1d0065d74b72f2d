"""Plans of ordinary changes: none of them may ask for approval, let alone be denied."""

from collections.abc import Iterator

import ordinary_aws
import ordinary_azurerm
import ordinary_close
import ordinary_google
import ordinary_kubernetes
from objects import Made
from sites import Site
from steps import done
from stories import SAVED, at_last

ROWS = {
    "aws": ordinary_aws.ROWS + ordinary_close.AWS,
    "azurerm": ordinary_azurerm.ROWS + ordinary_close.AZURERM,
    "google": ordinary_google.ROWS + ordinary_close.GOOGLE,
    "kubernetes": ordinary_kubernetes.ROWS + ordinary_close.KUBERNETES,
}
TIMES = 2
"""
Each change is made in so many stacks: other service, layout, environment, neighbours.

All but the first of them were applied through the gate before, so the ledger knows them.
"""


def ordinary() -> Iterator[Made]:
    """Yield every plan; the same ones each time."""
    for provider, rows in ROWS.items():
        numbers: dict[str, int] = {}
        for kind, steps in rows:
            for time in range(TIMES):
                numbers[kind] = number = numbers.get(kind, 0) + 1
                name = f"{provider}/{kind.replace(' ', '_')}/{number:02d}"
                site = done(Site(name, provider), steps)
                known = at_last(site) if time else None
                yield Made(name, provider, kind, site.plan(), known, SAVED if time else None)
