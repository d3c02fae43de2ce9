"""The table of packets: packets.py --prefix P --socket S --gatesh G TABLE...

A table is a file of lines, columns between tabs; `#` starts a comment. For each case the lines of
its configuration are typed, each packet is asked of packet-tracer and then sent with real sockets,
and what arrives has to be what stands in the row; so has what packet-tracer says.

    case     TEXT
    config   LINE
    FROM     PROTOCOL  SOURCE  DESTINATION  AT  SOURCE  DESTINATION  [RULE]

Lines of configuration before the first case are those of all.
FROM and AT are hosts: inside, inside2, dmz, outside, and behind outside two VPN clients, client
(192.168.1.1) and filtered (192.168.1.2). PROTOCOL is tcp, udp, icmp (an echo) or the
number of one. SOURCE and DESTINATION are ADDRESS:PORT, or an ADDRESS where there are no ports; behind AT
as they arrive, where `*` stands for any port and 10.1.1.1-10.1.1.9 for one of these addresses. AT is
`drop` when nothing arrives anywhere, `reset` when the connection is refused. RULE: a pattern that a line
of the configuration matches which packet-tracer names; of a line that starts with `!` none may.
"""
import argparse
import ctypes
import ipaddress
import os
import re
import selectors
import socket
import struct
import subprocess
import sys
import time

HOSTS = ("inside", "inside2", "dmz", "outside", "client", "filtered")
IP_PKTINFO = 8
LIBC = ctypes.CDLL(None, use_errno=True)
# Who uses what goes before it: an object that a group or a list has stays.
RESET = ("clear configure object-group", "clear configure object", "clear configure time-range",
         "clear configure same-security-traffic", "clear configure sysopt", "clear configure route",
         "route outside 0.0.0.0 0.0.0.0 172.16.1.1 1", "route inside 10.50.0.0 255.255.0.0 10.10.10.10 1")


class Row:
    def __init__(self, case, fields, line):
        self.case, self.line = case, line
        fields = [f.strip() for f in fields] + [""] * (8 - len(fields))
        self.host, self.protocol, self.source, self.dest, self.at = fields[:5]
        self.seen_source, self.seen_dest, self.rule = fields[5:8]
        if self.at in ("drop", "reset"):
            self.rule = fields[5]
        self.src, self.sport = end(self.source)
        self.dst, self.dport = end(self.dest)
        self.token = b"packet %d" % line
        self.arrivals, self.answered, self.refused = [], False, False

    def __str__(self):
        return f"{self.host} {self.protocol} {self.source} -> {self.dest}: {self.at} " \
            f"{self.seen_source} {self.seen_dest}".rstrip()


class Case:
    def __init__(self, text, config):
        self.text, self.config, self.rows = text, list(config), []


def end(text):
    """An address, and a port, "*" or 0."""
    address, _, port = text.partition(":")
    return address, port if port == "*" else int(port or 0)


def read_table(path):
    cases, common = [], []
    with open(path, encoding="ascii") as f:
        for n, line in enumerate(f, 1):
            line = line.split("#")[0].rstrip()
            if not line:
                continue
            word, *rest = re.split(r"\t+", line)
            if word == "case":
                cases.append(Case(rest[0], common))
            elif word == "config":
                (cases[-1].config if cases else common).append(rest[0])
            elif word in HOSTS and len(rest) >= 4:
                cases[-1].rows.append(Row(cases[-1], [word] + rest, n))
            else:
                sys.exit(f"{path}:{n}: neither case, config nor a host with its packet")
    return cases


