#!/usr/bin/env python3
"""noise.py SERVER SEED COUNT: datagrams that no honest client sends, to 500, 4500 and as ESP."""
import random
import socket
import struct
import sys

server, seed, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
rnd = random.Random(seed)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
esp = socket.socket(socket.AF_INET, socket.SOCK_RAW, 50)


def transform(number, last):
    attrs = bytes.fromhex("80010005800200028004000280030001800b0001000c000400007080")
    return struct.pack(">BBHBBH", 0 if last else 3, 0, 8 + len(attrs), number, 1, 0) + attrs


def mm1():
    """A good first message, to be spoilt."""
    t = transform(1, False) + transform(2, True)
    proposal = struct.pack(">BBHBBBB", 0, 0, 8 + len(t), 1, 1, 0, 2) + t
    sa = struct.pack(">BBHII", 0, 0, 12 + len(proposal), 1, 1) + proposal
    cookie = bytes(rnd.randrange(1, 256) for _ in range(8))
    return cookie + bytes(8) + struct.pack(">BBBBII", 1, 0x10, 2, 0, 0, 28 + len(sa)) + sa


def spoil(msg):
    kind = rnd.randrange(5)
    if kind == 0:
        return msg[: rnd.randrange(len(msg))]
    if kind == 1:
        return msg + rnd.randbytes(rnd.randrange(1, 200))
    if kind == 2:
        return rnd.randbytes(rnd.randrange(0, 1400))
    msg = bytearray(msg)
    for _ in range(rnd.randrange(1, 12)):
        msg[rnd.randrange(len(msg))] = rnd.randrange(256)
    if kind == 3 and len(msg) > 28:  # a length field that lies
        struct.pack_into(">I", msg, 24, rnd.choice([0, 27, len(msg) + 1, 0xFFFFFFFF]))
    return bytes(msg)


for i in range(count):
    msg = spoil(mm1())
    where = rnd.randrange(4)
    if where == 0:
        udp.sendto(msg, (server, 500))
    elif where == 1:
        udp.sendto(b"\0\0\0\0" + msg, (server, 4500))
    elif where == 2:
        udp.sendto(rnd.randbytes(rnd.randrange(0, 300)), (server, 4500))
    else:
        esp.sendto(rnd.randbytes(rnd.randrange(1, 300)), (server, 0))
    if i % 10 == 0:  # L2TP in the clear: an SCCRQ
        udp.sendto(bytes.fromhex("c80200140000000000000000800800000000000180080000000200"), (server, 1701))
    if i % 50 == 0:  # half-open exchanges, never continued
        udp.sendto(mm1(), (server, 500))
