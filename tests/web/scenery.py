"""What the pictures show: applications in every state, made through the API."""

from dataclasses import dataclass

from examples.people import fill, invent
from tests.web.conftest import Site


@dataclass(frozen=True)
class Scenery:
    """Numbers of what there is to look at."""

    draft: str


async def set_up(site: Site) -> Scenery:
    """Make it."""
    async with site.client("operator") as operator:
        draft = await operator.draft(ZYYL_A=1, ZGZJ_36=2)
        content = fill(await operator.template(), invent(12, seed=5))
        await operator.finished_import(await operator.start_import(draft, content))
    return Scenery(draft=draft)
