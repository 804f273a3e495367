"""Every threshold of the picture rooms that was fitted on pictures, and what it was measured on.

The jailed room (`images.extract`) and the trusted one (`images.match`) share it, and so do the detectors and intake
where they compare pictures. Sizes, the shapes of masks, steps of a search and limits of time stand where they are used.

Figures are from `bench/README.md` unless a place is named. Most thresholds were set together, so that a figure of the
whole (recall of avatars, false alarms, crops found) holds for all of a section; beside each stands what was measured of
it alone. "Not measured" says that there is no such figure, and what it was chosen for. Names end in what is counted:
`SCORE` 0 to 1 (correlation, or how sure a reader is), `COST` taken from a score, `SHARE` of a whole, `GREYS` of 255,
`RATIO` of two sizes, `WIDTHS` and `HEIGHTS` of a line, `BITS`, `PIXELS`.

Imports nothing. Whoever changes a value runs the bench of its section again (`bench/thresholds.py` where it is named).
"""

# --- avatars: which score is a find, and how plain an avatar may be

AVATAR_FOUND_SCORE = 0.82
"""From here on a candidate shows the avatar. While it was set, the reporter's own reached 0.88 and more on three
conditions (clean, JPEG 40 at 0.7 of the size, photo of a screen), strangers at most 0.79. With it `pictures.py` finds
760 of 760 changed faces and 108 of 108 places in clean pages, and takes 0 of 1,000 pictures of others for a
reporter."""

AVATAR_WHOLE_SHARE = 0.7
"""Of a picture's area that a found avatar takes up: the picture is the avatar. Not measured: chosen so that a round or
bordered avatar alone counts as one, and a face in a page does not."""

AVATAR_DISTINCT_SCORE = 0.4
"""An avatar less distinct than this counts only beside other evidence. Of 192 faces of `bench/pictures.py` 188 are more
distinct, nine in ten by far (1.0); one colour has 0.0, a grey silhouette 0.1 (`bench/thresholds.py avatars`)."""

AVATAR_DETAIL_GREYS = 16.0
"""Deviation of an avatar's detail that makes it wholly distinct. Not measured alone: it sets the scale of
`AVATAR_DISTINCT_SCORE`, so that 0.4 is 6.4 grey levels."""

AVATAR_SILHOUETTE_SCORE = 0.85
"""Likeness to head and shoulders from which an avatar is a platform's own. The silhouette of the bench reaches it, and
none of 192 faces and 120 drawings: they would have the distinctness below (`bench/thresholds.py avatars`)."""

AVATAR_SILHOUETTE_DISTINCT_SCORE = 0.1
"""How distinct a silhouette is said to be. Not measured: chosen so that it lies below every limit."""

AVATAR_PLAIN_GREYS = 2.0
"""Deviation of a colour in the middle of an avatar below which it is not used at all. One colour has 0.0, also after
JPEG 40; the plainest of 192 faces has 10.7 (`bench/thresholds.py avatars`)."""

AVATAR_LEARNED_SCORE = 0.86
"""From here on two faces of one screenshot are the same person's, and the reporter's is learned. Not measured alone:
chosen above `AVATAR_FOUND_SCORE`, for what is learned wrongly is then found everywhere."""

AVATAR_LEARNED_DISTINCT_SCORE = 0.4
"""How distinct a face must be to be learned. Not measured alone: as `AVATAR_DISTINCT_SCORE`, so that arrows and
characters of text, which have round corners too, are not learned."""


# --- avatars: the coarse look, which says what is compared finely

AVATAR_COARSE_SCORE = 0.72
"""Correlation that the coarse look must reach. Not measured alone: with it 80 of 80 places from 40 pixels on are found
at JPEG 40, and 200 of 200 in other pages."""

AVATAR_COARSE_COVERED_SCORE = 0.85
"""The same where a corner is left out for a badge. Of 76 faces with border and badge 8 were missed before corners were
left out, and none since; no stranger of 720 was taken for one who was not before."""

AVATAR_COARSE_STRICT_SCORE = 0.88
"""The same for copies in grey. With 24 reporters a page took 7 % longer with such copies than without, and not twice as
long, as it did before; with it 66 and 67 of 76 copies in grey and in sepia are found."""

