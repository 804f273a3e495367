"""What the content streams of a page show, glyph by glyph, with the instruction that shows each.

Every operator of ISO 32000-2 annex A is known by name; what draws by a way that is not followed here (text as a
clipping path, writing from top to bottom, PostScript) is a ValueError, and the page is then not changed in this way.
Positions are those of the stream itself (`Stream.base` takes them to the page), since that is where a glyph is moved.

In: a page. Out: its streams: instructions, glyphs, painted paths, pictures, in the order in which they are drawn.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import pikepdf

from gateway.formats.pdf.geometry import UNIT, Matrix, Point, matrix_of, moved, times, turned
from gateway.formats.pdf.glyphs import Font, font_of

MOST_BYTES = 8 * 1024 * 1024
MOST_INSTRUCTIONS = 400_000
MOST_GLYPHS = 400_000
_DEEPEST = 12
_MOST_FORMS = 2000
_PAINTING = frozenset(("S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "n"))
_PASSING = frozenset(
    "w J j M d ri i CS cs SC SCN sc scn G g RG rg K k sh MP DP BX EX d0 d1".split()  # noqa: SIM905  # a table
)
_CLIPPING_MODE = 4

Instruction = tuple[list[Any], str]
Key = tuple[int, int]
"""The number of an object."""


@dataclass(frozen=True, slots=True)
class TextState:
    """Section 9.3.1."""

    font: Font | None = None
    name: str = ""
    size: float = 0.0
    spacing: float = 0.0
    word_spacing: float = 0.0
    stretch: float = 1.0
    leading: float = 0.0
    rise: float = 0.0
    mode: int = 0


@dataclass(frozen=True, slots=True)
class Glyph:
    """One code that instruction `at` shows. `origin` and `ahead` (one em along the line) in the stream's own space;
    `matrix` is the text matrix there, `space` what takes text space to the stream's."""

    at: int
    code: bytes
    state: TextState
    origin: Point
    ahead: Point
    up: Point
    matrix: Matrix
    space: Matrix

    @property
    def natural(self) -> float:
        """How far it goes by its font alone, in em."""
        font = self.state.font
        assert font is not None
        return font.width(self.code) / font.em


@dataclass(frozen=True, slots=True)
class Painted:
    """A path that instruction `at` paints or cuts with, or a picture that it shows, within a box of the stream's space;
    `since` is the first instruction that is there for it alone."""

    since: int
    at: int
    low: Point
    high: Point
    cuts: bool = False


@dataclass(frozen=True, slots=True)
class PictureOnPage:
    """A picture; `thing` is its object, or None for one that stands in the content itself."""

    thing: Any


@dataclass(slots=True)
class Stream:
    """One content stream as drawn once. `owner` is the page or form whose content it is."""

    owner: Any
    resources: Any
    base: Matrix
    instructions: list[Instruction] = field(default_factory=list)
    glyphs: list[Glyph] = field(default_factory=list)
    painted: list[Painted] = field(default_factory=list)
    starts: dict[int, Matrix] = field(default_factory=dict)
    """The text matrix with which an instruction that shows text begins."""
    key: tuple[int, int] | None = None


@dataclass(slots=True)
class Drawn:
    """Everything that a page draws. `streams[0]` is its own content."""

    streams: list[Stream] = field(default_factory=list)
    pictures: list[PictureOnPage] = field(default_factory=list)


def drawn(page: Any) -> Drawn:
    """Of a pikepdf page."""
    walk = _ContentWalk()
    stream = Stream(page.obj, page.obj.get("/Resources", pikepdf.Dictionary()), UNIT)
    if size_of(page.obj.get("/Contents")) > MOST_BYTES:
        raise ValueError("more content than a page has")
    walk.follow(stream, page, TextState(), 0)
    return walk.drawn


def key_of(thing: Any) -> Key:
    """Its object's number; zeroes for what stands in place."""
    return int(thing.objgen[0]), int(thing.objgen[1])


def text_of_name(name: Any) -> str:
    """What a name says, or a key of a dictionary; programs of a Chinese Windows write the names of fonts in GBK."""
    written = bytes(name) if isinstance(name, pikepdf.Name) else str(name).encode("utf-8", "surrogateescape")
    try:
        return written[1:].decode("utf-8")
    except UnicodeDecodeError:
        return written[1:].decode("gb18030", "replace")


def is_drawing(stream: Any) -> bool:
    """Whether it is a form, or a cell of a pattern."""
    kind = stream.get("/PatternType", 0)
    return str(stream.get("/Subtype", "")) == "/Form" or (isinstance(kind, (int, Decimal)) and int(kind) == 1)


