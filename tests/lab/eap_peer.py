"""
eap_peer.py SOCKET CONF: an EAP peer for winclient. Its EAP is wpa_supplicant's: eapol_test, with the
network of CONF. eapol_test speaks to a login server, which this is; what it says of EAP goes to
the client that is connected to SOCKET, and back (each packet behind its length in two bytes).

Says `ready` and serves one client.
"""
import hashlib
import hmac
import os
import socket
import struct
import subprocess
import sys

SECRET = b"between us"
REQUEST, ACCEPT, REJECT, CHALLENGE = 1, 2, 3, 11
STATE, EAP_MESSAGE, MESSAGE_AUTHENTICATOR = 24, 79, 80


class Server:
    """The login server that eapol_test believes in."""

    def __init__(self):
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", 0))
        self.udp.settimeout(60)
        self.asked = None

    def response(self):
        """The EAP packet of its next request; one that is repeated is not the next."""
        while True:
            packet, peer = self.udp.recvfrom(4096)
            if self.asked and packet == self.asked[0]:
                continue
            self.asked = packet, peer
            eap, at = b"", 20
            while at < len(packet):
                kind, size = packet[at], packet[at + 1]
                if kind == EAP_MESSAGE:
                    eap += packet[at + 2:at + size]
                at += size
            return eap

    def request(self, eap):
        """Its last request is answered with that EAP packet."""
        packet, peer = self.asked
        code = {1: CHALLENGE, 3: ACCEPT}.get(eap[0], REJECT)
        body = b"".join(bytes([EAP_MESSAGE, len(eap[i:i + 253]) + 2]) + eap[i:i + 253]
                        for i in range(0, len(eap), 253))
        body += bytes([STATE, 6]) + b"lab " + bytes([MESSAGE_AUTHENTICATOR, 18])
        head = struct.pack("!BBH", code, packet[1], 20 + len(body) + 16)
        body += hmac.new(SECRET, head + packet[4:20] + body + bytes(16), hashlib.md5).digest()
        sign = hashlib.md5(head + packet[4:20] + body + SECRET).digest()
        self.udp.sendto(head + sign + body, peer)


def take(conn):
    head = conn.recv(2, socket.MSG_WAITALL)
    return conn.recv(struct.unpack("!H", head)[0], socket.MSG_WAITALL) if len(head) == 2 else b""


def main(path, conf):
    server = Server()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(1)
    print("ready", flush=True)
    conn, _ = listener.accept()
    peer = subprocess.Popen(["eapol_test", "-c", conf, "-a", "127.0.0.1", "-p",
                             str(server.udp.getsockname()[1]), "-s", SECRET.decode(), "-n", "-t", "90"],
                            stdin=subprocess.DEVNULL)
    try:
        while request := take(conn):
            if request[4:5] == b"\1" and server.asked is None:  # it says who it is by itself
                eap = server.response()
                eap = eap[:1] + request[1:2] + eap[2:]
            else:
                server.request(request)
                eap = server.response() if request[0] == 1 else b""
            conn.sendall(struct.pack("!H", len(eap)) + eap)
    except TimeoutError:
        print("the peer says nothing more", flush=True)
    finally:
        peer.kill()
        peer.wait()
        os.unlink(path)


main(*sys.argv[1:])
