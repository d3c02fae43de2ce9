"""servers.py FOLDER ADDRESS [CERT KEY]: file servers over FOLDER on ADDRESS, mostly of the standard library:
http on 80 (GET, PUT), https on 443, ftp on 21 (user u, password p w@1), tftp on 69, scp on 22 (the same user; needs
paramiko), and 81, which accepts and says nothing. Of the paths: /huge has no end, /away leads to file:///etc/passwd, /other to /hello by http."""
import http.server
import os
import shlex
import socket
import socketserver
import ssl
import struct
import subprocess
import sys
import threading

FOLDER, ADDRESS = sys.argv[1:3]


def path_of(name):
    return os.path.join(FOLDER, os.path.basename(name))


class Web(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def lead_to(self, where):
        self.send_response(302)
        self.send_header("Location", where)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self):
        if self.path == "/away":
            return self.lead_to("file:///etc/passwd")
        if self.path == "/other":
            return self.lead_to("http://%s/hello" % ADDRESS)
        if self.path == "/huge":
            self.send_response(200)
            self.send_header("Connection", "close")
            self.end_headers()
            try:
                while True:
                    self.wfile.write(bytes(65536))
            except OSError:
                self.close_connection = True
            return None
        try:
            with open(path_of(self.path), "rb") as f:
                data = f.read()
        except OSError:
            self.send_error(404)
            return None
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
        return None

    def do_PUT(self):
        data = self.rfile.read(int(self.headers["Content-Length"]))
        with open(path_of(self.path), "wb") as f:
            f.write(data)
        self.send_response(201)
        self.send_header("Content-Length", "0")
        self.end_headers()


class Ftp(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def data(self):
        self.say("150 here")
        return self.listener.accept()[0]

    def listen(self):
        self.listener = socket.create_server((ADDRESS, 0))
        return self.listener.getsockname()[1]

    def command(self, word, arg):
        if word == "USER":
            self.user = arg
            return "331 password"
        if word == "PASS":
            self.known = (self.user, arg) == ("u", "p w@1")
            return "230 in" if self.known else "530 no"
        if not self.known:
            return "530 log in first"
        if word == "EPSV":
            return "229 ok (|||%d|)" % self.listen()
        if word == "SIZE" and os.path.exists(path_of(arg)):
            return "213 %d" % os.path.getsize(path_of(arg))
        if word in ("RETR", "SIZE") and not os.path.exists(path_of(arg)):
            return "550 no such file"
        if word == "RETR":
            with open(path_of(arg), "rb") as f, self.data() as s:
                s.sendall(f.read())
            return "226 done"
        if word == "STOR":
            with self.data() as s, open(path_of(arg), "wb") as f:
                while chunk := s.recv(65536):
                    f.write(chunk)
            return "226 done"
        return {"PWD": '257 "/"', "QUIT": "221 bye", "TYPE": "200 ok", "CWD": "250 ok"}.get(word, "502 what?")

    def handle(self):
        self.known, self.user = False, ""
        self.say("220 hello")
        for line in self.rfile:
            word, _, arg = line.decode().strip().partition(" ")
            self.say(self.command(word.upper(), arg))
            if word.upper() == "QUIT":
                break


def tftp_transfer(request, client):
    op = struct.unpack("!H", request[:2])[0]
    name = request[2:].split(b"\0")[0].decode()
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind((ADDRESS, 0))
    s.settimeout(30)
    if op == 1:
        if not os.path.exists(path_of(name)):
            s.sendto(struct.pack("!HH", 5, 1) + b"no such file\0", client)
            return
        with open(path_of(name), "rb") as f:
            data = f.read()
        for n in range(len(data) // 512 + 1):
            block = (n + 1) & 0xFFFF
            while True:
                s.sendto(struct.pack("!HH", 3, block) + data[n * 512:n * 512 + 512], client)
                if struct.unpack("!HH", s.recv(600)[:4]) == (4, block):
                    break
    else:
        with open(path_of(name), "wb") as f:
            last = 0
            s.sendto(struct.pack("!HH", 4, 0), client)
            while True:
                packet = s.recv(600)
                block = struct.unpack("!H", packet[2:4])[0]
                if block == (last + 1) & 0xFFFF:
                    f.write(packet[4:])
                    f.flush()
                    last = block
                s.sendto(struct.pack("!HH", 4, last), client)
                if len(packet) < 516:
                    break


def tftp():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind((ADDRESS, 69))
    while True:
        request, client = s.recvfrom(600)
        threading.Thread(target=tftp_transfer, args=(request, client), daemon=True).start()


def scp():
    """SSH with one command, that of OpenSSH's scp, in FOLDER."""
    import paramiko

    key = paramiko.ECDSAKey.generate()

    class Door(paramiko.ServerInterface):
        def get_allowed_auths(self, username):
            return "password"

        def check_auth_password(self, username, password):
            known = (username, password) == ("u", "p w@1")
            return paramiko.AUTH_SUCCESSFUL if known else paramiko.AUTH_FAILED

        def check_channel_request(self, kind, number):
            return paramiko.OPEN_SUCCEEDED

        def check_channel_exec_request(self, channel, command):
            words = shlex.split(command.decode())
            if words[0] != "scp":
                return False
            threading.Thread(target=run, args=(channel, words), daemon=True).start()
            return True

    def run(channel, words):
        p = subprocess.Popen(words[:-1] + [path_of(words[-1])], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)

        def into():
            while chunk := channel.recv(65536):
                p.stdin.write(chunk)
            p.stdin.close()

        threading.Thread(target=into, daemon=True).start()
        while chunk := p.stdout.read(65536):
            channel.sendall(chunk)
        channel.send_exit_status(p.wait())
        channel.close()

    listener = socket.create_server((ADDRESS, 22))
    while True:
        transport = paramiko.Transport(listener.accept()[0])
        transport.add_server_key(key)
        try:
            transport.start_server(server=Door())
        except (paramiko.SSHException, EOFError):
            pass


def serve(server):
    threading.Thread(target=server.serve_forever, daemon=True).start()


socketserver.ThreadingTCPServer.allow_reuse_address = True
socketserver.ThreadingTCPServer.daemon_threads = True
serve(http.server.ThreadingHTTPServer((ADDRESS, 80), Web))
serve(socketserver.ThreadingTCPServer((ADDRESS, 21), Ftp))
if len(sys.argv) > 4:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(sys.argv[3], sys.argv[4])
    web = http.server.ThreadingHTTPServer((ADDRESS, 443), Web)
    web.socket = tls.wrap_socket(web.socket, server_side=True)
    serve(web)
try:
    import paramiko  # noqa: F401
    threading.Thread(target=scp, daemon=True).start()
except ImportError:
    pass
silent = socket.create_server((ADDRESS, 81))
print("ready", flush=True)
tftp()
