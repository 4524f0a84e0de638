"""Characters of a picture, recognised by RapidOCR, each with its place on the page.

A picture is turned upright, its light evened out, and red ink (stamps, the heads of documents)
kept apart from the black text below it. Every line with a figure is read again at another scale:
digits that differ are doubtful. All of it is optional (the extra ``ocr``).
"""

import io
import math
import os
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from statistics import median
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageOps, ImageSequence
from rapidocr import RapidOCR

from knowledge.reading.glyphs import Glyph, Rule, TypePage
from knowledge.reading.pages import LONGEST_SIDE, MOST_PICTURES, doubtful_digit
from knowledge.reading.result import refusal

Pixels = np.ndarray[Any, np.dtype[np.uint8]]
"""A picture: rows of pixels of red, green and blue."""

_THREADS = 4  # each takes memory of its own
MOST_PIXELS = 60_000_000
LEAST_SIDE = 32
_LEAST_SURE = 0.5
_UPRIGHT_SURE = 0.85
_SAMPLE = 3
_TALL = 1.5
_MEASURED_SIDE = 700.0  # pixels of a page whose slant is measured
_CLOSE, _LYING = 9, 1.3
_STEEPEST, _COARSE, _FINE = 6.0, 0.5, 0.1  # degrees
_AGAIN = 0.7
"""By how much a line is made smaller to be read again."""
_LEAST_DIGIT = 0.8
_STAMPED = 5  # of 255: the mean redness of a digit that a stamp lies on
_WIDE_GAP = 1.2  # ems between characters of a line that stand in two cells
_REDNESS = 60
_BRIGHT, _DARK, _FAINT = 150, 160, 190  # faint as a thin rule is on a grey copy
_RULE_SHARE = 25  # of the width of a page is the least that a rule is long
_EM = 0.85  # of the height of a line
_HALF_EMPTY = tuple("，。、；：！？）》”")
# What the recognition takes for its narrow sign beside Chinese characters, and for its wide one
# within a figure, which some faces set as wide.
_WIDE_SIGNS = dict(zip(",;:?!()", "，；：？！（）", strict=True))
_BESIDE_CHINESE = re.compile(r"(?<=[\u4e00-\u9fff％%])[,;:?!()]|[,;:?!()](?=[\u4e00-\u9fff])")
_IN_FIGURE = re.compile(r"(?<=\d)(?:，(?=\d{3}(?!\d))|．(?=\d))")
_NARROW_SIGNS = {"，": ",", "．": "."}
_HEAD_SHARE = 0.45
_LETTERHEAD_SHARE = 0.2
_LIGHT_SPOTS = 50  # of the light, along the longer side


_Character = tuple[str, float, float, float]


@dataclass(frozen=True, slots=True)
class _Line:
    """A recognised line: its corners from the upper left clockwise, and its characters.

    Each character has its score and the horizontal edges along the line, in pixels.
    """

    corners: tuple[tuple[float, float], ...]
    characters: tuple[_Character, ...]
    score: float

    @property
    def text(self) -> str:
        return "".join(character for character, *_ in self.characters)

    @property
    def width(self) -> float:
        return math.dist(self.corners[0], self.corners[1])

    @property
    def height(self) -> float:
        return math.dist(self.corners[0], self.corners[3])

    @property
    def slope(self) -> float:
        (left, upper), (right, lower) = self.corners[:2]
        return math.atan2(lower - upper, right - left)


