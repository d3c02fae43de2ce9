#!/usr/bin/env python3
"""typist.py COLUMNS SOCKET GATESH [COMMAND...]: a person types at a terminal of so many columns; the
screen is what it should be, whatever he types and whatever else arrives. COMMAND: he comes by that
(ssh), and stands at `#`; else by the console."""
import os, random, subprocess, sys, tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from terminal import Terminal, check

COLUMNS, SOCKET, GATESH = int(sys.argv[1]), sys.argv[2], sys.argv[3]
WAY = sys.argv[4:]
PROMPT, CONF = 'ciscoasa# ', 'ciscoasa(config)# '
ASK = "%s%d columns: " % ('ssh, ' if WAY else '', COLUMNS)


def start(columns=COLUMNS):
	t = Terminal(columns, WAY or [GATESH, '--socket', SOCKET])
	if WAY:
		assert t.row_is(PROMPT), t.screen.rows
		return t
	assert t.row_is('ciscoasa> '), t.screen.rows
	t.keys('enable\r')
	t.row_is('Password: ')
	t.keys('\r')
	assert t.row_is(PROMPT), t.screen.rows
	return t


def other(*lines):
	"""Another operator's session, at once."""
	args = [a for l in lines for a in ('-c', l)]
	return subprocess.run([GATESH, '--socket', SOCKET] + args, stdin=subprocess.DEVNULL,
		capture_output=True, text=True, timeout=120).stdout


# ---- the line that is typed, as the screen shows it ----

def fits(row, x, prompt, text, cursor, columns):
	"""Is this row what a line may look like: the prompt, the text or a part of it between `$`, and
	the cursor at its character?"""
	whole = prompt + text
	if len(whole) < columns:
		return row.rstrip() == whole.rstrip() and x == len(prompt) + cursor
	row = row[:columns - 1] if row[columns - 1:].isspace() else row
	if len(row) > columns - 1:
		return False
	seen, at = row, x
	if row.startswith(prompt):
		seen, at, hay, pos = row[len(prompt):], x - len(prompt), text, cursor
	else:
		hay, pos = whole, len(prompt) + cursor
	left = seen.startswith('$') and not hay.startswith(seen[:5])
	start = pos - at
	if start < 0 or (start > 0) != left:
		return False
	end = start + len(seen)
	mine = list(hay[start:end].ljust(len(seen)))
	if left:
		mine[0] = '$'
	if end < len(hay):
		mine[-1] = '$'
	return ''.join(mine).rstrip() == seen.rstrip()


class Line:
	"""The line editor's model: emacs keys on a text."""

	def __init__(self):
		self.text, self.at, self.killed = '', 0, ''

	def key(self, k):
		t, a = self.text, self.at
		if k == '\x01':
			self.at = 0
		elif k == '\x05':
			self.at = len(t)
		elif k in ('\x02', '\x1b[D', '\x1bOD'):
			self.at = max(0, a - 1)
		elif k in ('\x06', '\x1b[C', '\x1bOC'):
			self.at = min(len(t), a + 1)
		elif k in ('\x7f', '\b'):
			if a:
				self.text, self.at = t[:a - 1] + t[a:], a - 1
		elif k in ('\x04', '\x1b[3~'):
			self.text = t[:a] + t[a + 1:]
		elif k == '\x0b':
			self.killed, self.text = t[a:] or self.killed, t[:a]
		elif k == '\x15':
			self.killed, self.text, self.at = t[:a] or self.killed, t[a:], 0
		elif k in ('\x1b[H', '\x1b[1~'):
			self.at = 0
		elif k in ('\x1b[F', '\x1b[4~'):
			self.at = len(t)
		else:
			self.text, self.at = t[:a] + k + t[a:], a + len(k)


KEYS = ['\x01', '\x05', '\x02', '\x06', '\x1b[D', '\x1b[C', '\x1bOD', '\x1bOC', '\x7f', '\b', '\x1b[3~',
	'\x1b[H', '\x1b[F', '\x1b[1~', '\x1b[4~']


def random_keys():
	dice = random.Random(COLUMNS)
	t = start()
	bad = []
	for round_ in range(12):
		line, typed = Line(), []
		columns = COLUMNS if round_ % 3 else dice.choice([40, 57, 80, 132, 200])
		t.resize(columns)
		t.settle()
		for _ in range(40):
			batch = ''
			for _ in range(dice.randint(1, 8)):
				k = dice.choice(KEYS) if dice.random() < 0.35 else dice.choice('abcxyz 0189.-üß')
				if dice.random() < 0.01:
					k = dice.choice('\x0b\x15')
				line.key(k)
				batch += k
			t.keys(batch)
			typed.append(batch)
			good = t.until(lambda s: fits(s.rows[-1], s.x, PROMPT, line.text, line.at, columns))
			if not good:
				bad = [columns, t.screen.rows[-1], t.screen.x, line.text, line.at, typed[-3:]]
				break
		t.keys('\x03')
		t.row_is(PROMPT)
		if bad:
			break
	check(ASK + 'random keys, random widths: the row is the line, the cursor at its place', not bad, bad)
	t.close()