def size_of(contents: Any) -> int:
    """Of a page's content, unpacked."""
    streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    return sum(len(one.read_bytes()) for one in streams if isinstance(one, pikepdf.Stream))


def parsed(thing: Any) -> Iterator[Instruction]:
    """Instructions of a page or form; a picture in the content is `BI`, with pikepdf's instruction as its operand."""
    for number, instruction in enumerate(pikepdf.parse_content_stream(thing)):
        if number > MOST_INSTRUCTIONS:
            raise ValueError("more instructions than a page has")
        if isinstance(instruction, pikepdf.ContentStreamInlineImage):
            yield [instruction], "BI"
        else:
            yield list(instruction.operands), str(instruction.operator)


def unparsed(instructions: Sequence[Instruction]) -> bytes:
    """Their content stream."""
    made = [given[0] if name == "BI" else (list(given), pikepdf.Operator(name)) for given, name in instructions]
    return bytes(pikepdf.unparse_content_stream(made))


class _ContentWalk:
    def __init__(self) -> None:
        self.drawn = Drawn()
        self._count = self._glyphs = 0

    def follow(self, stream: Stream, thing: Any, state: TextState, depth: int) -> None:
        if depth > _DEEPEST or len(self.drawn.streams) >= _MOST_FORMS:
            raise ValueError("forms in forms")
        self.drawn.streams.append(stream)
        _Follower(self, stream, state, depth).all(parsed(thing))

    def count(self, glyphs: int) -> None:
        self._count += 1
        self._glyphs += glyphs
        if self._count > MOST_INSTRUCTIONS or self._glyphs > MOST_GLYPHS:
            raise ValueError("more content than a page has")


