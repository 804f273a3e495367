"""Chinese text by its sound: a sign for each toneless syllable, so that 章晓明 and 张小鸣 are one.

Each character of a text has its usual reading; a name that is looked for has all of its readings. One sign for one
character: offsets hold. What is not Chinese stays.

In: text in the `letters` view. Out: text of the same length. Nothing here fails.
"""

from pypinyin import Style, pinyin

from gateway.text.blocks import Pause, nothing, translated
from gateway.text.chinese import readings
from gateway.text.han import is_han

_FIRST = 0xE000  # private use: no letter of a message is one of these, for the view has letters and digits alone
_MOST_KEYS = 6
_CACHE_LIMIT = 150_000  # letters that there are, of all writings


class _Signs(dict[str, str]):
    """A sign for each syllable that was met."""

    def __missing__(self, syllable: str) -> str:
        sign = self[syllable] = chr(_FIRST + len(self))
        return sign


class _Heard(dict[int, str]):
    """For `str.translate`: the sign of a character's usual reading."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        heard = character
        if is_han(character):
            found = pinyin(character, style=Style.NORMAL, errors="ignore", v_to_u=False)
            if found and found[0] and found[0][0]:
                heard = _SIGNS[found[0][0].replace("v", "yu")]
        if len(self) < _CACHE_LIMIT:
            self[code] = heard
        return heard


_SIGNS = _Signs()
_HEARD = _Heard()


def sounds(text: str, pause: Pause = nothing) -> str:
    """The text as it is read. `pause` is called between blocks of it.

    >>> sounds("张小鸣") == sounds("章晓明") != sounds("张大明")
    True
    """
    return text if text.isascii() else translated(text, _HEARD, pause)


def sound_keys(name: str) -> tuple[str, ...]:
    """What a name sounds like, in every way to read it; the likeliest first."""
    keys = dict.fromkeys([sounds(name), *("".join(_SIGNS[s] for s in one) for one in readings(name, 12))])
    return tuple(keys)[:_MOST_KEYS]
