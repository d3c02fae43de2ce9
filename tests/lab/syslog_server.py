"""syslog_server.py udp|tcp|unix ADDRESS PORT FILE: a syslog server (unix: a journal at the path ADDRESS) that writes each message as a line to FILE. On SIGUSR1 a TCP
server stops to read; it ends with its process, as any other."""
import select, signal, socket, sys

kind, address, port, path = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
reading = True


def stop_reading(*_):
	global reading
	reading = False


signal.signal(signal.SIGUSR1, stop_reading)
if kind != 'tcp':
	s = socket.socket(socket.AF_UNIX if kind == 'unix' else socket.AF_INET, socket.SOCK_DGRAM)
	s.bind(address if kind == 'unix' else (address, port))
	out = open(path, 'ab', buffering=0)
	while True:
		out.write(s.recv(65536) + b'\n')
s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind((address, port))
s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
s.listen(5)
out = open(path, 'ab', buffering=0)
while True:
	c, _ = s.accept()
	while True:
		if not reading:
			signal.pause()
		select.select([c], [], [], 0.2)
		if not reading:
			continue
		try:
			data = c.recv(65536, socket.MSG_DONTWAIT)
		except BlockingIOError:
			continue
		if not data:
			break
		out.write(data)
	c.close()
