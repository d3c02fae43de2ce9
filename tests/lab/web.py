#!/usr/bin/env python3
"""The small web server of the lab's inside network.

/        a page      /data/N  N bytes that any test can compute
PUT      answers with the SHA-256 of the body
"""
import hashlib
import http.server
import socketserver
import sys

PAGE = b"<html><title>inside</title><body>You reached the inside network.</body></html>\n"


def data(n):
    return hashlib.shake_256(b"gatehouse").digest(n)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def reply(self, body, status=200):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path == "/":
            self.reply(PAGE)
        elif self.path.startswith("/data/") and self.path[6:].isdigit():
            self.reply(data(min(int(self.path[6:]), 100 << 20)))
        else:
            self.reply(b"not found\n", 404)

    def do_PUT(self):
        digest, left = hashlib.sha256(), int(self.headers["Content-Length"])
        while left:
            piece = self.rfile.read(min(left, 65536))
            if not piece:
                return
            digest.update(piece)
            left -= len(piece)
        self.reply(digest.hexdigest().encode())

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    def server_bind(self):
        """As it is, but for the name: no name server can be asked in these networks."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address


if __name__ == "__main__":
    if sys.argv[1] == "sum":
        print(hashlib.sha256(data(int(sys.argv[2]))).hexdigest())
    else:
        Server((sys.argv[1], 80), Handler).serve_forever()