class Gateway:
    """The terminal client, and the connections that its kernel tracks."""

    def __init__(self, gatesh, path, prefix):
        self.run = [gatesh, "--socket", path]
        self.prefix = prefix
        self.lists = set() # of the case before

    def lines(self, lines):
        """Configuration lines; what was refused."""
        p = subprocess.run(self.run + ["-"], input="\n".join(lines) + "\n", text=True, timeout=120,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return p.stdout if p.returncode else ""

    def show(self, command):
        p = subprocess.run(self.run + ["-c", command], text=True, timeout=120, stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return p.stdout

    def forget_connections(self):
        enter(self.prefix + "-gw")
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12) as s: # NETLINK_NETFILTER
            # IPCTNL_MSG_CT_DELETE without attributes: all of them
            s.send(struct.pack("=IHHIIBBH", 20, 0x102, 5, 1, 0, 0, 0, 0))
            s.recv(4096)


def enter(namespace):
    fd = os.open("/run/netns/" + namespace, os.O_RDONLY)
    if LIBC.setns(fd, 0x40000000):
        raise OSError(ctypes.get_errno(), namespace)
    os.close(fd)


class Senders:
    """Sockets in all hosts: one that hears for each protocol and port, one that sends for each row."""

    def __init__(self, prefix, rows):
        self.prefix, self.poll = prefix, selectors.DefaultSelector()
        self.rows = {r.token: r for r in rows}
        ports = {(r.protocol, p) for r in rows if r.protocol in ("tcp", "udp")
                 for p in {r.dport, end(r.seen_dest)[1] if ":" in r.seen_dest else r.dport} if p != "*"}
        others = {r.protocol for r in rows} - {"tcp", "udp"}
        for host in HOSTS:
            enter(prefix + "-" + host)
            for protocol, port in sorted(ports):
                self.hear(host, protocol, port)
            for protocol in sorted(others):
                self.hear_raw(host, protocol)

    def hear(self, host, protocol, port):
        kind = socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM
        s = socket.socket(socket.AF_INET, kind)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.setblocking(False)
        if protocol == "udp":
            s.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
        s.bind(("0.0.0.0", port))
        if protocol == "tcp":
            s.listen(64)
        act = self.accept if protocol == "tcp" else self.datagram
        self.poll.register(s, selectors.EVENT_READ, (act, host))

    def hear_raw(self, host, protocol):
        s = socket.socket(socket.AF_INET, socket.SOCK_RAW, number_of(protocol))
        s.setblocking(False)
        self.poll.register(s, selectors.EVENT_READ, (self.raw, host))

    def arrived(self, token, host, source, dest):
        row = self.rows.get(token)
        if row and (host, *source, *dest) not in row.arrivals:
            row.arrivals.append((host, *source, *dest))
        return row

    # ---- what is heard
    def accept(self, s, host):
        c, _ = s.accept()
        c.setblocking(False)
        self.poll.register(c, selectors.EVENT_READ, (self.stream, host))

    def stream(self, c, host):
        try:
            token = c.recv(100)
            if token and self.arrived(token, host, c.getpeername(), c.getsockname()):
                c.send(b"re: " + token)
        except OSError:
            pass
        self.poll.unregister(c)
        c.close()

    def datagram(self, s, host):
        token, control, _, peer = s.recvmsg(100, 200)
        for level, kind, data in control:
            if level == socket.IPPROTO_IP and kind == IP_PKTINFO:
                dest = socket.inet_ntoa(data[8:12])
                if self.arrived(token, host, peer, (dest, s.getsockname()[1])):
                    info = struct.pack("=I4s4s", 0, socket.inet_aton(dest), b"\0" * 4)
                    s.sendmsg([b"re: " + token], [(socket.IPPROTO_IP, IP_PKTINFO, info)], 0, peer)

    def raw(self, s, host):
        packet = s.recv(1500)
        header = (packet[0] & 15) * 4
        source, dest = (socket.inet_ntoa(packet[i:i + 4]) for i in (12, 16))
        payload, reply = packet[header:], False
        if packet[9] == socket.IPPROTO_ICMP:
            if payload[0] not in (0, 8):
                return
            reply, payload = payload[0] == 0, payload[8:]
        elif payload[:4] == b"re: ":
            reply, payload = True, payload[4:]
        row = self.rows.get(payload)
        if reply and row and (row.host, row.src, row.dst) == (host, dest, source):
            row.answered = True
        elif row and not reply:
            self.arrived(payload, host, (source, 0), (dest, 0))
            if packet[9] != socket.IPPROTO_ICMP:
                enter(self.prefix + "-" + host)
                with socket.socket(socket.AF_INET, socket.SOCK_RAW, packet[9]) as back:
                    back.bind((dest, 0))
                    back.sendto(b"re: " + payload, (source, 0))

    # ---- what is sent
    def send(self, row):
        enter(self.prefix + "-" + row.host)
        if row.protocol == "tcp":
            s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        elif row.protocol == "udp":
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        else:
            with socket.socket(socket.AF_INET, socket.SOCK_RAW, number_of(row.protocol)) as s:
                s.bind((row.src, 0))
                s.sendto(echo(row) if row.protocol == "icmp" else row.token, (row.dst, 0))
            return
        s.setblocking(False)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind((row.src, row.sport))
        s.connect_ex((row.dst, row.dport))
        if row.protocol == "udp":
            s.send(row.token)
            self.poll.register(s, selectors.EVENT_READ, (self.answer, row))
        else:
            self.poll.register(s, selectors.EVENT_WRITE, (self.connected, row))

    def connected(self, s, row):
        if s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            row.refused = True
            self.poll.unregister(s)
            s.close()
            return
        s.send(row.token)
        self.poll.modify(s, selectors.EVENT_READ, (self.answer, row))

    def answer(self, s, row):
        try:
            if s.recv(100) == b"re: " + row.token:
                row.answered = True
        except OSError:
            row.refused = True
        self.poll.unregister(s)
        s.close()

    def run(self):
        """Until all that should arrive has, and for what should not a little longer."""
        for row in self.rows.values():
            self.send(row)
        last, quiet = time.monotonic() + 90, None
        while time.monotonic() < (quiet or last):
            for key, _ in self.poll.select(0.05):
                act, arg = key.data
                act(key.fileobj, arg)
            if quiet is None and all(complete(r) for r in self.rows.values()):
                quiet = time.monotonic() + 0.5
        for key in list(self.poll.get_map().values()):
            key.fileobj.close()
        self.poll.close()


def number_of(protocol):
    return socket.IPPROTO_ICMP if protocol == "icmp" else int(protocol)


def echo(row):
    body = struct.pack("!BBHHH", 8, 0, 0, row.line, 1) + row.token
    words = struct.unpack("!%dH" % ((len(body) + 1) // 2), body + b"\0" * (len(body) % 2))
    total = sum(words)
    total = (total & 0xffff) + (total >> 16)
    total += total >> 16
    return body[:2] + struct.pack("!H", ~total & 0xffff) + body[4:]


def complete(row):
    if row.at == "drop":
        return True
    return row.refused if row.at == "reset" else row.answered


def fits(address, port, wanted):
    text, number = end(wanted)
    first, _, last = text.partition("-")
    a = [int(ipaddress.ip_address(x)) for x in (first, address, last or first)]
    return a[0] <= a[1] <= a[2] and number in ("*", port)


def packet_fault(row):
    """What is wrong with what arrived, "" = nothing."""
    told = ", ".join("%s %s:%d -> %s:%d" % a for a in row.arrivals) or "nothing"
    if row.at == "reset":
        return "" if row.refused and not row.arrivals else f"arrived: {told}, refused: {row.refused}"
    if row.at == "drop":
        return "" if not row.arrivals and not row.refused else f"arrived: {told}, refused: {row.refused}"
    if len(row.arrivals) != 1:
        return f"arrived: {told}"
    host, source, sport, dest, dport = row.arrivals[0]
    if host != row.at or not fits(source, sport, row.seen_source) or not fits(dest, dport, row.seen_dest):
        return f"arrived: {told}"
    return "" if row.answered else "the answer did not come back"


def traced(row, gateway):
    """What packet-tracer says of it, and what is wrong with that, "" = nothing."""
    ends = {"icmp": (row.src, 8, 0, row.dst)}.get(row.protocol)
    if row.protocol in ("tcp", "udp"):
        ends = (row.src, row.sport, row.dst, row.dport)
    protocol = row.protocol if ends else "rawip"
    ends = ends or (row.src, row.protocol, row.dst)
    text = gateway.show(f"packet-tracer input {behind(row.host)} {protocol} {' '.join(map(str, ends))}")
    return text, trace_fault(row, text)


def behind(host):
    return "outside" if host in ("client", "filtered") else host


def trace_fault(row, text):
    said = dict(re.findall(r"^(Action|output-interface): (.*)$", text, re.M))
    lines = [line.strip() for block in re.findall(r"^Config:\n(.*?)^Additional Information:", text, re.M | re.S)
             for line in block.splitlines()]
    if row.rule.startswith("!"):
        if any(re.search(row.rule[1:], line) for line in lines):
            return f"packet-tracer names a line like {row.rule[1:]}"
    elif row.rule and not any(re.search(row.rule, line) for line in lines):
        return f"packet-tracer names no line like {row.rule}"
    if row.at == "drop":
        return "" if said.get("Action") == "drop" else "packet-tracer lets it pass"
    if said.get("Action") != "allow":
        return "packet-tracer drops it"
    if row.at == "reset":
        return ""
    source, dest = (row.src, row.sport), (row.dst, row.dport)
    for new in re.findall(r"^(?:Static|Dynamic) translate \S+ to (\S+)/(\d+)$", text, re.M):
        source = new[0], int(new[1])
    for new in re.findall(r"^Untranslate \S+ to (\S+)/(\d+)$", text, re.M):
        dest = new[0], int(new[1])
    if row.protocol not in ("tcp", "udp"):
        source, dest = (source[0], 0), (dest[0], 0)
    if said.get("output-interface") != behind(row.at) or not fits(*source, row.seen_source) or \
            not fits(*dest, row.seen_dest):
        return f"packet-tracer: {said.get('output-interface')} {source[0]}:{source[1]} -> {dest[0]}:{dest[1]}"
    return ""


def main():
    p = argparse.ArgumentParser()
    for name in ("--prefix", "--socket", "--gatesh"):
        p.add_argument(name, required=True)
    p.add_argument("--case", default="")
    p.add_argument("table", nargs="+")
    o = p.parse_args()
    gateway = Gateway(o.gatesh, o.socket, o.prefix)
    failed = False
    for path in o.table:
        name = os.path.basename(path).removesuffix(".tsv")
        for case in read_table(path):
            if o.case not in case.text:
                continue
            failed |= not play(name, case, gateway)
    sys.exit(failed)


def play(name, case, gateway):
    left = gateway.lines(("clear configure access-group", "clear configure nat") +
                         tuple(f"clear configure access-list {name}" for name in sorted(gateway.lists)) + RESET)
    gateway.lists = {m[1] for line in case.config if (m := re.match("access-list (\\S+)", line))}
    refused = gateway.lines(case.config)
    gateway.forget_connections()
    told = {r: traced(r, gateway) for r in case.rows}
    Senders(gateway.prefix, case.rows).run()
    faults = [f"line {r.line}: {r}: {fault}" for r in case.rows if (fault := packet_fault(r))]
    faults += [f"line {r.line}: {r}: {fault}\n{text}" for r, (text, fault) in told.items() if fault]
    if left or refused:
        faults.insert(0, "refused: " + (left + refused).strip())
    print(f"{'not ok' if faults else 'ok'} {name}: {case.text} ({len(case.rows)} packets)", flush=True)
    for fault in faults:
        print("#   " + fault.replace("\n", "\n#   "), flush=True)
    return not faults


main()
