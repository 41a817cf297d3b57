"""The small parts of a workbook's package: what there is, how it looks, its properties."""

from collections.abc import Iterable, Mapping, Sequence

from shared.sheets.written_text import attribute

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TEXT_STYLE, TITLE_STYLE, HEADING_STYLE = 1, 2, 3
"""Places of the formats in `_STYLES`."""

_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OWN = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
"""The set of properties that users define, as the format names it."""
_BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_CUSTOM = "docProps/custom.xml"

_STYLES = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="3">'
    '<font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="14"/><name val="Calibri"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFDDEBF7"/></patternFill></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="0" fontId="1" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1"'
    ' applyAlignment="1"><alignment horizontal="center" vertical="center"/></xf>'
    '<xf numFmtId="0" fontId="2" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)


def sheet_part(number: int) -> str:
    """Return the path of a sheet, counted from 1."""
    return f"xl/worksheets/sheet{number}.xml"


def small_parts(names: Sequence[str], properties: Mapping[str, str]) -> dict[str, str]:
    """Return every part but the sheets, by its path; programs want the list of contents first."""
    sheets = {sheet_part(number): name for number, name in enumerate(names, 1)}
    types = {"xl/workbook.xml": f"{_BOOK}.sheet.main+xml", "xl/styles.xml": f"{_BOOK}.styles+xml"}
    types |= dict.fromkeys(sheets, f"{_BOOK}.worksheet+xml")
    roots = [("officeDocument", "xl/workbook.xml")]
    custom = {}
    if properties:
        types[_CUSTOM] = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
        roots.append(("custom-properties", _CUSTOM))
        custom[_CUSTOM] = _properties(properties)
    related = [("worksheet", f"/{path}") for path in sheets]
    return {
        "[Content_Types].xml": _contents(types),
        "_rels/.rels": _relationships(roots),
        "xl/workbook.xml": _workbook(names),
        "xl/_rels/workbook.xml.rels": _relationships([*related, ("styles", "/xl/styles.xml")]),
        "xl/styles.xml": _STYLES,
        **custom,
    }


def _contents(types: Mapping[str, str]) -> str:
    overrides = "".join(
        f'<Override PartName="/{path}" ContentType="{kind}"/>' for path, kind in types.items()
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _relationships(targets: Iterable[tuple[str, str]]) -> str:
    written = "".join(
        f'<Relationship Id="rId{number}" Type="{_DOCUMENT}/relationships/{kind}" Target="{path}"/>'
        for number, (kind, path) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{written}</Relationships>'


def _workbook(names: Sequence[str]) -> str:
    sheets = "".join(
        f'<sheet name="{attribute(name)}" sheetId="{number}" r:id="rId{number}"/>'
        for number, name in enumerate(names, 1)
    )
    return (
        f'<workbook xmlns="{MAIN}" xmlns:r="{_DOCUMENT}/relationships">'
        f"<bookViews><workbookView/></bookViews><sheets>{sheets}</sheets></workbook>"
    )


def _properties(properties: Mapping[str, str]) -> str:
    written = "".join(
        f'<property fmtid="{_OWN}" pid="{number}" name="{attribute(name)}">'
        f"<vt:lpwstr>{attribute(text)}</vt:lpwstr></property>"
        for number, (name, text) in enumerate(properties.items(), 2)
    )
    return (
        f'<Properties xmlns="{_DOCUMENT}/custom-properties" xmlns:vt="{_DOCUMENT}/docPropsVTypes">'
        f"{written}</Properties>"
    )
