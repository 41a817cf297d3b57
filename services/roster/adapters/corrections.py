"""The import whose failed rows a workbook holds: a property that spreadsheet programs keep."""

import zlib
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from lxml import etree

CORRECTS = "corrects"
"""Name of the property."""
_PART = "docProps/custom.xml"
_LARGEST = 64 * 1024
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)


def corrected_batch(content: bytes) -> str | None:
    """Return the import's id that `failed_rows` wrote into a workbook; None without one."""
    try:
        with ZipFile(BytesIO(content)) as archive, archive.open(_PART) as part:
            properties = etree.fromstring(part.read(_LARGEST), _PARSER)
    except (KeyError, BadZipFile, OSError, EOFError, ValueError, zlib.error, etree.XMLSyntaxError):
        return None
    found = properties.xpath("//*[local-name()='property'][@name=$name]", name=CORRECTS)
    return "".join(found[0].itertext()).strip() if found else None