def long_lines():
	t = start()
	line = 'show ' + ' '.join('word%d' % i for i in range(40))
	t.keys(line)
	ok = t.until(lambda s: fits(s.rows[-1], s.x, PROMPT, line, len(line), COLUMNS))
	check(ASK + 'a long line scrolls, $ at its left', ok and '$' in t.screen.rows[-1], t.screen.rows[-2:])
	rows = len(t.screen.rows)
	t.keys('\x01')
	check(ASK + '^A shows its beginning, $ at its right',
		t.row_is((PROMPT + line)[:COLUMNS - 2] + '$') or t.screen.rows[-1] == (PROMPT + line)[:COLUMNS - 2] + '$',
		t.screen.rows[-1])
	t.keys('\x05?')
	t.until(lambda s: 'ERROR' in ''.join(s.rows[rows:]) and fits(s.rows[-1], s.x, PROMPT, line, len(line), COLUMNS))
	check(ASK + '? at its end shows the line again', fits(t.screen.rows[-1], t.screen.x, PROMPT, line, len(line), COLUMNS),
		t.screen.rows[-3:])
	t.resize(max(40, COLUMNS // 2))
	ok = t.until(lambda s: fits(s.rows[-1], s.x, PROMPT, line, len(line), max(40, COLUMNS // 2)))
	check(ASK + 'a narrower window moves the line', ok, t.screen.rows[-2:])
	t.resize(COLUMNS)
	t.settle()
	at = len(t.screen.rows)
	t.keys('\r')
	t.row_is(PROMPT)
	check(ASK + 'Enter leaves its beginning there', t.screen.rows[at - 1].rstrip() == (PROMPT + line)[:COLUMNS - 2] + '$',
		t.screen.rows[at - 1])
	t.command('configure terminal', CONF)
	t.command('terminal width 511', CONF)
	at = len(t.screen.raw)
	long_ = 'object network ' + 'x' * 60
	t.command(long_, 'ciscoasa(config-network-object)# ')
	check(ASK + 'terminal width 511: the echo is the line', t.screen.raw[at:].startswith(long_ + '\r'), t.screen.raw[at:at + 200])
	t.command('no ' + long_, CONF)
	t.command('no terminal width', CONF)
	t.close()


def beside_others():
	"""Lines that come unasked."""
	t = start()
	t.command('configure terminal', CONF)
	t.command('logging enable', CONF)
	t.command('logging monitor debugging', CONF)
	t.command('end', PROMPT)
	t.command('terminal monitor', PROMPT)
	t.settle()
	for n in (20, 120):
		line = 'y' * n
		t.keys(line + '\x02\x02')
		t.until(lambda s: fits(s.rows[-1], s.x, PROMPT, line, n - 2, COLUMNS))
		at = len(t.screen.rows)
		other('show clock')
		ok = t.until(lambda s: any('show clock' in r for r in s.rows[at - 1:-1]) and
			fits(s.rows[-1], s.x, PROMPT, line, n - 2, COLUMNS))
		check(ASK + 'a log line above a line of %d characters' % n, ok and not any('yyy' in r for r in t.screen.rows[at - 1:-1]),
			t.screen.rows[at - 2:])
		t.keys('\x03')
		t.row_is(PROMPT)
	t.command('terminal pager 5', PROMPT)
	t.settle()
	t.keys('show running-config\r')
	t.until(lambda s: s.row() == '<--- More --->')
	at = len(t.screen.rows)
	other('show clock')
	ok = t.until(lambda s: any('show clock' in r for r in s.rows[at - 1:-1]) and s.row() == '<--- More --->')
	check(ASK + 'a log line above the More prompt', ok and not any('More' in r for r in t.screen.rows[:-1]), t.screen.rows[at - 3:])
	t.keys('q')
	t.row_is(PROMPT)
	t.command('configure terminal', CONF)
	t.keys('write erase\r')
	question = 'Erase configuration in flash memory? [confirm]'
	if t.until(lambda s: s.row() == question):
		at = len(t.screen.rows)
		other('show clock')
		ok = t.until(lambda s: any('show clock' in r for r in s.rows[at - 1:-1]) and s.row() == question)
		check(ASK + 'a log line above a question', ok, t.screen.rows[at - 2:])
	t.keys('n')
	t.row_is(CONF)
	t.close()


def pager():
	t = start()
	t.command('terminal pager 10', PROMPT)
	text = other('show running-config').split('\n')[:-1]
	at = len(t.screen.rows)
	t.keys('show running-config\r')
	pages = []
	while len(pages) < 8:
		t.until(lambda s: s.row() in ('<--- More --->', PROMPT.rstrip()) and len(s.rows) > at)
		t.settle()
		rows = t.screen.rows[at:-1]
		pages.append(len(rows))
		at = len(t.screen.rows) - 1
		if t.screen.row() != '<--- More --->':
			break
		raw = len(t.screen.raw)
		t.keys(' ')
		t.until(lambda s: len(s.raw) >= raw + 16)
		if not t.screen.raw[raw:].startswith('\r' + ' ' * 14 + '\r'):
			pages.append('wipe: %r' % t.screen.raw[raw:raw + 20])
	t.settle()
	if t.screen.row() == '<--- More --->':
		t.keys('q')
	t.row_is(PROMPT)
	check(ASK + 'each page is ten rows', all(p == 10 for p in pages[:-1]) and len(pages) > 2, pages)
	t.keys('show running-config\r')
	t.until(lambda s: s.row() == '<--- More --->')
	at = len(t.screen.rows)
	t.keys('\r')
	t.until(lambda s: len(s.rows) == at + 1 and s.row() == '<--- More --->')
	check(ASK + 'Enter shows one line', len(t.screen.rows) == at + 1, t.screen.rows[at - 2:])
	t.keys('x\x03')
	check(ASK + '^C at the More prompt ends the output', t.row_is(PROMPT), t.screen.rows[-3:])
	t.close()


def searching():
	t = start()
	t.command('show clock', PROMPT)
	t.command('show version | include Gate', PROMPT)
	t.command('show pager', PROMPT)
	t.keys('\x12')
	t.row_is("(reverse-i-search)`': ")
	t.keys('sho')
	ok = t.until(lambda s: s.rows[-1].rstrip() == "(reverse-i-search)`sho': show pager")
	t.keys('w v')
	ok = ok and t.until(lambda s: s.rows[-1].rstrip() == "(reverse-i-search)`show v': show version | include Gate")
	check(ASK + '^R finds while one types', ok, t.screen.rows[-1])
	t.keys('\x7f\x7f\x12')
	ok = t.until(lambda s: s.rows[-1].rstrip() == "(reverse-i-search)`show': show version | include Gate")
	t.keys('\x12')
	ok = ok and t.until(lambda s: s.rows[-1].rstrip() == "(reverse-i-search)`show': show clock")
	check(ASK + '^R again goes on to older lines', ok, t.screen.rows[-1])
	t.keys('\x07')
	check(ASK + '^G: the line is as before', t.row_is(PROMPT), t.screen.rows[-1])
	t.keys('\x12pager')
	t.until(lambda s: s.rows[-1].endswith('show pager'))
	at = len(t.screen.rows)
	t.keys('\r')
	t.until(lambda s: len(s.rows) > at and s.row() == PROMPT.rstrip())
	check(ASK + 'Enter runs what was found', t.screen.rows[at - 1].rstrip() == PROMPT + 'show pager' and
		any('pager' in r for r in t.screen.rows[at:-1]), t.screen.rows[at - 1:])
	t.keys('exit\r')
	t.until(lambda s: t.over)
	t.close()
	t = start()
	t.keys('\x1b[A\x1b[A' + ('' if WAY else '\x1b[A'))  # `exit`; and this session's `enable`
	check(ASK + 'arrow-up finds the lines of the last session', t.until(lambda s: s.rows[-1].rstrip() == PROMPT + 'show pager'),
		t.screen.rows[-1])
	t.close()


def stopping():
	"""10,000 lines that are not paged, and ^C in their midst."""
	t = start()
	t.command('terminal pager 0', PROMPT)
	at = len(t.screen.rows)
	t.keys('show running-config object\r')
	t.until(lambda s: len(s.rows) > at + 50)
	t.keys('\x03')
	ok = t.row_is(PROMPT)
	most = 9000 if not WAY else 1 << 20  # what ssh has taken on its way already comes
	check(ASK + '^C stops an output at once', ok and len(t.screen.rows) - at < most, len(t.screen.rows) - at)
	check(ASK + 'and the next command runs', any('no pager' in r for r in t.command('show pager', PROMPT)))
	t.close()


def pasting(lines):
	t = start()
	t.command('configure terminal', CONF)
	objects = [(i, '10.%d.%d.%d' % (COLUMNS, i // 250, i % 250 + 1)) for i in range(lines // 2)]
	t.keys(''.join('object network paste%d-%d\r host %s\r' % (COLUMNS, i, a) for i, a in objects) + 'end\r')
	t.row_is(PROMPT, 600)
	t.until(lambda s: s.row() == PROMPT.rstrip(), 600)
	want = {'paste%d-%d' % (COLUMNS, i): a for i, a in objects}
	have, name = {}, ''
	for l in other('show running-config object').split('\n'):
		if l.startswith('object network '):
			name = l.split()[2]
		elif l.startswith(' host ') and name in want:
			have[name] = l.split()[1]
	check(ASK + '%d lines pasted at once: not a character is lost' % lines, have == want, len(have))
	echoed = sum(1 for r in t.screen.rows if r.startswith('ciscoasa(config') and 'object network paste%d-' % COLUMNS in r)
	check(ASK + 'each of them stands on the screen behind its prompt', echoed == lines // 2, echoed)
	check(ASK + 'and nothing was refused', not any('ERROR' in r for r in t.screen.rows))
	t.close()


def helping():
	t = start()
	rows = t.command('configure terminal', CONF)
	t.command('interface GigabitEthernet0/0', 'ciscoasa(config-if)# ')
	at = len(t.screen.rows)
	t.keys('n?')
	t.until(lambda s: s.rows[-1].rstrip() == 'ciscoasa(config-if)# n' and len(s.rows) > at)
	rows = [r.rstrip() for r in t.screen.rows[at:-1]]
	heads = [r for r in rows if r.endswith('mode commands/options:')]
	check(ASK + '? lists the submode first, then configuration', len(heads) >= 2 and heads[1] == 'configure mode commands/options:', heads)
	check(ASK + 'help stays within the screen', all(len(r) < COLUMNS for r in rows), [r for r in rows if len(r) >= COLUMNS])
	t.keys('\x15sh')
	t.keys('ow vers\t')
	check(ASK + 'Tab completes', t.until(lambda s: s.row() == 'ciscoasa(config-if)# show version' and s.x == 34), t.screen.rows[-1])
	t.keys('\x15')
	t.command('end', PROMPT)
	at = len(t.screen.rows)
	t.keys('show clock\x02\x02\x02\x02\x02\x02?')
	ok = t.until(lambda s: s.row() == PROMPT + 'show clock' and len(s.rows) > at and s.x == len(PROMPT) + 4)
	check(ASK + '? within a line: the line shows it, then stands again', ok and
		t.screen.rows[at - 1].rstrip() == PROMPT + 'show? clock', t.screen.rows[at - 1:])
	t.keys('\x15\x0b')
	t.row_is(PROMPT)
	t.keys('banner What\x16?')
	check(ASK + '^V ? is a question mark', t.row_is(PROMPT + 'banner What?'), t.screen.rows[-1])
	t.keys('\x15')
	t.row_is(PROMPT)
	bells = t.screen.bells
	t.keys('show i\t')
	ok = t.until(lambda s: s.bells > bells and s.row() == PROMPT + 'show i')
	check(ASK + 'Tab rings when there are several', ok, t.screen.rows[-1])
	t.keys('\x03')
	t.row_is(PROMPT)
	rows = t.command('show running-config | include ^hostname', PROMPT)
	check(ASK + 'a filter', rows == ['hostname ciscoasa'], rows)
	rows = t.command('show ~', PROMPT)
	check(ASK + 'the caret stands below the first wrong character',
		rows[-2:] == [' ' * len(PROMPT + 'show ') + '^', "ERROR: % Invalid input detected at '^' marker."], rows)
	t.close()


def breaking_out():
	"""libedit can start an editor, and from that a shell of the host: no key leads there."""
	with tempfile.TemporaryDirectory() as d:
		with open(d + '/editor', 'w') as f:
			f.write('#!/bin/sh\ntouch %s/ran\n' % d)
		os.chmod(d + '/editor', 0o755)
		os.environ['EDITOR'] = d + '/editor'
		t = start()
		del os.environ['EDITOR']
		t.keys('\x1bxbind ^X vi-histedit\r')
		t.settle()
		t.keys('\x15show clock\x18')
		t.settle()
		t.keys('\x15\x1bXbind -v\r')
		t.settle()
		t.keys('\x15\x1bv')
		t.settle()
		t.keys('\x15')
		ok = t.row_is(PROMPT) and 'ciscoasa' in t.command('show hostname', PROMPT)
		check(ASK + 'no key starts an editor', ok and not os.path.exists(d + '/ran'), t.screen.rows[-5:])
		t.keys('\x15\xf8\xd8')
		check(ASK + 'letters of eight bits are letters', t.row_is(PROMPT + '\xf8\xd8'), t.screen.rows[-1])
		t.close()


PARTS = (helping, breaking_out, long_lines, searching, beside_others, pager, random_keys)
only = os.environ.get('PARTS', '').split()
for part in PARTS:
	if only and part.__name__ not in only:
		continue
	try:
		part()
	except AssertionError as e:
		check(ASK + part.__name__, False, str(e))
for n in (1000, 10000) if COLUMNS == 80 else (1000,):
	pasting(n)
stopping()
