"""How a picture's points are packed: width and height of the copy in which they were found, then one entry a point.

`x` and `y` are sixteenths of its pixels, `size` is the standard deviation of the blob in sixty-fourths, `word` says in
`WORD_BITS` bits what is around it, the surest bits first (`pictures.points`). Little-endian.
"""

from struct import Struct

POINTS_HEAD = Struct("<HH")
POINT = [("word", "<u8"), ("x", "<u2"), ("y", "<u2"), ("size", "<u2")]
POINT_SIZE = 14
WORD_BITS = 40
