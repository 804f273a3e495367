"""How a picture's points are packed: width and height of the copy in which they were found, then one entry a point.

`x` and `y` are sixteenths of its pixels, `size` is the standard deviation of the blob in sixty-fourths, `word` says in
`WORD_BITS` bits what is around it, the lowest frequencies first (`images.extract.keypoints`); above them stand, in
`PLACE_BITS` each, the places of those `UNSURE` among the first `INDEXED_BITS` that a slight change is likeliest to
turn. Little-endian.
"""

from struct import Struct

POINTS_HEAD = Struct("<HH")
POINT = [("word", "<u8"), ("x", "<u2"), ("y", "<u2"), ("size", "<u2")]
POINT_SIZE = 14
WORD_BITS = 40
INDEXED_BITS = 32
"""By so many a picture is looked up. There are so many words that strangers seldom share one by chance."""
UNSURE, PLACE_BITS = 3, 5