AVATAR_COARSE_FULL_CELLS = 39.0
"""Cells from which a correlation counts as it is; over fewer, as much as chance leaves of it. Not measured: as many as
the mask covers where the avatar has 0.88 of the candidate's side."""

AVATAR_SEEN_WHOLE_SCORE = 0.86
"""A face seen whole that is so alike is not compared without its corners. Not measured: chosen to spare time, a little
above `AVATAR_FOUND_SCORE`."""


# --- avatars: weights and costs of the fine look

AVATAR_COLOUR_WEIGHT = 0.4
"""Weight of the colours as they are; the rest is that of the detail. By colours alone strangers reached 0.93 in pages
drawn by Chromium; weighed so, 0.79."""

AVATAR_FAINT_CONTRAST_RATIO = 0.3
AVATAR_STRONG_CONTRAST_RATIO = 3.0
"""Contrast of a window to the avatar's own, at least and at most. Not measured alone: 73 of 76 pale copies are found,
and 32 of 32 pages in a photo of a screen."""

AVATAR_SHADE_GREYS = 12.0
AVATAR_SHADE_POINT_GREYS = 150.0
"""By so much the mean colour may differ, and so much more costs a whole point. Of 76 faces recoloured by 14 degrees 76
are found, by 35 degrees 53, by a warm filter 74."""

AVATAR_FOREIGN_GREYS = 6.0
AVATAR_FOREIGN_POINT_GREYS = 40.0
"""So much colour may be there that the avatar has not, and so much more costs a whole point. Of 1,200 single faces,
half drawn by one template, 12 were taken for a reporter before and 2 since; with 8 and 10 instead of 6 it was 5."""

AVATAR_FOREIGN_BLURRED_GREYS = 4.0
AVATAR_FOREIGN_BLURRED_POINT_GREYS = 25.0
"""The same for small faces, whose colours are compared blurred. Of 60 faces of 24 to 36 pixels drawn by one template 1
was taken for a reporter instead of 3, at the same recall (57 of 60)."""

AVATAR_SMALL_PIXELS = 40
"""Below, colours are compared blurred and brightness alone may speak for a face. Compared as they are, foreign colours
cost recall there (0.929 to 0.714 at JPEG 40); of 70 places 55 are found instead of 42."""

AVATAR_UNCOVERED_SHARE = 0.85
"""Of the pixels, those whose colours differ least; over the others a badge may lie. Not measured alone: see
`AVATAR_COARSE_COVERED_SCORE`."""

AVATAR_FLAT_GREYS = 2.0
"""Detail of brightness below which it says nothing. Not measured: as `AVATAR_PLAIN_GREYS`."""

AVATAR_COVERED_COST = 0.03
"""Taken from a likeness where a corner is left out: see `AVATAR_COARSE_COVERED_SCORE`."""

AVATAR_MIRRORED_COST = 0.02
"""Taken from the likeness of a mirrored avatar. 76 of 76 mirrored ones are found with it; not measured without."""

AVATAR_MARGIN_GREYS = 14
AVATAR_MARGIN_OTHER_SHARE = 0.1
"""A margin is of one colour where at most such a share of the edge differs by more grey levels. Not measured: chosen so
that JPEG does not part it."""

AVATAR_MARGIN_KEPT_SHARE = 0.9
"""A margin of one colour is cut off where less than so much of the side is left. Not measured: chosen so that what is
left is not nearly the whole once more."""


# --- avatars without their colours

GREY_AVATAR_DISTINCT_SCORE = 0.6
"""How distinct an avatar must be by brightness alone to be looked for in grey. Not measured alone: of 120 strangers in
grey, in sepia and in grey at JPEG 40, 4 are taken for one of 24 reporters, the same 4 as without such a look."""

GREY_AVATAR_COST = 0.12
"""So much more is asked of such a likeness. Own copies reached 0.94 in grey, in sepia, round, at JPEG 40; of strangers
only drawings by one template did. In grey or sepia 66 and 67 of 76 are found; it was 35."""

