"""The layout of a form: its pages as WeasyPrint draws them, and where its values stand."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pydyf
from weasyprint.document import Document
from weasyprint.document import Page as DocumentPage
from weasyprint.formatting_structure.boxes import (
    BlockContainerBox,
    Box,
    LineBox,
    MarginBox,
    TextBox,
)
from weasyprint.pdf.tags import add_tags

from services.documents.adapters.shaping import (
    Drawing,
    Glyph,
    Glyphs,
    Setter,
    glyphs_of,
    operators,
    shown_glyphs,
)
from services.documents.adapters.templates import FIRST_PLACEHOLDER, MOST_PLACEHOLDERS

POINTS = 0.75
"""PDF points in a CSS pixel."""
_PLACEHOLDER = re.compile(
    f"[{chr(FIRST_PLACEHOLDER)}-{chr(FIRST_PLACEHOLDER + MOST_PLACEHOLDERS - 1)}]"
)
_ALIGNED = {"start": 0.0, "left": 0.0, "center": 0.5, "right": 1.0, "end": 1.0}
"""How much of the room that a line leaves stands before it."""
_MARK = 3
"""Parts of a content stream that begin marked content: a name, its number, the operator."""
_FOOT = 0.7
"""How much of the page's width one text at its foot may take."""


@dataclass(frozen=True, eq=False)
class Slot:
    """Where a text with values stands: positions in CSS pixels, `y` of its baseline."""

    parts: tuple[str | int, ...]
    """Words, and numbers of placeholders."""
    setter: Setter
    family: str
    x: float
    """Of its left edge, its middle or its right edge, as it is aligned."""
    y: float
    room: float
    align: float
    """0 at the left, 0.5 in the middle, 1 at the right."""


@dataclass(frozen=True, eq=False)
class FormPage:
    """A page: its size in points, and what stands on it."""

    width: float
    height: float
    drawn: bytes
    """Lines and colours, before any text."""
    content: tuple[bytes | Slot, ...]
    """Texts: those that every paper of the layout has, and where values stand."""


@dataclass(frozen=True)
class Element:
    """An element of the structure tree: kids are elements, or marked content of its page."""

    kind: str
    attributes: bytes
    page: int
    parent: int
    """Its number in the list of elements; -1 at the top."""
    kids: tuple[int, ...]
    content: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class FormLayout:
    """All that is the same on every paper of one shape."""

    pages: tuple[FormPage, ...]
    elements: tuple[Element, ...]
    glyphs: Glyphs
    """Those of its fixed words."""
    states: Mapping[str, bytes]
    """Graphics states that its content names."""


def learn(document: Document, *, slots: bool = True, alone: bool = True) -> FormLayout:
    """Return the layout of a document.

    With `slots` it has placeholders for values; with `alone` each has a line to itself.

    ValueError for what cannot be moved into another file, or a value beside others.
    """
    pdf = pydyf.PDF()
    pages, drawings = [], []
    glyphs: dict[tuple[str, int], Glyph] = {}
    states: dict[str, bytes] = {}
    setters: dict[int, Setter] = {}
    for page in document.pages:
        width, height = page.width * POINTS, page.height * POINTS
        drawing = Drawing(page.width, page.height)
        drawing.transform(d=-1, f=height)
        page.paint(drawing, POINTS)
        pdf.add_page(pydyf.Dictionary({"Type": "/Page"}))
        if any(drawing.resources[kind] for kind in ("XObject", "Pattern", "Shading")):
            raise ValueError("forms have no images and no gradients")
        rooms = dict(_rooms(page_box(page)))
        first, *rest = _content(drawing, rooms, setters, slots=slots, alone=alone)
        assert isinstance(first, bytes)
        drawn, begin, texts = first.partition(b"\nBT\n")
        content = (begin + texts, *rest)
        fixed = shown_glyphs(b"\n".join(part for part in content if isinstance(part, bytes)))
        glyphs |= {one[:2]: one for one in glyphs_of(drawing.inks) if one[:2] in fixed}
        states |= {name: one.data for name, one in drawing.resources["ExtGState"].items()}
        pages.append(FormPage(width, height, drawn, content))
        drawings.append(drawing)
    pdf.catalog["Lang"] = pydyf.String("zh-CN")  # or it complains
    add_tags(pdf, document, "1.7", drawings)
    return FormLayout(tuple(pages), tuple(_elements(pdf)), tuple(glyphs.values()), states)


def page_box(page: DocumentPage) -> Box:
    """Return the box of a page, which holds all others."""
    return page._page_box  # noqa: SLF001 - WeasyPrint has no other way to its boxes


