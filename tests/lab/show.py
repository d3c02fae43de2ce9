"""Every `show` command of the grammar, found by asking `?` as an operator would, and typed; and what
public tools look for in the most read of them.

show.py SOCKET: a line `ok TEXT` or `not ok TEXT` for each; status 1 when one failed.
"""
import re
import socket
import struct
import sys
import time

HELLO, LINE, HELP, TEXT, HELP_TEXT, DONE = 1, 2, 3, 32, 36, 38
SCRIPT = 2


class Console:
    """A script's session: privilege 15, no pager."""

    def __init__(self, path):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(path)
        self.sock.settimeout(120)
        self.send(HELLO, struct.pack("!BBHH", SCRIPT, 0, 0, 24))
        self.until(DONE)

    def send(self, kind, payload):
        self.sock.sendall(struct.pack("!IB", len(payload), kind) + payload)

    def read(self, n):
        data = b""
        while len(data) < n:
            more = self.sock.recv(n - len(data))
            if not more:
                raise EOFError("the console is closed")
            data += more
        return data

    def until(self, last):
        text = b""
        while True:
            size, kind = struct.unpack("!IB", self.read(5))
            data = self.read(size)
            if kind == last:
                return text.decode(), data
            if kind == TEXT:
                text += data

    def run(self, line):
        self.send(LINE, line.encode())
        text, status = self.until(DONE)
        return text, status[0]

    def help(self, line):
        """The words that may follow, and whether the line may end here."""
        self.send(HELP, line.encode())
        _, text = self.until(HELP_TEXT)
        words = re.findall(r"^  (\S+)", text.decode(), re.M)
        return [w for w in words if re.match(r"[a-z][a-z0-9-]*$", w)], "<cr>" in words


def commands(console):
    """All lines of words alone that begin with show; what a value is asked for is left out."""
    found, todo = [], ["show"]
    skip = re.compile(r"show (running-config|startup-config) |show tech-support|.* \|")
    while todo:
        line = todo.pop()
        words, complete = console.help(line + " ")
        if complete:
            found.append(line)
        if len(line.split()) < 8 and not skip.match(line + " "):
            todo += [line + " " + w for w in words if w not in line.split()]
    return sorted(set(found))


# What says nothing where there is nothing: no debugging, no access lists, no pool.
MAY_BE_EMPTY = re.compile(
    r"show (debug|history|access-list|xlate|logging|startup-config|configuration|ssh|who|names|"
    r"running-config|vpn-sessiondb|crypto debug-condition|ip local pool|arp|banner|privilege|"
    r"aaa|ntp|reload|kept|checksum|nat (translated )?interface)\b")

FAILED = 0


def check(text, good, said=""):
    global FAILED
    print("%s %s" % ("ok" if good else "not ok", text))
    if not good:
        FAILED += 1
        for line in str(said).splitlines()[:20]:
            print("#   " + line)


def matches(text, *patterns):
    return all(re.search(p, text, re.M) for p in patterns)


def all_lines(text, *patterns):
    """Is each line of one of these forms? The first that is not, else None."""
    for line in text.splitlines():
        if line.strip() and not any(re.match(p + r"\s*$", line) for p in patterns):
            return line
    return None


