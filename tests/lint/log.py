#!/usr/bin/env python3
"""log.py: the catalogue of log messages (engine/base/log.def) against who says them and against docs/logging.md. Every
number that is said is in it with that severity, what is in it is said, and the page lists exactly that."""
import os, re, sys

failed = False


def report(what, faults):
	global failed
	print(('not ok ' if faults else 'ok ') + what)
	for f in faults[:40]:
		print('#   ' + f)
	failed = failed or bool(faults)


rows = [(int(n), int(s)) for n, s in re.findall(r'^LOG\((\d{6}), (\d), \w+\)', open('engine/base/log.def').read(), re.M)]
severity = dict(rows)
report('the catalogue is sorted, each number once', ['%d' % b[0] for a, b in zip(rows, rows[1:]) if b[0] <= a[0]])

said, wrong = {}, []
for top in ('engine', 'cli', 'tests/support'): # the test's servers say what real ones will
	for d, _, files in os.walk(top):
		for f in sorted(files):
			if not f.endswith(('.c', '.h')):
				continue
			name = os.path.join(d, f)
			text = open(name).read()
			# audit_add(where, severity, number, ...): the severity stands there, too
			for s, n in re.findall(r'\baudit_add\([^;]*?,\s*(\d),\s*(\d{6})\b', text):
				said.setdefault(int(n), name)
				if severity.get(int(n)) != int(s):
					wrong.append('%s: %s is said at severity %s' % (name, n, s))
			if 'audit_add(' in text: # or one of two numbers
				for pair in re.findall(r'\? (\d{6}) : (\d{6})\b', text):
					for n in pair:
						said.setdefault(int(n), name)
			for n in re.findall(r'\b(?:log_say|trace_ike\w*)\(\s*[^;"]*?\b(\d{6}),', text) + re.findall(r'\bLOG_(\d{6})\b', text):
				said.setdefault(int(n), name)
			base = re.search(r'#define LOG_BASE (\d{6})', text)
			if base: # the keeper's: one number a severity
				for s in (3, 4, 5, 6):
					said.setdefault(int(base.group(1)) + s, name)
report('every message that is said is in the catalogue, with that severity',
	wrong + ['%s: %d' % (f, n) for n, f in sorted(said.items()) if n not in severity])
report('every message of the catalogue is said', ['%d' % n for n, _ in rows if n not in said])
page = {int(n): int(s) for n, s in re.findall(r'^\| (\d{6}) \| (\d) \|', open('docs/logging.md').read(), re.M)} if os.path.exists('docs/logging.md') else {}
report('docs/logging.md lists the catalogue', ['%d, severity %d' % r for r in sorted(set(page.items()) ^ set(severity.items()))])
sys.exit(1 if failed else 0)