class _Follower:
    """Of one stream."""

    def __init__(self, walk: _ContentWalk, stream: Stream, state: TextState, depth: int) -> None:
        self._walk, self._stream, self._state, self._depth = walk, stream, state, depth
        self._space: Matrix = UNIT
        self._stack: list[tuple[Matrix, TextState]] = []
        self._matrix = self._line = UNIT
        self._points: list[Point] = []
        self._since = 0
        self._cut_at: int | None = None
        self._fonts: dict[str, Font] = {}

    def all(self, instructions: Iterator[Instruction]) -> None:
        for at, (operands, operator) in enumerate(instructions):
            self._stream.instructions.append((operands, operator))
            before = len(self._stream.glyphs)
            try:
                self._one(at, operands, operator)
            except (IndexError, TypeError, ArithmeticError) as error:
                raise ValueError("an operator without its operands") from error
            self._walk.count(len(self._stream.glyphs) - before)

    def _one(self, at: int, operands: list[Any], operator: str) -> None:
        match operator:
            case "q":
                self._stack.append((self._space, self._state))
            case "Q":
                if self._stack:
                    self._space, self._state = self._stack.pop()
            case "cm":
                self._space = times(matrix_of(operands), self._space)
            case "BT":
                self._matrix = self._line = UNIT
            case "ET" | "BMC" | "BDC" | "EMC":
                pass
            case "Td" | "TD" | "T*" | "Tm":
                self._place(operands, operator)
            case "Tj" | "TJ" | "'" | '"':
                self._show(at, operands, operator)
            case "Do":
                self._draw(at, str(operands[0]))
            case "BI":
                self._picture(at, None)
            case "m" | "l" | "c" | "v" | "y" | "re":
                self._since = self._since if self._points else at
                self._path(operands, operator)
            case "h":
                pass
            case _ if operator in _PAINTING:
                if operator != "n":
                    self._paint(self._since, at, self._points)
                if self._cut_at is not None:
                    self._paint(self._since, self._cut_at, self._points, cuts=True)
                self._points, self._cut_at = [], None
            case "W" | "W*":
                self._cut_at = at
            case "gs":
                self._graphics_state(str(operands[0]))
            case _ if operator in _PASSING:
                pass
            case _:
                self._set(operands, operator)

    def _set(self, operands: list[Any], operator: str) -> None:
        """Parameters of text."""
        state = self._state
        match operator:
            case "Tf":
                name = str(operands[0])
                self._state = replace(state, font=self._font(name), name=name, size=float(operands[1]))
            case "Tc":
                self._state = replace(state, spacing=float(operands[0]))
            case "Tw":
                self._state = replace(state, word_spacing=float(operands[0]))
            case "Tz":
                self._state = replace(state, stretch=float(operands[0]) / 100)
            case "TL":
                self._state = replace(state, leading=float(operands[0]))
            case "Ts":
                self._state = replace(state, rise=float(operands[0]))
            case "Tr":
                if int(operands[0]) >= _CLIPPING_MODE:
                    raise ValueError("text that clips")
                self._state = replace(state, mode=int(operands[0]))
            case _:
                raise ValueError("an operator that no standard knows")

    def _place(self, operands: list[Any], operator: str) -> None:
        if operator == "Tm":
            self._line = matrix_of(operands)
        elif operator == "T*":
            self._line = times((1, 0, 0, 1, 0, -self._state.leading), self._line)
        else:
            x, y = float(operands[0]), float(operands[1])
            if operator == "TD":
                self._state = replace(self._state, leading=-y)
            self._line = times((1, 0, 0, 1, x, y), self._line)
        self._matrix = self._line

    def _show(self, at: int, operands: list[Any], operator: str) -> None:
        if operator == '"':
            self._state = replace(self._state, word_spacing=float(operands[0]), spacing=float(operands[1]))
        if operator in "'\"":
            self._place([], "T*")
        state = self._state
        if state.font is None:
            raise ValueError("text without a font")
        self._stream.starts[at] = self._matrix
        for part in operands[0] if operator == "TJ" else [operands[-1]]:
            if not isinstance(part, pikepdf.String):
                self._step(-float(part) / 1000 * state.size * state.stretch)
                continue
            for code in state.font.codes(bytes(part)):
                self._stream.glyphs.append(self._glyph(at, code))
                self._step(advance(state, code))

    def _step(self, width: float) -> None:
        self._matrix = times((1, 0, 0, 1, width, 0), self._matrix)

    def _glyph(self, at: int, code: bytes) -> Glyph:
        state = self._state
        assert state.font is not None
        em = state.size * state.font.em
        whole = times(self._matrix, self._space)
        return Glyph(
            at,
            code,
            state,
            moved((0, state.rise), whole),
            turned((em * state.stretch, 0), whole),
            turned((0, em), whole),
            self._matrix,
            self._space,
        )

    def _font(self, name: str) -> Font:
        if name not in self._fonts:
            fonts = self._stream.resources.get("/Font", pikepdf.Dictionary())
            self._fonts[name] = font_of(fonts.get(name))
        return self._fonts[name]

    def _graphics_state(self, name: str) -> None:
        state = self._stream.resources.get("/ExtGState", pikepdf.Dictionary()).get(name)
        if isinstance(state, pikepdf.Dictionary) and "/Font" in state:
            raise ValueError("a font that is set by a state")

    def _path(self, operands: list[Any], operator: str) -> None:
        numbers = [float(one) for one in operands]
        if operator == "re":
            x, y, width, height = numbers
            points = [(x, y), (x + width, y), (x, y + height), (x + width, y + height)]
        else:
            points = list(zip(numbers[::2], numbers[1::2], strict=True))
        self._points += [moved(point, self._space) for point in points]

    def _paint(self, since: int, at: int, points: Sequence[Point], cuts: bool = False) -> None:
        if points:
            xs, ys = zip(*points, strict=True)
            self._stream.painted.append(Painted(since, at, (min(xs), min(ys)), (max(xs), max(ys)), cuts))

    def _picture(self, at: int, thing: Any) -> None:
        """Which fills the unit square (section 8.9.5)."""
        self._walk.drawn.pictures.append(PictureOnPage(thing))
        sized = at > 0 and self._stream.instructions[at - 1][1] == "cm"
        self._paint(at - sized, at, [moved(corner, self._space) for corner in ((0, 0), (1, 0), (0, 1), (1, 1))])

    def _draw(self, at: int, name: str) -> None:
        thing = self._stream.resources.get("/XObject", pikepdf.Dictionary()).get(name)
        if not isinstance(thing, pikepdf.Stream):
            return  # nothing is drawn by it
        kind = str(thing.get("/Subtype", ""))
        if kind == "/Image":
            self._picture(at, thing)
        elif kind == "/Form":
            if len(thing.read_bytes()) > MOST_BYTES:
                raise ValueError("more content than a page has")
            own = matrix_of(thing.Matrix) if "/Matrix" in thing else UNIT
            base = times(own, times(self._space, self._stream.base))
            resources = thing.get("/Resources", self._stream.resources)
            self._walk.follow(Stream(thing, resources, base, key=key_of(thing)), thing, self._state, self._depth + 1)
        else:
            raise ValueError("an object of another kind")


def advance(state: TextState, code: bytes) -> float:
    """How far a code goes, in text space (section 9.4.4)."""
    assert state.font is not None
    spacing = state.spacing + (state.word_spacing if code == b" " else 0.0)
    return (state.font.width(code) * state.size + spacing) * state.stretch