def pictures_of(data: bytes) -> Iterator[Image.Image]:
    """The pictures of a file, upright, one for each page of it.

    Raises UnreadableFile for what is no picture, is too large or has too many pages.
    """
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(data)) as file:
            if getattr(file, "n_frames", 1) > MOST_PICTURES:
                raise refusal("scan.too_long", limit=MOST_PICTURES)
            for frame in ImageSequence.Iterator(file):
                if frame.width * frame.height > MOST_PIXELS:
                    raise refusal("scan.too_large", limit=MOST_PIXELS // 10_000)
                if min(frame.size) < LEAST_SIDE:
                    raise refusal("scan.broken")
                yield ImageOps.exif_transpose(frame).convert("RGB")
    except Image.DecompressionBombError as error:
        raise refusal("scan.too_large", limit=MOST_PIXELS // 10_000) from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:  # Pillow's, of broken files
        raise refusal("scan.broken") from error


def recognise(picture: Image.Image, points: float) -> TypePage:
    """The characters and rules of a picture, in points from its foot; a pixel is ``points``.

    Digits that are doubtful are marked, as ``doubtful_digit`` does.
    """
    factor = LONGEST_SIDE / max(picture.size)
    if factor < 1:
        width, height = (max(round(side * factor), LEAST_SIDE) for side in picture.size)
        picture, points = picture.resize((width, height), reducing_gap=2.0), points / factor
    pixels = np.asarray(picture)
    ink = _black_ink(pixels)
    if _lies_on_its_side(ink):
        pixels = np.rot90(pixels)
        ink = _black_ink(pixels)
    angle = _slant(ink)
    if abs(angle) >= _FINE:  # rules that run askew make no table
        pixels = _turn(pixels, angle)
        ink = _black_ink(pixels)
    lines = _read(ink)
    if turns := _turns(ink, lines):
        pixels, ink = np.rot90(pixels, turns), np.ascontiguousarray(np.rot90(ink, turns))
        lines = _read(ink)
    red = np.where(_red_ink(pixels), np.uint8(255), np.uint8(0))
    lines += _letterhead(pixels)
    slope = median([line.slope for line in lines if line.width > 5 * line.height] or [0.0])
    page = _LevelPage(float(ink.shape[0]), slope, points)
    glyphs = [glyph for line in lines for glyph in page.glyphs(_mark_doubtful(ink, red, line))]
    return TypePage(glyphs, list(page.rules(ink)))


def _small(ink: Pixels) -> Pixels:
    """What is dark on a page, white on black, as a picture that is fast to measure."""
    dark = np.where(ink[:, :, 0] < _DARK, np.uint8(255), np.uint8(0))
    return _resize(dark, _MEASURED_SIDE / max(dark.shape))


def _lies_on_its_side(ink: Pixels) -> bool:
    """Whether characters stand closer above one another than beside one another."""
    small = _small(ink)
    upright = np.ascontiguousarray(np.rot90(small))
    return _length_of_lines(upright) > _LYING * _length_of_lines(small)


def _length_of_lines(small: Pixels) -> float:
    """How long what stands close beside one another is, in the mean of its area."""
    marks = np.where(small > 60, np.uint8(1), np.uint8(0))
    joined = cv2.morphologyEx(marks, cv2.MORPH_CLOSE, np.ones((1, _CLOSE), np.uint8))
    boxes = cv2.connectedComponentsWithStats(joined)[2][1:].astype(float)
    areas = boxes[:, cv2.CC_STAT_AREA]
    return float((areas * boxes[:, cv2.CC_STAT_WIDTH]).sum() / max(areas.sum(), 1.0))


def _slant(ink: Pixels) -> float:
    small = _small(ink)
    steep = np.arange(-_STEEPEST, _STEEPEST + 0.1, _COARSE)
    coarse = max(steep, key=lambda angle: _sharpness(small, angle))
    near = np.arange(coarse - _COARSE, coarse + _COARSE + 0.01, _FINE)
    return float(max(near, key=lambda angle: _sharpness(small, angle)))


def _sharpness(small: Pixels, angle: float) -> float:
    """How sharply rows of type are parted when a page is turned by an angle."""
    rows = _turn(small, angle, paper=0).mean(axis=1)
    return float(np.square(np.diff(rows)).sum())


def _turn(pixels: Pixels, angle: float, paper: int = 255) -> Pixels:
    """A picture turned by some degrees to the left about its middle."""
    if abs(angle) < _FINE:
        return pixels
    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1)
    turned = cv2.warpAffine(
        np.ascontiguousarray(pixels), matrix, (width, height), flags=cv2.INTER_LINEAR,
        borderValue=(paper,) * 3,
    )  # fmt: skip
    return np.asarray(turned, np.uint8)


def _turns(ink: Pixels, lines: Sequence[_Line]) -> int:
    """How many quarter turns to the left make a picture upright."""
    longest = sorted(lines, key=lambda line: -max(line.width, line.height))[:_SAMPLE]
    if not longest:
        return 0
    lying = sum(line.height > _TALL * line.width for line in longest) * 2 > len(longest)
    if not lying and sum(line.score for line in longest) > _UPRIGHT_SURE * len(longest):
        return 0
    cuts = [_cut(ink, line) for line in longest]

    def score(turns: int) -> float:
        return sum(_read_line(np.ascontiguousarray(np.rot90(cut, turns)))[1] for cut in cuts)

    return max((1, 3) if lying else (0, 2), key=score)


def _black_ink(pixels: Pixels) -> Pixels:
    """The picture in grey, without red ink, evenly lit."""
    red_light = pixels[:, :, 0]
    # black text below red ink stays dark in it
    grey = np.where(_red_ink(pixels) & (red_light > _BRIGHT), np.uint8(255), red_light)
    small = cv2.resize(grey, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    wide = max(grey.shape) // _LIGHT_SPOTS | 1
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((7, 7), np.uint8)), wide)
    paper = cv2.resize(paper, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    even = cv2.divide(grey, np.maximum(paper, np.uint8(1)), scale=255)
    return np.asarray(cv2.cvtColor(even, cv2.COLOR_GRAY2RGB), np.uint8)


def _red_ink(pixels: Pixels) -> Any:
    colours = pixels.astype(np.int16)
    return colours[:, :, 0] - colours[:, :, 1:].max(axis=2) > _REDNESS


def _letterhead(pixels: Pixels) -> list[_Line]:
    """The lines in red ink at the head of a page: the name of who sends the document."""
    red = _red_ink(pixels[: int(pixels.shape[0] * _HEAD_SHARE)])
    least = _LETTERHEAD_SHARE * red.shape[1]
    if red.any(axis=0).sum() < least:
        return []
    ink = np.where(red[:, :, None], np.uint8(0), np.uint8(255)).repeat(3, axis=2)
    return [line for line in _read(ink) if line.width >= least and line.score > _UPRIGHT_SURE]


def _resize(pixels: Pixels, factor: float) -> Pixels:
    small = cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def _cut(ink: Pixels, line: _Line) -> Pixels:
    """A line's part of the picture, set level."""
    width, height = max(round(line.width), 4), max(round(line.height), 4)
    level = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    turn = cv2.getPerspectiveTransform(np.array(line.corners, np.float32), level)
    cut = cv2.warpPerspective(ink, turn, (width, height), borderValue=(255, 255, 255))
    return np.asarray(cut, np.uint8)


@cache
def _engine() -> Any:
    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.max_side_len": LONGEST_SIDE,
            "Global.text_score": _LEAST_SURE,
            "EngineConfig.onnxruntime.intra_op_num_threads": min(os.cpu_count() or 1, _THREADS),
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def _read(pixels: Pixels) -> list[_Line]:
    found = _engine()(
        pixels[:, :, ::-1],
        use_det=True,
        use_cls=False,
        use_rec=True,
        return_word_box=True,
        return_single_char_box=True,
    )
    if found.boxes is None:
        return []
    return [
        _Line(
            tuple((float(x), float(y)) for x, y in box),
            tuple(_with_usual_signs(list(_characters(box, words)))),
            float(score),
        )
        for box, words, score in zip(found.boxes, found.word_results, found.scores, strict=True)
    ]


def _with_usual_signs(characters: list[_Character]) -> list[_Character]:
    """The characters of a line with wide signs beside Chinese, and narrow ones within figures."""
    text = "".join(character for character, *_ in characters)
    for form, signs in ((_BESIDE_CHINESE, _WIDE_SIGNS), (_IN_FIGURE, _NARROW_SIGNS)):
        for found in form.finditer(text):
            place = found.start()
            characters[place] = (signs[found[0]], *characters[place][1:])
    return characters


def _characters(box: Any, words: Any) -> Iterator[_Character]:
    """The characters of a line with score and edges, measured along its upper edge."""
    (left, upper), (right, lower) = box[0], box[1]
    length = math.dist(box[0], box[1]) or 1.0
    along, down = (right - left) / length, (lower - upper) / length
    for word, score, corners in words:
        edges = [(x - left) * along + (y - upper) * down for x, y in corners]
        yield word, float(score), float(min(edges)), float(max(edges))


def _read_line(pixels: Pixels) -> tuple[str, float]:
    found = _engine()(pixels[:, :, ::-1], use_det=False, use_cls=False, use_rec=True)
    return ("", 0.0) if not found.txts else (found.txts[0], float(found.scores[0]))


def _mark_doubtful(ink: Pixels, red: Pixels, line: _Line) -> _Line:
    """A line whose digits are marked that were not read alike twice, or are faint.

    Also those that a stamp lies on, which may hide what makes a 6 of a 5.
    """
    digits = [n for n, (character, *_) in enumerate(line.characters) if character.isdecimal()]
    if not digits:
        return line
    again, _ = _read_line(_resize(_cut(ink, line), _AGAIN))
    alike = "".join(filter(str.isdecimal, again)) == "".join(line.text[n] for n in digits)
    stamped = _cut(red, line).mean(axis=0)
    marked = list(line.characters)
    for number in digits:
        digit, score, left, right = marked[number]
        covered = stamped[int(left) : math.ceil(right) + 1]
        if not alike or score < _LEAST_DIGIT or (covered.size and covered.mean() > _STAMPED):
            marked[number] = doubtful_digit(digit), score, left, right
    return replace(line, characters=tuple(marked))


@dataclass(frozen=True, slots=True)
class _LevelPage:
    """From a picture's pixels to points from its foot: ``height`` in pixels, how its lines slope.

    ``points`` is the size of a pixel.
    """

    height: float
    slope: float
    points: float

    def place(self, x: float, y: float) -> tuple[float, float]:
        """A place of the picture on the level page."""
        cosine, sine = math.cos(-self.slope), math.sin(-self.slope)
        across, down = x * cosine - y * sine, x * sine + y * cosine
        return across * self.points, (self.height - down) * self.points

    def glyphs(self, line: _Line) -> Iterator[Glyph]:
        """A line's characters as boxes without gaps."""
        edges = [[left, right] for *_, left, right in line.characters]
        for before, after in pairwise(edges):
            if after[0] - before[1] < _WIDE_GAP * line.height:
                before[1] = after[0] = (before[1] + after[0]) / 2
        if line.text.endswith(_HALF_EMPTY):  # the next box begins a character further on
            edges[-1][1] = max(edges[-1][1], edges[-1][0] + line.height * _EM)
        left, top = self.place(*line.corners[0])
        bottom = top - line.height * self.points
        for (char, *_), (begin, end) in zip(line.characters, edges, strict=True):
            yield Glyph(char, left + begin * self.points, bottom, left + end * self.points, top)

    def rules(self, ink: Pixels) -> Iterator[Rule]:
        """The long straight lines of the picture, across and upright."""
        dark = np.where(ink[:, :, 0] < _FAINT, np.uint8(255), np.uint8(0))
        length = max(ink.shape[1] // _RULE_SHARE, 2)
        for across in (True, False):
            shape = np.ones((1, length) if across else (length, 1), np.uint8)
            straight = cv2.morphologyEx(cv2.dilate(dark, shape.T[:3, :3]), cv2.MORPH_OPEN, shape)
            outlines, _ = cv2.findContours(straight, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
            for outline in outlines:
                x, y, width, height = cv2.boundingRect(outline)
                if across:
                    left, bottom = self.place(x, y + height / 2)
                    yield Rule(left, bottom, left + width * self.points, bottom)
                else:
                    left, top = self.place(x + width / 2, y)
                    yield Rule(left, top - height * self.points, left, top)
