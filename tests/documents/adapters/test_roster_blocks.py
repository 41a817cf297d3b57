"""How a roster is set."""

from services.documents.adapters.roster_blocks import COLUMNS, PERSONS_A_BLOCK, blocks
from tests.documents.samples import annex_row


def test_every_person_of_a_long_roster_is_set_once_and_in_order() -> None:
    """Whatever the names."""
    names = ["王芳", "欧阳𫍽", "买买提·阿不都热合曼", "ALEXANDER BARTHOLOMEW MACDONALD"] * 60
    rows = tuple(annex_row(name, number) for number, name in enumerate(names, 1))
    found = [
        name.split()[1]
        for block in blocks(rows)
        for name in (block.lines.split("\n") if block.lines else [" ".join(block.cells)])
    ]
    assert found == [name.split()[0] for name in names]


def test_columns_stand_under_each_other() -> None:
    """A sign of half an em counts one, of an em two, the dot in names among them."""
    rows = tuple(annex_row(name) for name in ("王芳", "买买提·阿不都热合曼", "Jo Li"))
    (block,) = blocks(rows)
    widths = {sum(1 if sign.isascii() else 2 for sign in line) for line in block.lines.split("\n")}
    assert widths == {sum(column.width for column in COLUMNS)} == {120}


def test_a_name_too_wide_or_too_rare_for_a_line_gets_a_row_of_its_own() -> None:
    """So it wraps, and moves no column."""
    wide, rare = annex_row("长" * 12), annex_row("欧阳𫍽")
    assert [block.cells[1:2] for block in blocks((annex_row("王芳"), wide, rare))] == [
        (),
        (wide.name,),
        (rare.name,),
    ]


def test_no_block_grows_so_long_that_breaking_it_becomes_slow() -> None:
    """A block holds 50 persons."""
    rows = tuple(annex_row("王芳", number) for number in range(1, 121))
    assert [block.lines.count("\n") + 1 for block in blocks(rows)] == [50, 50, 20]
    assert PERSONS_A_BLOCK % 2 == 0
