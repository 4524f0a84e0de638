"""Whose a government's own report is: the place of its title, or of the assembly that heard it."""

import re

_SEGMENT = (
    r"[\u4e00-\u9fff*＊×XxＸｘ○□△]{1,12}?(?:自治[区州县旗]|[省州盟县区旗镇]|乡(?!镇)|市(?!场))"
)
# A government gives its report to an assembly, which names the place where the title need not.
_ASSEMBLY = re.compile(
    rf"在(?P<place>(?:{_SEGMENT}){{1,3}})第?[一二三四五六七八九十百\d]{{1,4}}届"
    r"(?:人民代表大会|人大)"
)
_TITLED = re.compile(
    rf"(?:关于)?(?P<place>(?:{_SEGMENT}){{1,3}})"
    r"(?:(?:人民)?政府(?!采购)|(?=[2２][0０]\d\d|二[〇○零]..年|[（(]|$))"
)
_SPOKEN = re.compile(
    rf"代表(?P<place>(?:{_SEGMENT}){{1,3}})人民政府|^(?P<own>(?:{_SEGMENT}){{1,3}})(?:人民政府)?"
    r"代?(?:理)?(?:省长|市长|县长|区长|州长|旗长|盟长|镇长|乡长)"
)
_OWN = re.compile(r"[我本全各]|人民")


def government_named(
    lines: tuple[str, ...], opening: str, stem: str, zones: tuple[str, ...]
) -> str:
    """云溪县人民政府 by the lines of the title, the assembly, who spoke, or the file's name.

    ``lines`` are free of blanks and of what numbers them, ``stem`` as well; empty if none tells.
    Places that end in one of ``zones`` are run by a committee.
    """
    head = "".join(lines)
    if assembly := _ASSEMBLY.search(head + opening):
        return f"{assembly['place']}人民政府"
    for label in lines:
        if titled := _TITLED.match(label):
            return _of(titled["place"], zones)
    for told in (*lines, opening):
        if spoken := _SPOKEN.search(told):
            return _of(spoken["place"] or spoken["own"], zones)
    stem_place = re.match(rf"(?:{_SEGMENT}){{1,3}}", stem)
    return _of(stem_place[0], zones) if stem_place else ""


def _of(place: str, zones: tuple[str, ...]) -> str:
    if _OWN.search(place):
        return ""
    return f"{place}管委会" if place.endswith(zones) else f"{place}人民政府"
