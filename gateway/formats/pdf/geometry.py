"""Matrices of PDF (ISO 32000-2 section 8.3.3): six numbers, points as row vectors. Pure."""

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]

UNIT: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_FLAT = 1e-9


def times(first: Matrix, second: Matrix) -> Matrix:
    """`first`, then `second`."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def moved(point: Point, by: Matrix) -> Point:
    """Where a matrix takes a point."""
    x, y = point
    return x * by[0] + y * by[2] + by[4], x * by[1] + y * by[3] + by[5]


def turned(vector: Point, by: Matrix) -> Point:
    """Where a matrix takes a direction: without its shift."""
    x, y = vector
    return x * by[0] + y * by[2], x * by[1] + y * by[3]


def inverse(matrix: Matrix) -> Matrix:
    """What undoes it. ValueError for one that flattens."""
    a, b, c, d, e, f = matrix
    area = a * d - b * c
    if abs(area) < _FLAT:
        raise ValueError("a matrix that nothing undoes")
    return (d / area, -b / area, -c / area, a / area, (c * f - d * e) / area, (b * e - a * f) / area)


def matrix_of(numbers: object) -> Matrix:
    """Of an array or of operands. ValueError where they are no six numbers."""
    try:
        a, b, c, d, e, f = (float(one) for one in numbers)  # type: ignore[attr-defined]
    except TypeError:
        raise ValueError("no matrix") from None
    return (a, b, c, d, e, f)