NUMBER, ADDR = r"\d+", r"\d+\.\d+\.\d+\.\d+"
INTERFACE_LINES = (
    r'Interface \S+ "\S*", is (up|down|administratively down), line protocol is (up|down)',
    r"  Hardware is [\w ,-]+, BW \d+ Mbps, DLY \d+ usec",
    r"\tAuto-Duplex(\((Full|Half)-duplex\))?, Auto-Speed(\(\d+ Mbps\))?",
    r"\tInput flow control is unsupported, output flow control is unsupported",
    r"\tDescription: .*", r"\tAvailable but not configured via nameif",
    r"\tMAC address [0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}, MTU \d+",
    r"\tIP address (unassigned|%s, subnet mask %s)" % (ADDR, ADDR),
    r"\t\d+ packets input, \d+ bytes(, \d+ no buffer)?",
    r"\tReceived \d+ broadcasts, \d+ runts, \d+ giants",
    r"\t\d+ input errors, \d+ CRC, \d+ frame, \d+ overrun, \d+ ignored, \d+ abort",
    r"\t\d+ pause (input|output), \d+ resume (input|output)", r"\t\d+ L2 decode drops",
    r"\t\d+ packets output, \d+ bytes(, \d+ underruns)?",
    r"\t\d+ output errors, \d+ collisions, \d+ interface resets",
    r"\t\d+ late collisions, \d+ deferred",
    r"\t\d+ input reset drops, \d+ output reset drops",
    r"\t(input|output) queue \(blocks free curr/low\): hardware \(\d+/\d+\)",
    r'  Traffic Statistics for "\S+":', r"\t\d+ packets dropped",
    r"      [15] minute (input|output) rate \d+ pkts/sec,  \d+ bytes/sec",
    r"      [15] minute drop rate, \d+ pkts/sec",
)


def tools(console):
    """What collectors and parsers written for the device search for, by our own expressions."""
    text, _ = console.run("show version")
    check("version: the first line names the product",
          re.match(r"\nGatehouse \S+, .*command language of Cisco Adaptive Security Appliance "
                   r"Software Version 9\.12\(4\)\n", text), text)
    check("version: what tools take from it", matches(
        text, r"^.*Software Version (\S+)", r"^Compiled on \w+ \d+-\w+-\d+ ", r'image file.+"(\S+)"',
        r"^(\S+) up (.+)", r"^Hardware: +\S.*?, \d+ MB RAM, CPU .+,$", r"^ *\d+: Ext: \S+ +: address is "
        r"[0-9a-f.]{14}, irq \d+$", r"^Serial Number: \S+$",
        r"^Config(uration last modified by|uration has not been modified)"), text)
    check("version: a version is the device's", re.search(r"Version (\S+)", text).group(1) == "9.12(4)")
    check("version: features of the licence block",
          len(re.findall(r"^[\w /-]+ *: (Enabled|Disabled|Unlimited|\d+) *$", text, re.M)) >= 15, text)
    text, _ = console.run("show inventory")
    check("inventory", all_lines(text, r'Name: ".*", DESCR: ".*"', r"PID: \S+ *, VID: \S+ *, SN: \S+") is None, text)
    text, _ = console.run("show interface")
    check("interface: no line of another form", all_lines(text, *INTERFACE_LINES) is None,
          all_lines(text, *INTERFACE_LINES))
    check("interface: both are there", len(re.findall(r'^Interface \S+ "(outside|inside)", is up', text, re.M)) == 2, text)
    text, _ = console.run("show interface ip brief")
    check("interface ip brief", all_lines(
        text, r"Interface +IP-Address +OK\? Method Status +Protocol",
        r"\S+ +(unassigned|%s) +YES \S+ +(up|down|administratively down) +(up|down) *" % ADDR) is None, text)
    text, _ = console.run("show nameif")
    check("nameif", all_lines(text, r"Interface +Name +Security", r"\S+ +\S+ +\d+") is None, text)
    text, _ = console.run("show ip address")
    check("ip address", matches(text, r"^System IP Addresses:$", r"^Current IP Addresses:$",
                                r"^\S+ +outside +%s +%s +CONFIG" % (ADDR, ADDR)), text)
    text, _ = console.run("show route")
    body = text[text.index("Gateway of last resort"):].split("\n", 1)[1]
    row = r"[CSRBDOiLV][ *]\w{0,2} +%s %s" % (ADDR, ADDR)
    check("route: no row of another form", all_lines(
        body, row + r" \[\d+/\d+\] via %s, \S+" % ADDR, row + r" is directly connected, \S+",
        row + r" connected by VPN \(advertised\), \S+", row, r" +connected by VPN \(advertised\), \S+",
        r" +is directly connected, \S+") is None, body)
    check("route: codes", all_lines(text[:text.index("Gateway")], r"Codes: .*", r" {6,}\S* - \S.*") is None, text)
    text, _ = console.run("show arp")
    check("arp", text and all_lines(text, r"\t\S+ %s [0-9a-f.]{14} (\d+|-)" % ADDR) is None, text)
    text, _ = console.run("show nat detail")
    check("nat", matches(text, r"^(Manual|Auto) NAT Policies \(Section \d\)$",
                         r"^1 \(inside\) to \(outside\) source static any any +destination static",
                         r"^ +translate_hits = \d+, untranslate_hits = \d+$",
                         r"^ +Source - Origin: 0\.0\.0\.0/0, Translated: 0\.0\.0\.0/0$"), text)
    console.run("configure terminal")
    for line in ("permit ip any any", "remark told", "deny tcp host 10.0.0.1 10.1.0.0 255.255.0.0 eq 80"):
        console.run("access-list SEEN extended " + line if "remark" not in line else "access-list SEEN " + line)
    text, _ = console.run("show access-list SEEN")
    check("access-list", all_lines(
        text, r"access-list \S+; \d+ elements; name hash: 0x[0-9a-f]+",
        r"access-list \S+ line \d+ remark .*",
        r"access-list \S+ line \d+ extended (permit|deny) .*\(hitcnt=\d+\) 0x[0-9a-f]+") is None and
        text.count("hitcnt") == 2, text)
    text, _ = console.run("show cpu usage")
    check("cpu", re.match(r"CPU utilization for 5 seconds = \d+%; 1 minute: \d+%; 5 minutes: \d+%\n$", text), text)
    text, _ = console.run("show memory")
    check("memory", matches(text, r"^Free memory: +\d+ bytes \( ?\d+%\)$", r"^Used memory: +\d+ bytes \( ?\d+%\)$",
                            r"^Total memory: +\d+ bytes \(100%\)$"), text)
    text, _ = console.run("show processes cpu-usage")
    check("processes", len(re.findall(r"^0x[0-9a-f]{8} 0x[0-9a-f]{8} +[\d.]+% +[\d.]+% +[\d.]+% +(\w+)$", text, re.M)) >= 4, text)
    text, _ = console.run("show conn count")
    check("conn count", re.match(r"\d+ in use, \d+ most used\n$", text), text)
    text, _ = console.run("show failover")
    check("failover", text == "Failover Off \n", text)


