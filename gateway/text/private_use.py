"""What a private-use character of Chinese systems is: GB 18030 and Windows had none for it until Unicode did.

The GBK and GB 18030 of 2000 kept places from U+E5E5 on for characters that Unicode did not have yet; fonts, input
methods and databases still write them (`王䶮` as U+E863). GB 18030-2005 and -2022 give them their characters: here by
the places that both name.

In: a character. Out: the one that it stands for, itself where it stands for none.
"""

_FE50 = (
    "⺁𠂇𠂉𠃌⺄㑳㑇⺈⺋龴㖞㘚㘎⺌⺗㥮㤘龵㧏㧟㩳㧐龶龷㭎㱮㳠⺧𡗗龸⺪䁖䅟⺮䌷⺳⺶⺷𢦏䎱䎬⺻䏝䓖䙡䙌龹"
    "䜣䜩䝼䞍⻊䥇䥺䥽䦂䦃䦅䦆䦟䦛䦷䦶龺𤇾䲣䲟䲠䲡䱷䲢䴓䴔䴕䴖䴗䴘䴙䶮龻"
)
"""By their octets, from FE50 to FEA0."""
_STANDS_FOR = {
    "\ue5e5": "\u3000",
    "\ue76c": "€",
    "\ue7c7": "ḿ",
    "\ue7c8": "ǹ",
    **{chr(0xE78D + place): character for place, character in enumerate("︐︒︑︓︔︕︖︗︘︙")},
    **{chr(0xE7E7 + place): character for place, character in enumerate("〾⿰⿱⿲⿳⿴⿵⿶⿷⿸⿹⿺⿻")},
    **{chr(0xE815 + place): character for place, character in enumerate(_FE50)},
}


def public(character: str) -> str:
    """The character of Unicode.

    >>> public("\\ue863"), public("王")
    ('䶮', '王')
    """
    return _STANDS_FOR.get(character, character)
