#!/usr/bin/env python3
"""dns.py ADDRESS FILE: a name server for tests. Lines of the file, read at each question:
NAME TTL ADDRESS..."""
import socket
import struct
import sys


def name_of(q):
    labels, at = [], 12
    while q[at]:
        labels.append(q[at + 1:at + 1 + q[at]].decode())
        at += 1 + q[at]
    return ".".join(labels).lower(), at + 1


def main():
    address, path = sys.argv[1:3]
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind((address, 53))
    while True:
        q, peer = s.recvfrom(512)
        name, end = name_of(q)
        with open(path) as f:
            rows = [line.split() for line in f]
        found = next((r for r in rows if r and r[0] == name), None)
        answers = b""
        for a in found[2:] if found else []:
            answers += struct.pack("!HHHIH", 0xC00C, 1, 1, int(found[1]), 4) + socket.inet_aton(a)
        head = struct.pack("!HHHHHH", struct.unpack("!H", q[:2])[0], 0x8180 if found else 0x8183,
                           1, len(found) - 2 if found else 0, 0, 0)
        s.sendto(head + q[12:end + 4] + answers, peer)


main()