GREY_CANDIDATE_OFF_LINE_GREYS = 5.0
"""So far the colours of a candidate may stand off one line to count as without colours. JPEG leaves 2 or 3; of 78 faces
in sepia at JPEG 40 nine in ten stand off by 3.0 at most, all by 4.9 (`bench/thresholds.py avatars`)."""

GREY_AVATAR_OFF_LINE_GREYS = 8.0
"""So far those of an avatar must, to have had colours to lose. Of 78 faces the middle one stands off by 14.4
(`bench/thresholds.py avatars`)."""


# --- candidates: what could be an avatar is cut out

CANDIDATE_EDGE_GREYS = (10, 26, 64)
"""Steps of colour that count as an edge, looked at one after the other. Not measured alone: chosen so that pale frames
and photographs on dark pages have an edge at one of them (recall as of `AVATAR_FOUND_SCORE`)."""

CANDIDATE_SQUARE_RATIO = 1.3
"""Times as long as high that still counts as a square. Not measured alone."""

CANDIDATE_ATTACHED_RATIO = 2.5
"""Times as long as high: what may be a face with something that sticks out of it. Not measured alone."""

CANDIDATE_RULE_RATIO = 40
"""Times as long as high: a rule, not a row. Not measured: chosen so that a row of a table is no rule."""

CANDIDATE_BODY_SHARE = 0.66
"""Rows of a shape that are so long, of its long ones, belong to its body. Not measured alone: chosen so that a badge or
a tail is left out."""

CANDIDATE_PLAIN_GREYS = 5.0
"""Deviation of colour below which a candidate shows nothing. The plainest of 606 that were kept of eight chats had 8.4
(`bench/thresholds.py avatars`)."""

CANDIDATE_SAME_SHARE = 0.82
"""Intersection over union from which two candidates are one. Not measured: the search of the coarse look (0.72 to 1.15
of the side) covers the one left out."""


# --- copies: places of one picture that show the same face

COPY_SCORE = 0.8
COPY_AWAY_GREYS = 22.0
"""Correlation of a place with the found one, and mean difference of their pixels. Of 40 drawn chats, half at JPEG 40
and 0.7 of the size, the same face in another place had 0.98 and more and at most 7.2; the likest other place 0.56
(`bench/thresholds.py copies`)."""

COPY_PLAIN_GREYS = 8.0
"""Deviation below which anything looks like anything, and no copy is looked for. Not measured."""


# --- whole pictures that are known again

PICTURE_PLAIN_GREYS = 3.0
"""Deviation at 32 by 32 below which a picture has no hash. Blank pages have 0.0, also after JPEG 40; 20 chats, 8
photographs and 40 logos have 19.8 and more (`bench/thresholds.py drawn`)."""

PICTURE_SAME_BITS = 8
"""Bits of 64 in which the hashes of one picture may differ. Not measured alone: a hash takes one screenshot of a layout
for another, and so the score below decides."""

PICTURE_SAME_SCORE = 0.95
"""Correlation of two small copies of 96 by 96 from which they are of one picture. On chat screenshots: 0.997 and more
for JPEG and smaller copies, 0.92 for other words in the same layout, 0.80 for other people in it (no bench kept)."""


# --- pieces of pictures that are known again

PIECE_FOUND_SCORE = 0.84
"""Mean agreement from which a picture shows a piece. Of pieces of chats, mails and photographs, cropped, resized and
compressed to JPEG 40, it was 0.88 and more; of other pages of the same layouts 0.82 and less. With all of this section
128 crops were found in 125 cases, and 1 of 7,584 comparisons with other pages was wrong."""

PIECE_LEAST_SHARE = 0.2
"""Of the kept picture that must be shown. Not measured: chosen so that a logo that a screenshot happens to show is no
piece of it."""

PIECE_WORD_BITS = 7
"""Of 40 in which the words of one point may differ: nine in ten of the same point do not in more, and one in 3,000 of
two that have nothing to do with each other (no bench kept)."""

PIECE_SHARED_WORDS = 2
"""Beginnings of words (20 bits) that two pictures must have in common to be compared. While crops were developed every
true piece had them."""

