"""RTP without sockets: whatever the network does to the packets."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.rtp_packets import KEYS, Concealment, KeyReceiver, Packet, ReorderBuffer, parse, press


def stream(count: int, first: int = 0, ssrc: int = 7) -> list[Packet]:
    return [Packet(8, (first + n) & 0xFFFF, 160 * n, ssrc, n.to_bytes(4, "big")) for n in range(count)]


def play(packets: list[Packet]) -> tuple[list[int | None], ReorderBuffer]:
    """The numbers of the packets played, None for each that was missed."""
    buffer = ReorderBuffer()
    played = [ready for packet in packets for ready in buffer.push(packet)] + buffer.flush()
    return [None if packet is None else int.from_bytes(packet.payload, "big") for packet in played], buffer


@given(
    st.integers(0, 127), st.integers(0, 65535), st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1),
    st.binary(max_size=400), st.booleans(),
)  # fmt: skip
def test_what_is_written_can_be_read(
    kind: int, sequence: int, timestamp: int, ssrc: int, payload: bytes, marker: bool
) -> None:
    packet = Packet(kind, sequence, timestamp, ssrc, payload, marker)
    is_rtcp = 192 <= (marker << 7 | kind) < 224
    assert parse(bytes(packet)) == (None if is_rtcp else packet)


@given(st.binary(max_size=64))
def test_garbage_is_no_packet_or_a_packet_never_an_error(data: bytes) -> None:
    packet = parse(data)
    assert packet is None or len(packet.payload) <= len(data) - 12


def test_header_extension_contributors_and_padding_are_not_voice() -> None:
    head = bytes([0x80 | 0x20 | 0x10 | 2, 8]) + bytes(10)
    packet = parse(head + b"CSRCCSRC" + b"\xbe\xde\x00\x01EXTN" + b"voice" + b"\0\0\3")
    assert packet is not None
    assert packet.payload == b"voice"
    assert parse(head + b"CSRCCSRC" + b"\xbe\xde\xff\xff") is None


@given(st.integers(0, 65535), st.integers(1, 200))
def test_in_order_nothing_waits_even_where_the_numbers_wrap(first: int, count: int) -> None:
    buffer = ReorderBuffer()
    for packet in stream(count, first):
        assert buffer.push(packet) == [packet]
    assert buffer.lost == 0


@given(st.integers(0, 65535), st.sets(st.integers(1, 98)))
def test_each_lost_packet_leaves_one_gap_in_its_place(first: int, lost: set[int]) -> None:
    while any(all(n + k in lost for k in range(45)) for n in range(98)):
        lost.pop()
    got, buffer = play([packet for n, packet in enumerate(stream(100, first)) if n not in lost])
    assert got == [None if n in lost else n for n in range(100)]
    assert buffer.lost == len(lost)


@given(st.integers(0, 65535), st.randoms(use_true_random=False))
def test_neighbours_that_change_places_and_copies_do_no_harm(first: int, rng: random.Random) -> None:
    packets = stream(100, first)
    for at in range(1, 98, 3):
        block = packets[at : at + 3]
        rng.shuffle(block)
        packets[at : at + 3] = block
    copies = [packet for packet in packets for _ in range(rng.choice([1, 1, 2, 3]))]
    got, buffer = play(copies)
    assert got == list(range(100))
    assert buffer.lost == 0


@given(st.lists(st.builds(Packet, st.just(8), st.integers(0, 65535), st.just(0), st.integers(0, 3), st.just(b""))))
def test_any_sequence_of_packets_is_survived_and_stays_bounded(packets: list[Packet]) -> None:
    buffer = ReorderBuffer()
    for packet in packets:
        assert len(buffer.push(packet)) <= ReorderBuffer.FARTHEST + 3
    assert len(buffer.flush()) <= ReorderBuffer.FARTHEST + 3


def test_one_stray_number_is_ignored_and_a_real_jump_is_followed() -> None:
    before, after = stream(5), stream(5, first=30000)
    stray = replace(before[0], sequence=20000)
    buffer = ReorderBuffer()
    got = [p for packet in [*before[:3], stray, *before[3:], *after] for p in buffer.push(packet)]
    assert got == [*before, *after[1:]]


def test_a_new_source_starts_afresh() -> None:
    got, buffer = play([*stream(3, first=100), *stream(3, first=9, ssrc=8)])
    assert got == [0, 1, 2, 0, 1, 2]
    assert buffer.lost == 0


def test_concealment_fades_what_was_heard_last_to_silence() -> None:
    concealment = Concealment()
    assert not concealment.fill().any()
    concealment.good(np.full(240, 9000, np.int16))
    loudness = [int(np.abs(concealment.fill()).max()) for _ in range(5)]
    assert loudness[:4] == [9000, 6000, 3000, 0]
    assert loudness[4] == 0
    assert len(concealment.fill()) == 240


@given(st.text(alphabet=KEYS, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_each_press_is_heard_once_whatever_is_lost_or_repeated(keys: str, rng: random.Random) -> None:
    receiver, heard = KeyReceiver(), []
    for number, key in enumerate(keys):
        payloads = [payload for payload in press(key) if payload is not None]
        kept = rng.choices(payloads, k=rng.randint(1, 2 * len(payloads)))
        heard += [receiver.feed(Packet(101, 0, 1000 * number, 7, payload)) for payload in kept]
    assert "".join(filter(None, heard)) == keys


@pytest.mark.parametrize("payload", [b"", b"\1\2\3", b"\x10\0\0\0", b"\xff\0\0\0"])
def test_events_that_are_no_keys_are_ignored(payload: bytes) -> None:
    assert KeyReceiver().feed(Packet(101, 0, 0, 7, payload)) is None


def test_no_press_of_what_is_not_a_key() -> None:
    with pytest.raises(ValueError, match="substring"):
        next(press("x"))
