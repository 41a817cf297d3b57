"""What a drawn file depends on: papers that would look otherwise have another digest."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.documents.adapters import versions
from services.documents.adapters.versions import (
    artifact_digest,
    fonts_version,
    layouts_version,
    named_fonts,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
CONTENT = st.dictionaries(st.text(), JSON, max_size=4)


@given(CONTENT)
def test_the_same_words_have_the_same_digest(content: dict[str, Any]) -> None:
    """In whatever order a database gives the fields back."""
    assert artifact_digest(dict(reversed(content.items()))) == artifact_digest(content)


@given(CONTENT, st.text(), JSON)
def test_other_words_have_another_digest(content: dict[str, Any], field: str, word: Any) -> None:  # noqa: ANN401 - any JSON
    """One field is enough."""
    other = {**content, field: [word]}
    if other != content:
        assert artifact_digest(other) != artifact_digest(content)


def test_another_layout_or_drawing_or_font_has_another_digest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each by itself."""
    digests = {artifact_digest({})}
    for name in ("layouts_version", "fonts_version"):
        with monkeypatch.context() as changed:
            changed.setattr(versions, name, lambda: "another")
            digests.add(artifact_digest({}))
    assert len(digests) == 3
    assert layouts_version() != fonts_version()


def test_fonts_are_told_by_their_names_and_sizes(tmp_path: Path) -> None:
    """Below any folder; what is no font, and a link to a font that is gone, is none."""
    (tmp_path / "noto").mkdir()
    (tmp_path / "noto" / "sans.ttc").write_bytes(bytes(3))
    (tmp_path / "Mono.TTF").write_bytes(bytes(5))
    (tmp_path / "readme.txt").write_bytes(bytes(7))
    (tmp_path / "gone.otf").symlink_to(tmp_path / "nowhere.otf")
    folders = (str(tmp_path), str(tmp_path / "missing"))
    assert sorted(named_fonts(folders)) == ["Mono.TTF 5", "sans.ttc 3"]