PIECE_LEAST_PAIRS = 4
"""Points that must agree on one size and place. Not measured alone: two are enough for a size, and so agree always."""

PIECE_PAIR_PIXELS = 12.0
"""Points nearer to each other give no size. Not measured: chosen so that a pixel off is less than a tenth."""

PIECE_SLACK_SHARE = 0.03
PIECE_SLACK_PIXELS = 2.0
PIECE_SLACK_AT_PIXELS = 20
"""By so much two points may lie turned; so many pixels, and the share of so many, a point may lie off. Not measured."""

PIECE_SIZE_RATIO = 1.5
"""By so much the size that two pairs give may differ from that of their blobs. Not measured."""

PIECE_TILE_PLAIN_GREYS = 5.0
"""Deviation below which a tile shows nothing. Not measured."""

PIECE_CONTRAST_RATIO = 1.5
"""So many times as strong is as strong: a compressed or smaller tile is fainter. Not measured alone."""

PIECE_TILE_SCORE = 0.6
PIECE_TILES_SHARE = 0.95
"""Correlation from which a tile agrees, and the share of the tiles that must. Not measured alone."""

PIECE_LEAST_TILES = 8
"""Tiles that show something below which nothing is said. Not measured alone."""

POINT_CONTRAST_SHARE = 0.03
POINT_EDGE_RATIO = 12
"""What a blob must stand out by, and how long it may be for its width. Lowe (IJCV 2004) has 0.03 and 10. Not measured
here alone. Words of stored reports were made with them: another value finds other points than those had."""


# --- drawings and photographs

DRAWN_STEP_GREYS = 3
DRAWN_SHARE = 0.6
"""Neighbours that differ by no more are of one colour, and so many of a drawing's are. Chats have 0.98, at JPEG 40 and
0.7 of the size 0.90 and more; of 8 photographs 6 have less, the middle one 0.45, and 2 (a rocket before the sky, a
flower) up to 0.72, which count as drawn: they are read at up to 4,000 pixels of width (`bench/thresholds.py drawn`)."""


# --- lines of text: which reading is believed

OCR_SURE_SCORE = 0.97
OCR_SMALL_PIXELS = 24
OCR_SURE_SMALL_SCORE = 0.99
"""From here on the quick reader is believed; below so many pixels of a line's height more is asked, for there it is
often wrong and sure of it. Of 320 lines drawn, brought to 0.7 of the size and JPEG 40, read as 337: all 75 of 24 pixels
and more were read right, with 0.97 and more; of lower ones 27 of 88 that were read wrong have 0.97 and 6 have 0.99, of
174 read right 159 and 108 (`bench/thresholds.py ocr`)."""

OCR_GUESSED_SCORE = 0.8
OCR_GUESSED_LEAST = 3
"""Below, a word was guessed; of so many characters or lines on, most of them guessed, a tile may lie on its head. Lines
that were read right had 0.938 and more, 4 lines that it saw in 8 photographs had 0.67 at most
(`bench/thresholds.py ocr`). With 0.6 words of a page turned by a quarter were taken for text."""

OCR_NOTHING_SCORE = 0.25
"""Below, the quick reader saw no text, and it is not read again. Not measured: chosen so that leaves cost no time."""

OCR_EXACT_TRUST_SCORE = 0.1
"""By so much the exact reader may be less sure than the quick one, and is believed. Not measured."""

OCR_WORTH_EXPONENT = 4
"""Power of its score with which a character counts where two readings of a tile are weighed. Not measured: chosen so
that many guesses do not outweigh few sure characters."""

OCR_DOUBLED_SCORE = 0.9
OCR_LOW_LINE_PIXELS = 22
"""A line less sure or lower than this sends a small picture through a second look at double size. Not measured: chosen
so that strokes of one pixel are seen."""

OCR_NOISE_SCORE = 0.4
"""Below, a line is no text. Not measured alone: lines read right have 0.938 and more; in 8 photographs 8 lines stay
above it, half of them with 0.74 at most (`bench/thresholds.py ocr`)."""

