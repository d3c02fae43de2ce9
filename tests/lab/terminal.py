#!/usr/bin/env python3
"""terminal.py: a terminal of so many columns with a program on it, for the labs: what the program
writes stands in `rows` as a person would see it; keys go in as they are typed."""
import fcntl, os, pty, select, signal, struct, sys, termios, time, unicodedata


class Screen:
	"""What a terminal makes of the bytes; it knows only what a device sends: no escape sequence."""

	def __init__(self, columns):
		self.columns, self.rows, self.x, self.bells, self.raw = columns, [''], 0, 0, ''

	def put(self, c):
		row = self.rows[-1].ljust(self.x)
		self.rows[-1] = row[:self.x] + c + row[self.x + 1:]
		self.x += 1

	def take(self, text):
		self.raw += text
		for c in text:
			if c == '\r':
				self.x = 0
			elif c == '\n':
				self.rows.append('')
				if self.x:  # a line feed alone keeps the column
					self.rows[-1] = ' ' * self.x
			elif c == '\b':
				assert self.x > 0, 'a backspace at the left margin'
				self.x = min(self.x, self.columns - 1) - 1
			elif c == '\a':
				self.bells += 1
			else:
				assert c >= ' ', 'a control character: %r' % c
				if self.x >= self.columns:
					self.rows.append('')
					self.x = 0
				self.put(c)

	def row(self):
		return self.rows[-1].rstrip()


class Terminal:
	def __init__(self, columns, command, lines=24):
		self.screen = Screen(columns)
		self.decoder = __import__('codecs').getincrementaldecoder('utf-8')()
		self.pid, self.fd = pty.fork()
		if self.pid == 0:
			fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', lines, columns, 0, 0))
			os.environ['TERM'] = 'vt100'
			os.execvp(command[0], command)
		fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack('HHHH', lines, columns, 0, 0))
		os.set_blocking(self.fd, False)
		self.over = False

	def resize(self, columns, lines=24):
		screen = self.screen
		screen.columns = columns
		screen.rows[-1], screen.x = screen.rows[-1][:columns], min(screen.x, columns - 1)
		fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack('HHHH', lines, columns, 0, 0))

	def read(self, seconds):
		"""Takes what comes within that time; false when nothing did."""
		if self.over or not select.select([self.fd], [], [], seconds)[0]:
			return False
		try:
			data = os.read(self.fd, 65536)
		except OSError:
			data = b''
		self.over = not data
		self.screen.take(self.decoder.decode(data))
		return bool(data)

	def keys(self, text):
		"""Types, reading meanwhile, as a terminal does."""
		data = text if isinstance(text, bytes) else text.encode()
		while data and not self.over:
			ready = select.select([self.fd], [self.fd], [], 10)
			assert ready[0] or ready[1], 'the terminal takes no keys'
			if ready[0]:
				self.read(0)
			if ready[1]:
				try:
					data = data[os.write(self.fd, data[:4096]):]
				except BlockingIOError:
					pass

	def until(self, what, seconds=60):
		"""Reads until `what(screen)` is true; then, what it was."""
		end = time.monotonic() + seconds
		while True:
			hit = what(self.screen)
			if hit or self.over:
				return hit
			if time.monotonic() > end:
				return hit
			self.read(0.2)

	def settle(self):
		"""Reads until nothing comes any more, which takes a busy machine longer."""
		while self.read(0.2 * (1 + os.getloadavg()[0] / os.cpu_count())):
			pass

	def row_is(self, row, seconds=60):
		return self.until(lambda s: s.rows[-1].rstrip() == row.rstrip() and s.x >= len(row), seconds)

	def command(self, line, prompt, seconds=60):
		"""Types a line and returns its output's rows, once the prompt stands again."""
		at = len(self.screen.rows)
		self.keys(line + '\r')
		done = self.until(lambda s: len(s.rows) > at and s.row() == prompt.rstrip(), seconds)
		assert done, 'no prompt after %r: %r' % (line, self.screen.rows[-3:])
		return [r.rstrip() for r in self.screen.rows[at:-1]]

	def close(self):
		try:
			os.kill(self.pid, signal.SIGHUP)
		except ProcessLookupError:
			pass
		os.close(self.fd)
		os.waitpid(self.pid, 0)


failed = 0


def check(text, good, seen=None):
	"""One counted result."""
	global failed
	print(('ok ' if good else 'not ok ') + text)
	if not good:
		failed += 1
		for line in (seen if isinstance(seen, list) else [seen]):
			print('#   %r' % (line,))
	sys.stdout.flush()
