"""`make preview`: every template can be looked at on sample data."""

from httpx import ASGITransport, AsyncClient

from shared.contracts.documents import PaperKind
from tests.documents.preview import SAMPLES, app


async def test_every_kind_of_paper_can_be_looked_at() -> None:
    """The page lists the samples, and one is drawn when it is opened."""
    assert {sample().kind for sample in SAMPLES.values()} == set(PaperKind)
    async with AsyncClient(transport=ASGITransport(app()), base_url="http://preview") as browser:
        listed = (await browser.get("/")).text
        assert all(f'href="/{name}.pdf"' in listed for name in SAMPLES)
        shown = await browser.get("/receipt-preview.pdf")
        assert shown.content.startswith(b"%PDF-")
        assert (await browser.get("/nothing.pdf")).status_code == 404