OCR_UNREAD_SCORE = 0.75
OCR_UNREAD_AREA_SHARE = 0.04
OCR_UNREAD_LEAST_LINES = 4
"""So many long lines that take up such a share of a picture and are no surer, weighed by area, are text that could not
be read. Not measured: chosen so that photographs, which give few such lines, and logos, which give one or two, are
none."""

OCR_SAME_PLACE_SHARE = 0.5
"""Of the smaller of two lines that lies in the other: they are one. Not measured."""

OCR_CHARACTER_SURE_SCORE = 0.94
"""A character as sure as this, the doubt of its whole line laid on it, is what was read; below, a name of which it is
the only one that differs may stand there. Not measured."""


# --- columns of upright characters

COLUMN_LINE_RATIO = 1.8
"""Times as high as wide: a line that stands, or a column. Not measured: chosen so that two characters make a column."""

COLUMN_CHARACTER_RATIO = 1.5
"""The same where single characters get their boxes. Not measured."""

COLUMN_APART_WIDTHS = 2.0
COLUMN_OVER_WIDTHS = 0.3
"""So far apart two columns may stand, in widths, to be read together, and so much one may lie over the other. Not
measured."""

COLUMN_INK_GREYS = 24
COLUMN_INK_PART = 4
"""A row of a column has ink where its values spread further than so much, and than such a part of the widest spread.
Not measured."""

COLUMN_JOINED_WIDTHS = 0.95
COLUMN_UNCUT_WIDTHS = 1.6
"""Strokes one above the other are one character up to so many widths of height (三, 二); what is higher than the second
was not cut. Not measured."""


# --- where the characters of a line are cut

CHARACTER_UNSURE_SCORE = 0.9
"""Below, boxes are made wider, for what was misread has other widths than what stands there. Not measured alone: no
line read right had less than 0.938 (see `OCR_SURE_SMALL_SCORE`)."""

CUT_BLANK_COST = 0.03
CUT_INKED_COST = 4.0
CUT_BARE_COST = 2.0
CUT_SPACE_INK_COST = 3.0
"""Price of a blank column that is nobody's, of an inked one that is, of a character without ink, of each inked column
of a blank; a character of half or twice its width costs 1. Not measured alone: cut so, words that are covered hit 1.0 %
of the neighbours' ink, boxes of whole words 3.9 %."""

CUT_LEAST_WIDTH_RATIO = 0.3
CUT_MOST_WIDTH_RATIO = 2.4
"""Of its usual width that a character may have. Not measured alone."""

CUT_INK_GREYS = 20.0
CUT_INK_SHARE = 0.3
"""A pixel is ink where it differs from the paper by so much, and by such a share of what the line's darkest does. Not
measured alone."""

CUT_RULE_SHARE = 0.85
"""Of a row that is a line below the words or around them, such a share is ink. Not measured alone."""


# --- lines over the seam of two tiles

SEAM_STEP_GREYS = 30
SEAM_LEAST_STEPS = 4
"""So many changes of so much along an edge are strokes. Bars and margins that unrelated screenshots share have fewer:
of 1,560 pairs of drawn chats none has a change where they would join (`bench/thresholds.py seams`)."""

SEAM_SCORE = 0.5
"""Correlation of the changes along two edges from which strokes go on over the seam. Of 14 pages cut through strokes
all had 0.64 and more; of 304 lines of two different pages nine in ten had less than 0.50, some (the same words) up to
0.91, and cost a second look at the seam (`bench/thresholds.py seams`)."""

SEAM_EDGE_HEIGHTS = 0.6
SEAM_HEIGHT_RATIO = 1.5
"""Heights of a line so near to the edge of which it was cut there, and by how much two lines may differ in height to go
on in each other. Not measured."""


# --- bar codes

BAR_STEP_GREYS = 60
BAR_LEAST_STEPS = 3.0
BAR_ROW_SHARE = 0.4
"""Grey levels from a bar to the gap beside it; a row with so many of these, and such a share of those in the middle of
a code, is still bars. Of 40 codes at JPEG 40 and 0.7 of the size the least row had 0.91; a row of the digits below has
up to 0.64, from which the blank rows between part them (`bench/thresholds.py bars`)."""