@dataclass(frozen=True)
class _Room:
    """The box that holds a text: its width, how it aligns, whether it is at the page's foot."""

    width: float
    align: float
    alone: bool
    """Whether no other text is on the line."""
    is_foot: bool


def _rooms(page: Box) -> Iterator[tuple[int, _Room]]:
    """Yield the room of each text box, by the box's id."""

    def walk(box: Box, holder: Box, line: LineBox | None) -> Iterator[tuple[int, _Room]]:
        if isinstance(box, TextBox):
            assert line is not None
            texts = [one for one in line.descendants() if isinstance(one, TextBox)]
            is_foot = isinstance(holder, MarginBox)
            width = page.width * _FOOT if is_foot else holder.width
            align = _ALIGNED[line.style["text_align_all"]]
            yield id(box), _Room(width, align, len(texts) == 1, is_foot)
            return
        if isinstance(box, BlockContainerBox):
            holder = box
        for child in box.all_children():
            yield from walk(child, holder, child if isinstance(child, LineBox) else line)

    return walk(page, page, None)


def _content(
    drawing: Drawing,
    rooms: Mapping[int, _Room],
    setters: dict[int, Setter],
    *,
    slots: bool,
    alone: bool,
) -> Iterator[bytes | Slot]:
    """Yield a page's content, slots where its values stand."""
    stream, at = drawing.stream, 0
    for box, begin, end in drawing.boxes:
        room = rooms.get(id(box))
        if room is not None and room.is_foot:
            yield operators(stream[at:begin]) + b"\n/Artifact<</Type/Pagination>>BDC"
            at = begin + _MARK
        if not slots or not _PLACEHOLDER.search(box.text):
            continue
        if room is None or (alone and not room.alone):
            message = f"a value shares its line with other text: {box.text}"
            raise ValueError(message)
        text_begin = stream.index(b"BT", begin, end) + 1
        text_end = stream.index(b"ET", text_begin, end)
        yield operators(stream[at:text_begin])
        yield _slot(box, room, setters)
        at = text_end
    yield operators(stream[at:])


def _slot(box: TextBox, room: _Room, setters: dict[int, Setter]) -> Slot:
    parts: list[str | int] = []
    at = 0
    for found in _PLACEHOLDER.finditer(box.text):
        parts += [box.text[at : found.start()], ord(found[0]) - FIRST_PLACEHOLDER]
        at = found.end()
    parts.append(box.text[at:])
    return Slot(
        parts=tuple(part for part in parts if part != ""),
        setter=setters.setdefault(id(box.style), Setter(box.style)),
        family=box.style["font_family"][0],
        x=box.position_x + room.align * box.width,
        y=box.position_y + box.baseline,
        room=room.width,
        align=room.align,
    )


def _elements(pdf: pydyf.PDF) -> Iterator[Element]:
    """Yield the elements of the structure tree, each after its parent."""
    pages = {reference: number for number, reference in enumerate(pdf.page_references)}
    by_reference = {one.reference: one for one in pdf.objects}
    [root] = [one for one in pdf.objects if _kind(one) == "/Document"]
    numbers = {root.reference: -1}

    def walk(one: pydyf.Dictionary) -> Iterator[pydyf.Dictionary]:
        for kid in one["K"]:
            if not isinstance(kid, int):
                yield by_reference[kid]
                yield from walk(by_reference[kid])

    found = list(walk(root))
    numbers |= {one.reference: number for number, one in enumerate(found)}
    for one in found:
        kids = one["K"]
        yield Element(
            kind=one["S"],
            attributes=_attributes(
                one, {by_reference[kid]["S"] for kid in by_reference[one["P"]]["K"]}
            ),
            page=pages[one["Pg"]],
            parent=numbers[one["P"]],
            kids=tuple(numbers[kid] for kid in kids if not isinstance(kid, int)),
            content=tuple(kid for kid in kids if isinstance(kid, int)),
        )


def _attributes(one: pydyf.Dictionary, beside: set[str]) -> bytes:
    """Return what a cell spans, and what a head is the head of."""
    if _kind(one) not in ("/TH", "/TD"):
        return b""
    found = [
        b"/%s %d" % (name.encode(), one["A"][name])
        for name in ("ColSpan", "RowSpan")
        if name in one["A"]
    ]
    if _kind(one) == "/TH":
        found.append(b"/Scope/%s" % (b"Row" if "/TD" in beside else b"Column"))
    return b"/A<</O/Table%s>>" % b"".join(found) if found else b""


def _kind(one: pydyf.Object) -> str | None:
    return one.get("S") if isinstance(one, dict) and one.get("Type") == "/StructElem" else None
