#!/usr/bin/env python3
"""dhcp.py LOG FIRST-LAST MASK ROUTER [LEASE-SECONDS [SERVER-ADDRESS]]: a small DHCP server (RFC 2131) in the namespace
that it is started in, for clients at its links and for those of relay agents. A line of LOG for each message:
TYPE CHADDR CIADDR GIADDR [ADDRESS]. SIGUSR1: it refuses what it has leased, SIGUSR2: it says nothing; again: as before."""
import ipaddress, signal, socket, struct, sys

log = open(sys.argv[1], 'w', buffering=1)
first, last = (int(ipaddress.IPv4Address(a)) for a in sys.argv[2].split('-'))
mask, router = sys.argv[3], sys.argv[4]
seconds = int(sys.argv[5]) if len(sys.argv) > 5 else 3600
own = sys.argv[6] if len(sys.argv) > 6 else router
IP_PKTINFO = 8
TYPES = {1: 'DISCOVER', 3: 'REQUEST', 4: 'DECLINE', 7: 'RELEASE', 8: 'INFORM'}
leases, mood = {}, {'refuses': False, 'silent': False}
signal.signal(signal.SIGUSR1, lambda *_: mood.update(refuses=not mood['refuses']))
signal.signal(signal.SIGUSR2, lambda *_: mood.update(silent=not mood['silent']))


def packed(address):
	return socket.inet_aton(str(ipaddress.IPv4Address(address)))


def options(data):
	found, at = {}, 240
	while at < len(data) and data[at] != 255:
		if data[at] == 0:
			at += 1
			continue
		found[data[at]] = found.get(data[at], b'') + data[at + 2:at + 2 + data[at + 1]]
		at += 2 + data[at + 1]
	return found


def lease_of(who):
	if who not in leases:
		free = [a for a in range(first, last + 1) if a not in leases.values()]
		leases[who] = free[0] if free else None
	return leases[who]


def answer(data, kind, address):
	body = bytearray(struct.pack('!BBBB', 2, data[1], data[2], 0) + data[4:8] + bytes(2) + data[10:12])
	body += data[12:16] + (packed(address) if address else bytes(4)) + bytes(4) + data[24:28] + data[28:44] + bytes(192)
	body += b'\x63\x82\x53\x63' + bytes([53, 1, kind, 54, 4]) + packed(own)
	if kind != 6:
		body += b'\x33\x04' + struct.pack('!I', seconds) + b'\x01\x04' + packed(mask) + b'\x03\x04' + packed(router)
		body += b'\x06\x04' + packed(router) + b'\x0f\x0bexample.com'
	return bytes(body) + b'\xff'


def send(s, data, message, link):
	giaddr, ciaddr = data[24:28], data[12:16]
	if giaddr != bytes(4):
		return s.sendto(message, (socket.inet_ntoa(giaddr), 67))
	if ciaddr != bytes(4):
		return s.sendto(message, (socket.inet_ntoa(ciaddr), 68))
	s.sendmsg([message], [(socket.IPPROTO_IP, IP_PKTINFO, link)], 0, ('255.255.255.255', 68))


s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
s.bind(('', 67))
print('ready', flush=True)
while True:
	data, ancillary, _, _ = s.recvmsg(4096, 256)
	link = ancillary[0][2][:4] + bytes(8)  # by which it came: there may be no route
	o = options(data)
	kind = o.get(53, b'\0')[0]
	who = o.get(61, data[28:44])
	text = '%s %s %s %s' % (TYPES.get(kind, kind), data[28:34].hex(), socket.inet_ntoa(data[12:16]), socket.inet_ntoa(data[24:28]))
	if mood['silent']:
		continue
	if kind in (4, 7):
		leases.pop(who, None)
	elif kind in (1, 3):
		address = lease_of(who)
		wanted = o.get(50, data[12:16])
		wrong = kind == 3 and (mood['refuses'] or (wanted != bytes(4) and wanted != packed(address or 0)))
		if wrong:
			leases.pop(who, None)
		if address:
			text += ' ' + str(ipaddress.IPv4Address(address)) + (' refused' if wrong else '')
	log.write(text + '\n')  # before the answer: who sees what comes of that finds the line
	if kind in (1, 3) and address:
		send(s, data, answer(data, 6 if wrong else 2 if kind == 1 else 5, 0 if wrong else address), link)
