"""config_lines.py GATESH SOCKET LINES: each example of a configuration line (`gramcheck --lines` has written
them to LINES), each line of what runs, and the `no` of each is typed into the appliance and taken back while
sessions carry traffic. What ends one has to be told by the grammar (`disrupts`)."""
import re, subprocess, sys, time

gatesh, socket, lines = sys.argv[1:4]


def console(*commands):
	argv = [gatesh, '--socket', socket]
	for c in commands:
		argv += ['-c', c]
	done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)
	return done.stdout + done.stderr


def sessions():
	return set(re.findall(r'\|\| Index: (\d+)', console('show vpn-sessiondb full ra-ikev1-ipsec')))


def all_there():
	"""The clients dial again by themselves."""
	end = time.monotonic() + 300
	while time.monotonic() < end:
		now = sessions()
		if len(now) == 10:
			return now
		time.sleep(0.2)
	sys.exit('not ok ten sessions are up')


def examples():
	"""(whether it may end sessions, the lines before it, itself): of the grammar, and the same where
	the sessions live; then what runs, with the line of its block."""
	for row in open(lines):
		_, disrupts, lead, line = row.rstrip('\n').split('\t')
		yield disrupts, lead, line
		live = lead.replace('interface GigabitEthernet0/5;', 'interface GigabitEthernet0/0;')
		live = re.sub(r'username \w+ nopassword;', '', live)
		if live != lead:
			yield disrupts, live, line
	block = ''
	for line in console('more system:running-config').splitlines():
		if not re.match(r'[ a-z]', line):
			continue
		if line[0] != ' ':
			block = line
		yield '', block if line[0] == ' ' else '', line.strip()


there = all_there()
console('configure checkpoint before')
typed = ended = refused = 0
wrong = []
for disrupts, lead, line in list(examples()):
	negated = line[3:] if line.startswith('no ') else 'no ' + line
	gone = ''
	for l in (line, negated, None):
		if l:
			out = console('configure terminal', *filter(None, lead.split(';')), l, 'end')
			refused += 'ERROR' in out
		else:
			out = console('configure rollback before noconfirm')
		typed += 1
		if not there <= sessions():
			gone = gone or f'{lead} {l or "rollback of " + line}: {out!r}'
			there = sessions()
	if gone:
		ended += 1
		there = all_there()
		if not disrupts:
			wrong.append(gone)
print(f'# {typed} lines typed, {refused} refused, {ended} ended sessions')
print('ok' if not wrong else 'not ok', 'no line but those that say so ends a session')
for w in wrong:
	print('#  ', w[:300])
print('ok' if ended else 'not ok', 'a line that says so does end sessions')
print('ok' if refused * 5 < typed else 'not ok', 'most lines are taken')
