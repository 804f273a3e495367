"""Writes compound files (MS-CFB, version 3) for the tests: storages and streams by path."""

import itertools
import struct

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_END, _FREE, _FAT, _NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF


def compound(streams: dict[tuple[str, ...], bytes], free: bytes = b"") -> bytes:
    """`free`: what stands in a sector of no stream."""
    nodes: list[tuple[str, int, list[int], bytes]] = [("Root Entry", 5, [], b"")]
    places: dict[tuple[str, ...], int] = {(): 0}
    for path, data in streams.items():
        for depth in range(1, len(path)):
            if path[:depth] not in places:
                places[path[:depth]] = len(nodes)
                nodes[places[path[: depth - 1]]][2].append(len(nodes))
                nodes.append((path[depth - 1], 1, [], b""))
        nodes[places[path[:-1]]][2].append(len(nodes))
        places[path] = len(nodes)
        nodes.append((path[-1], 2, [], data))
    sectors: list[bytes] = []
    table: list[int] = []

    def stored(data: bytes) -> int:
        if not data:
            return _END
        first, count = len(sectors), -(-len(data) // _SECTOR)
        for number in range(count):
            sectors.append(data[number * _SECTOR : (number + 1) * _SECTOR].ljust(_SECTOR, b"\0"))
            table.append(first + number + 1 if number < count - 1 else _END)
        return first

    if free:
        sectors.append(free.ljust(_SECTOR, b"\0"))
        table.append(_FREE)
    mini, minitable, starts = bytearray(), list[int](), list[int]()
    for _, kind, _, data in nodes:
        if kind != 2 or not data:
            starts.append(_END)
        elif len(data) >= _CUTOFF:
            starts.append(stored(data))
        else:
            first, count = len(minitable), -(-len(data) // _MINI)
            starts.append(first)
            mini += data.ljust(count * _MINI, b"\0")
            minitable += [*range(first + 1, first + count), _END]
    starts[0] = stored(bytes(mini))
    minifat = struct.pack(f"<{len(minitable)}L", *minitable)
    minifat = minifat.ljust(-(-len(minifat) // _SECTOR) * _SECTOR, b"\xff")
    minifat_at = stored(minifat)
    right = dict[int, int]()
    for _, _, children, _ in nodes:
        right.update(itertools.pairwise(children))
    directory = b""
    for number, (name, kind, children, data) in enumerate(nodes):
        raw = name.encode("utf-16-le") + b"\0\0"
        size = len(mini) if number == 0 else len(data)
        directory += struct.pack(
            "<64sHBB3L16sL2QLQ", raw, len(raw), kind, 1, _NONE, right.get(number, _NONE),
            children[0] if children else _NONE, b"\0" * 16, 0, 0, 0, starts[number], size,
        )  # fmt: skip
    directory = directory.ljust(-(-len(directory) // _SECTOR) * _SECTOR, b"\0")
    directory_at = stored(directory)
    fats = 1
    while fats * 128 < len(sectors) + fats:
        fats += 1
    assert fats <= 109
    fat_at = len(sectors)
    table += [_FAT] * fats
    raw_table = struct.pack(f"<{len(table)}L", *table).ljust(fats * _SECTOR, b"\xff")
    header = struct.pack(
        "<8s16s6H10L", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, 0, 0, 0, fats, directory_at, 0,
        _CUTOFF, minifat_at, len(minifat) // _SECTOR, _END, 0,
    )  # fmt: skip
    difat = [fat_at + number for number in range(fats)]
    header += struct.pack("<109L", *difat, *[_FREE] * (109 - fats))
    return header + b"".join(sectors) + raw_table