def main():
    console = Console(sys.argv[1])
    lines = commands(console)
    check("`?` leads to the commands (%d)" % len(lines), len(lines) >= 60, lines)
    slow = []
    for line in lines:
        began = time.monotonic()
        text, status = console.run(line)
        if time.monotonic() - began > 50:
            slow.append(line)
        good = status == 0 and "ERROR" not in text and (text.strip() or MAY_BE_EMPTY.match(line))
        if not good:
            check(line, False, text or "it says nothing")
    check("each of them answers", FAILED == 0)
    check("none takes long", not slow, slow)
    text, status = console.run("show tech-support")
    heads = re.findall(r"^------------------ (show .*) ------------------$", text, re.M)
    check("tech-support: all of them in order (%d)" % len(heads),
          status == 0 and heads[0] == "show version" and heads[-1].startswith("show running-config") and
          len(heads) >= 25, heads)
    check("tech-support: no key", "C!sc0@123" not in text and "pre-shared-key *****" in text)
    check("a command of the device that this product lacks",
          re.search(r"\^\nERROR: % Invalid input detected at '\^' marker\.\n$", console.run("show blocks")[0]) or
          "ERROR: % Invalid input" in console.run("show blocks")[0])
    tools(console)
    sys.exit(FAILED > 0)


main()
