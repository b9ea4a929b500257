"""A picture of a guest's screen, and the text that a frame buffer's console has painted on it."""

_CELL = (8, 16)  # pixels of the kernel's font


class Picture:
    """Pixels of a PPM file (P6), as QEMU's screendump writes it."""

    def __init__(self, ppm: bytes):
        kind, size, depth, self._pixels = ppm.split(b"\n", 3)
        assert (kind, depth) == (b"P6", b"255"), (kind, depth)
        self.width, self.height = map(int, size.split())

    def lit(self) -> int:
        """How many bytes are not black."""
        return len(self._pixels) - self._pixels.count(0)

    def _glyph(self, row: int, column: int) -> bytes:
        width, height = _CELL
        at = [((row * height + line) * self.width + column * width) * 3 for line in range(height)]
        return b"".join(self._pixels[start : start + width * 3] for start in at)

    def shows(self, text: str) -> bool:
        """Whether each character of the text, line below line, has a shape of its own and always that.

        So the font need not be known. A cursor or a colour is a shape too: a few cells may differ.
        """
        shapes: dict[str, object] = {}
        letters: set = set()
        odd = 0
        for row, line in enumerate(text.splitlines()):
            for column, character in enumerate(line):
                glyph = self._glyph(row, column)
                odd += shapes.setdefault(character, glyph) != glyph
                letters |= {character} - {" "}
        return len(letters) > 10 and odd <= 2 and len(set(shapes.values())) == len(shapes)
