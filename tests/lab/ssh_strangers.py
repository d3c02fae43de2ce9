"""ssh_strangers.py ADDRESS: who never logs in: connects and leaves, stays silent, sends garbage, stops half way."""
import os
import socket
import sys

address = sys.argv[1]


def connect(timeout=60):
    s = socket.create_connection((address, 22), timeout)
    return s


def banner(s):
    try:
        return s.recv(64).startswith(b'SSH-2.0-')
    except OSError:
        return False


# 1,000 come and leave, each after the other has gone.
n = 0
for i in range(1000):
    s = connect()
    n += 1
    if i % 4 == 0:
        banner(s)
    s.close()
print('connects', n, flush=True)

# Garbage of all kinds, on 200 connections.
kinds = [b'GET / HTTP/1.0\r\n\r\n', os.urandom(2000), b'SSH-2.0-' + b'x' * 5000, b'SSH-1.5-old\r\n', b'SSH-2.0-x\r\n' + os.urandom(4000),
         b'SSH-2.0-x\r\n' + b'\xff' * 4000, b'\0' * 10000, b'SSH-2.0-x\r\n\0\0\0\x0c\x0a\x14' + b'\0' * 40]
for i in range(200):
    s = connect()
    try:
        banner(s)
        s.sendall(kinds[i % len(kinds)])
    except OSError:
        pass
    s.close()
print('garbage 200', flush=True)

# Half-open: silent ones, those with a banner only; more of them than one address may have.
held = []
for i in range(150):
    s = connect()
    if i % 2:
        try:
            s.sendall(b'SSH-2.0-half\r\n')
        except OSError:
            pass
    held.append(s)
served = sum(banner(s) for s in held)
print('half-open', len(held), 'served', served, flush=True)
sys.stdin.readline()
