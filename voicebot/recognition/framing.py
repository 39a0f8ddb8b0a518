"""How the pool and its workers tell where a message ends: its length in 4 bytes, little-endian, before it."""

import struct

LENGTH = struct.Struct("<I")


def pack(body: bytes) -> bytes:
    return LENGTH.pack(len(body)) + body
