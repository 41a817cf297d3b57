"""What a drawn paper depends on beside its words: layouts, drawing code, fonts.

Read without WeasyPrint, which is loaded in child processes only.
"""

import json
import os
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

DRAWING = 2
"""Count up when code, not a layout, changes how papers look or what stands on them."""
LAYOUTS = Path(__file__).parent.parent / "layouts"
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
"""Where fontconfig looks by default."""
FONTS = frozenset({".otf", ".ttc", ".ttf", ".pfb"})


def artifact_digest(content: Mapping[str, Any]) -> str:
    """Return the digest of a drawn paper: SHA-256, in hex, of layouts, fonts and its content.

    `content` is plain JSON. Papers of one digest look the same: the same words, drawn alike.
    """
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return _digest((layouts_version(), fonts_version(), canonical))


@cache
def layouts_version() -> str:
    """Return the version of the layouts and of what draws them."""
    files = sorted(path for path in LAYOUTS.rglob("*") if path.is_file())
    contents = [
        f"{path.relative_to(LAYOUTS)} {sha256(path.read_bytes()).hexdigest()}" for path in files
    ]
    return _digest((str(DRAWING), version("weasyprint"), *contents))


@cache
def fonts_version() -> str:
    """Return the version of this machine's fonts, by the names and sizes of their files.

    Processes that share papers want the same fonts: else each draws again what the other drew.
    """
    return _digest(sorted(named_fonts(FONT_FOLDERS)))


def named_fonts(folders: tuple[str, ...]) -> Iterator[str]:
    """Yield name and size in bytes of each font file below some folders."""
    for folder in folders:
        for path, _, names in os.walk(Path(folder).expanduser()):
            for name in names:
                file = Path(path, name)
                if file.suffix.lower() in FONTS and file.is_file():
                    yield f"{name} {file.stat().st_size}"


def _digest(parts: tuple[str, ...] | list[str]) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()
