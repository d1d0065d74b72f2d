"""Plans of ordinary changes: none of them may ask for approval, let alone be denied."""

from collections.abc import Iterator

import ordinary_aws
import ordinary_azurerm
import ordinary_google
import ordinary_kubernetes
from objects import Made
from sites import Site
from steps import done

ROWS = {
    "aws": ordinary_aws.ROWS,
    "azurerm": ordinary_azurerm.ROWS,
    "google": ordinary_google.ROWS,
    "kubernetes": ordinary_kubernetes.ROWS,
}
TIMES = 2
"""Each change is made in so many stacks: other service, layout, environment, neighbours."""


def ordinary() -> Iterator[Made]:
    """Yield every plan; the same ones each time."""
    for provider, rows in ROWS.items():
        numbers: dict[str, int] = {}
        for kind, steps in rows:
            for _ in range(TIMES):
                numbers[kind] = number = numbers.get(kind, 0) + 1
                name = f"{provider}/{kind.replace(' ', '_')}/{number:02d}"
                site = done(Site(name, provider), steps)
                yield Made(name, provider, kind, site.plan())
