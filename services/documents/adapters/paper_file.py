"""Papers as one PDF/A-3a file: pages, fonts, one structure tree, metadata, an outline of many."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from itertools import chain
from xml.sax.saxutils import escape

from services.documents.adapters.annex_writer import Annex
from services.documents.adapters.file_fonts import FileFonts
from services.documents.adapters.form_layout import Element, FormLayout
from services.documents.adapters.form_writer import KEPT_LAYOUTS, Form
from services.documents.adapters.pdf_file import (
    CATALOG,
    FIRST_FREE,
    INFO,
    METADATA,
    OUTLINES,
    PAGES,
    PARENT_TREE,
    PROFILE,
    RESOURCES,
    ROOT_ELEMENT,
    STRUCTURE,
    PdfFile,
    moved,
    object_stream,
    put_page,
    references,
    text_string,
)
from services.documents.adapters.shaping import Glyphs

PRODUCER = "中国职工保险互助会参保系统"
_LEVEL = 3
"""Of deflation, for what is written once per paper: a tenth larger than the best, twice as fast."""
_METADATA = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 pdfaid:part="3" pdfaid:conformance="A" pdf:Producer="{producer}"
 xmp:CreateDate="{day}T00:00:00+08:00" xmp:ModifyDate="{day}T00:00:00+08:00">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""


@dataclass(frozen=True, eq=False)
class SetPaper:
    """A paper ready to be written: its form, and the pages that follow it."""

    title: str
    dated: date
    form: Form
    annex: Annex | None = None

    @property
    def glyphs(self) -> Glyphs:
        """Return all that it shows."""
        return self.form.glyphs + (self.annex.glyphs if self.annex is not None else ())


@dataclass(frozen=True, eq=False)
class _Block:
    """The objects of a layout, numbered as those of the first paper of a file."""

    pages: tuple[int, ...]
    parents: tuple[int, ...]
    """Per page the list of the elements that its marked content belongs to."""
    drawn: tuple[int, ...]
    """Per page the stream of its lines and colours."""
    part: int
    """The element that holds all others."""
    tops: tuple[int, ...]
    size: int
    bodies: dict[int, bytes]
    pack: bytes
    """The bodies as one object stream."""
    streams: tuple[bytes, ...]
    """Lines and colours of each page, deflated."""


def write_file(papers: Sequence[SetPaper], title: str) -> bytes:
    """Return one file of papers; the same papers give the same bytes."""
    pdf = PdfFile()
    fonts = FileFonts(chain.from_iterable(paper.glyphs for paper in papers))
    pages: list[int] = []
    parents: list[int] = []
    parts: list[int] = []
    firsts: list[int] = []
    for paper in papers:
        firsts.append(len(pages))
        added = _put_paper(pdf, paper, fonts, len(pages))
        parts.append(added.part)
        pages += added.pages
        parents += added.parents
    pdf.put(PAGES, b"<</Type/Pages/Count %d/Kids%s>>" % (len(pages), references(pages)))
    pdf.put(
        STRUCTURE,
        b"<</Type/StructTreeRoot/K[%d 0 R]/ParentTree %d 0 R>>" % (ROOT_ELEMENT, PARENT_TREE),
    )
    pdf.put(
        ROOT_ELEMENT,
        b"<</Type/StructElem/S/Document/P %d 0 R/K%s>>" % (STRUCTURE, references(parts)),
    )
    numbers = b" ".join(b"%d %d 0 R" % numbered for numbered in enumerate(parents))
    pdf.put(PARENT_TREE, b"<</Nums[%s]>>" % numbers)
    _put_resources(pdf, papers, fonts)
    _put_description(pdf, title, papers[0].dated)
    more = _outline(pdf, papers, firsts, pages) if len(papers) > 1 else b""
    pdf.put(
        CATALOG,
        b"<</Type/Catalog/Pages %d 0 R/Lang(zh-CN)/MarkInfo<</Marked true>>/StructTreeRoot %d 0 R"
        b"/ViewerPreferences<</DisplayDocTitle true>>/Metadata %d 0 R"
        b"/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB2014)"
        b"/Info(sRGB2014)/DestOutputProfile %d 0 R>>]%s>>"
        % (PAGES, STRUCTURE, METADATA, PROFILE, more),
    )
    return pdf.written()


@dataclass(frozen=True)
class _Added:
    part: int
    pages: list[int]
    parents: list[int]


def _put_paper(pdf: PdfFile, paper: SetPaper, fonts: FileFonts, pages_before: int) -> _Added:
    """Add the pages and elements of a paper."""
    block = _block(paper.form.layout)
    by = pdf.reserve(block.size) - FIRST_FREE
    if by:
        for number, body in block.bodies.items():
            pdf.put(number + by, moved(body, by))
    else:
        pdf.put_pack(tuple(block.bodies), block.pack)
    pages = [number + by for number in block.pages]
    parents = [number + by for number in block.parents]
    for index, texts in enumerate(paper.form.texts):
        streams = [block.drawn[index] + by, pdf.reserve()]
        pdf.put_packed(streams[0], block.streams[index])
        pdf.put_packed(streams[1], zlib.compress(fonts.renumbered(texts), _LEVEL))
        page = paper.form.layout.pages[index]
        put_page(pdf, pages[index], (page.width, page.height), streams, pages_before + index)
    tops = [number + by for number in block.tops]
    part = block.part + by
    if paper.annex is not None:
        more = paper.annex.put(
            pdf, part, fonts, before=len(pages), in_file=pages_before + len(pages)
        )
        tops += more.tops
        pages += more.pages
        parents += more.parents
    pdf.put(part, b"<</Type/StructElem/S/Part/P %d 0 R/K%s>>" % (ROOT_ELEMENT, references(tops)))
    return _Added(part, pages, parents)


@lru_cache(KEPT_LAYOUTS)
def _block(layout: FormLayout) -> _Block:
    """Return the objects of a layout."""
    count = len(layout.pages)
    pages, parents, drawn = (
        tuple(range(FIRST_FREE + start * count, FIRST_FREE + (start + 1) * count))
        for start in range(3)
    )
    part = FIRST_FREE + 3 * count
    first = part + 1
    bodies = {}
    owners: list[dict[int, int]] = [{} for _ in layout.pages]
    for number, one in enumerate(layout.elements, first):
        parent = first + one.parent if one.parent >= 0 else part
        bodies[number] = _element(one, parent, pages[one.page], first)
        owners[one.page] |= dict.fromkeys(one.content, number)
    for number, owned in zip(parents, owners, strict=True):
        marked = range(max(owned, default=-1) + 1)
        found = (b"%d 0 R" % owned[one] if one in owned else b"null" for one in marked)
        bodies[number] = b"[%s]" % b" ".join(found)
    tops = [first + number for number, one in enumerate(layout.elements) if one.parent < 0]
    return _Block(
        pages=pages,
        parents=parents,
        drawn=drawn,
        part=part,
        tops=tuple(tops),
        size=3 * count + 1 + len(layout.elements),
        bodies=bodies,
        pack=object_stream(bodies),
        streams=tuple(zlib.compress(page.drawn) for page in layout.pages),
    )


def _element(one: Element, parent: int, page: int, first: int) -> bytes:
    kids = [b"%d 0 R" % (first + kid) for kid in one.kids]
    kids += [b"%d" % content for content in one.content]
    return b"<</Type/StructElem/S%s/P %d 0 R/Pg %d 0 R/K[%s]%s>>" % (
        one.kind.encode(),
        parent,
        page,
        b" ".join(kids),
        one.attributes,
    )


def _put_resources(pdf: PdfFile, papers: Sequence[SetPaper], fonts: FileFonts) -> None:
    """Add the fonts, and the graphics states."""
    states: dict[str, bytes] = {}
    for paper in papers:
        states |= paper.form.layout.states
    graphics = b"".join(b"/%s%s" % (name.encode(), states[name]) for name in sorted(states))
    pdf.put(RESOURCES, b"<</Font<<%s>>/ExtGState<<%s>>>>" % (fonts.put(pdf), graphics))


def _put_description(pdf: PdfFile, title: str, dated: date) -> None:
    """Add what the file says of itself; PDF/A wants it plain, and twice."""
    day = b"(D:%s000000+08'00')" % dated.strftime("%Y%m%d").encode()
    pdf.put(
        INFO,
        b"<</Title%s/Producer%s/CreationDate%s/ModDate%s>>"
        % (text_string(title), text_string(PRODUCER), day, day),
    )
    content = _METADATA.format(producer=PRODUCER, day=dated.isoformat(), title=escape(title))
    pdf.put_plain(METADATA, content.encode(), b"/Type/Metadata/Subtype/XML")
    pdf.put_packed(PROFILE, _profile(), b"/N 3")


@lru_cache(maxsize=1)
def _profile() -> bytes:
    """Return the colour profile of all papers, deflated."""
    return zlib.compress((files("weasyprint.pdf") / "sRGB2014.icc").read_bytes())


def _outline(
    pdf: PdfFile, papers: Sequence[SetPaper], firsts: Sequence[int], pages: Sequence[int]
) -> bytes:
    """Add an entry per paper, and page labels that start anew with each; returns their names."""
    first = pdf.reserve(len(papers))
    last = first + len(papers) - 1
    for number, (paper, page) in enumerate(zip(papers, firsts, strict=True), first):
        before = b"/Prev %d 0 R" % (number - 1) if number > first else b""
        after = b"/Next %d 0 R" % (number + 1) if number < last else b""
        pdf.put(
            number,
            b"<</Title%s/Parent %d 0 R/Dest[%d 0 R/Fit]%s%s>>"
            % (text_string(paper.title), OUTLINES, pages[page], before, after),
        )
    pdf.put(
        OUTLINES,
        b"<</Type/Outlines/First %d 0 R/Last %d 0 R/Count %d>>" % (first, last, len(papers)),
    )
    labels = b" ".join(b"%d<</S/D>>" % page for page in firsts)
    return b"/Outlines %d 0 R/PageMode/UseOutlines/PageLabels<</Nums[%s]>>" % (OUTLINES, labels)
