"""The table of districts is whole enough for an office to work with."""

import pytest

from services.enrollment.adapters.districts import all_codes, all_districts, all_places

QINGDAO = "市南区 市北区 黄岛区 崂山区 李沧区 城阳区 即墨区 胶州市 平度市 莱西市"


def test_every_county_of_qingdao_is_there() -> None:
    """And none that was given up."""
    [shandong] = [one for one in all_districts() if one.code == "370000"]
    [qingdao] = [one for one in shandong.children if one.code == "370200"]
    assert {one.name for one in qingdao.children} == set(QINGDAO.split())


@pytest.mark.parametrize(
    ("code", "place"),
    [
        ("110101", "北京市-东城区"),
        ("500101", "重庆市-万州区"),
        ("500229", "重庆市-城口县"),
        ("441900", "广东省-东莞市"),
        ("429004", "湖北省-仙桃市"),
        ("659001", "新疆维吾尔自治区-石河子市"),
    ],
)
def test_cities_under_the_state_and_without_counties_are_places_too(code: str, place: str) -> None:
    """Their groups of counties are not said."""
    assert all_places()[code] == place


def test_the_table_is_whole() -> None:
    """Mainland China has 31 provinces and somewhat above 2,840 counties."""
    assert len(all_districts()) == 31
    assert 2840 <= len(all_places()) <= 2870
    assert len(set(all_places().values())) == len(all_places())
    assert set(all_places()) < all_codes()
