"""How far apart the letters of `texts.papers` are: what two of them share outside what everybody's letters share.

    .venv/bin/python bench/apart.py [LETTERS] [HALF]      # 300 of the half that is reported on

The longest run of normalised characters that two letters share (24 Han characters or 60 letters of Latin text are what
counts as a quotation), without salutation, end, form labels and the phrases of
`STOCK`; how much of one letter stands in another by the product's own shingles, all of it and its own words alone; and
how many pairs the product's weights would take for one another if nothing were known to be common.
"""

import sys
from collections import defaultdict
from statistics import median, quantiles

from texts.papers import Paper, paper

from gateway.detection.detectors.material import ALL_RUNS, ONE_RUN, SHORT_RUN
from gateway.identity.shingles import IndexedMaterial, Library, Overlap, Weights, fingerprint, unpack
from gateway.model import MaterialMark
from gateway.text.normalize import letters

SEED = 10
"""Characters from which a shared run is followed."""


def own_words(one: Paper) -> list[str]:
    """The `letters` view of each stretch of a letter that nobody else's phrases interrupt."""
    found = [""]
    for sentence in one.sentences:
        if sentence in one.stock:
            found.append("")
        else:
            found[-1] += letters(sentence).text
    return [text for text in (letters(one.title).text, *found) if text]


def longest(stretches: list[list[str]], certain: int) -> tuple[str, int]:
    """The longest run that two of them share, and how many pairs share so many characters and more."""
    seen: dict[str, list[tuple[int, str, int]]] = defaultdict(list)
    best, pairs = "", set()
    for number, texts in enumerate(stretches):
        for text in texts:
            for at in range(len(text) - SEED + 1):
                for other, theirs, place in seen[text[at : at + SEED]]:
                    if at and place and text[at - 1] == theirs[place - 1]:
                        continue  # followed from further left
                    end = SEED
                    while at + end < len(text) and place + end < len(theirs) and text[at + end] == theirs[place + end]:
                        end += 1
                    if end > len(best):
                        best = text[at : at + end]
                    if end >= certain:
                        pairs.add((other, number))
        for text in texts:
            for at in range(len(text) - SEED + 1):
                seen[text[at : at + SEED]].append((number, text, at))
    return best, len(pairs)


def material(text: str) -> IndexedMaterial:
    packed, length = fingerprint(text)
    return unpack(MaterialMark("x", "text", len(text), b"", length, packed))


def shares(texts: list[str]) -> tuple[list[float], int, int]:
    """How much of one stands in another, for all pairs; how many pairs would be taken for the same words."""
    library = Library([material(text) for text in texts])
    found, taken, compared = [], 0, 0
    for number, text in enumerate(texts):
        view = letters(text).text
        weigh = Weights(view)
        overlaps: dict[int, Overlap] = dict(library.overlaps(view))
        for other in range(len(texts)):
            if other == number:
                continue
            overlap = overlaps.get(other)
            weights = [] if overlap is None else weigh.of(overlap.starts, overlap.ends).tolist()
            weights = [said for said in weights if said >= SHORT_RUN]
            found.append(0.0 if overlap is None else overlap.share)
            compared += 1
            taken += max(weights, default=0) >= ONE_RUN or sum(weights) >= ALL_RUNS
    return found, taken, compared


def main() -> None:
    count, half = int((*sys.argv[1:2], "300")[0]), (*sys.argv[2:3], "report")[0]
    papers = [paper(half, number) for number in range(count)]
    lengths = sorted(len(one.text) for one in papers)
    print(f"{count} letters of {lengths[0]} to {lengths[-1]} characters, half of them up to {median(lengths):.0f}")
    stretches = [own_words(one) for one in papers]
    chinese, in_english = ([one for n, one in enumerate(stretches) if (n % 4 == 3) is so] for so in (False, True))
    for name, some, certain in (("Chinese", chinese, 24), ("English", in_english, 60)):
        run, pairs = longest(some, certain)
        print(
            f"{name}: longest run of own words that two share {len(run)} ({run}); pairs with {certain} or more: {pairs}"
        )
    own = ["\n".join(s for s in one.sentences if s not in one.stock) for one in papers]
    whole = [one.text for one in papers]
    for name, texts in (
        ("whole Chinese letters", [text for n, text in enumerate(whole) if n % 4 != 3]),
        ("whole English letters", whole[3::4]),
        ("own words of all", own),
    ):
        found, taken, compared = shares(texts)
        high = quantiles(found, n=1000)[-1]
        print(
            f"{name}: share of one in another, median {median(found):.4f}, of one pair in a thousand {high:.3f}, most "
            f"{max(found):.3f}; taken for the same words, nothing silenced: {taken} of {compared} pairs"
        )


if __name__ == "__main__":
    main()
