"""Plans that destroy, or open the way to it: none of them may pass."""

from collections.abc import Iterator

from destructive_disarms import disarms
from destructive_effects import effects, sourced
from destructive_losses import losses, rebuilds
from destructive_new import new
from destructive_updates import updates
from objects import Made
from sites import Site
from steps import Step, done
from stories import Story, stories

PROVIDERS = ("aws", "azurerm", "google", "kubernetes")


def destructive() -> Iterator[Made]:
    """Yield every plan; the same ones each time."""
    for provider in PROVIDERS:
        numbers: dict[str, int] = {}
        for kind, steps in _rows(provider):
            name = _name(provider, kind, numbers)
            yield Made(name, provider, kind, done(Site(name, provider), steps).plan())
        for kind, story in [*stories(), *sourced(provider)]:
            yield _told(_name(provider, kind, numbers), provider, kind, story)


def _rows(provider: str) -> list[tuple[str, list[Step]]]:
    ways = (rebuilds, disarms, updates, new, effects, losses)
    return [row for way in ways for row in way(provider)]


def _name(provider: str, kind: str, numbers: dict[str, int]) -> str:
    numbers[kind] = numbers.get(kind, 0) + 1
    return f"{provider}/{kind.replace(' ', '_')}/{numbers[kind]:02d}"


def _told(name: str, provider: str, kind: str, story: Story) -> Made:
    site = Site(name, provider)
    extra = story(site)
    plan = site.plan()
    return Made(name, provider, kind, plan, **extra(site, plan))
