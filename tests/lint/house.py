#!/usr/bin/env python3
"""house.py [BUILD]: does the house stand as DESIGN.md draws it? Reads the includes of all sources and, of the objects
in BUILD (default build), who asks whom for which symbol. Prints `ok ...` and `not ok ...` lines, as tests/run takes them."""
import collections, os, re, subprocess, sys

build = sys.argv[1] if len(sys.argv) > 1 else 'build'
FLOORS = ['parser', 'db', 'engine', 'cli']
ARROWS = {'parser': set(), 'db': {'parser'}, 'engine': set(), 'cli': {'parser', 'db', 'engine'}}
COLUMNS, LINES, MEDIAN, SCREEN = 100, 500, 250, 60
failed = False


def sources(*kinds):
	names = [os.path.join(d, f) for top in FLOORS + ['tests'] for d, _, fs in os.walk(top) for f in fs]
	return sorted(n for n in names if n.endswith(kinds))


def report(what, faults):
	global failed
	print(('not ok ' if faults else 'ok ') + what)
	for f in faults[:40]:
		print('#   ' + f)
	failed = failed or bool(faults)


def circles(graph):
	"""Strongly connected components of more than one node (Tarjan, without recursion)."""
	index, low, stack, on, out, count = {}, {}, [], set(), [], 0
	for root in graph:
		if root in index:
			continue
		work = [(root, iter(graph[root]))]
		index[root] = low[root] = count
		count += 1
		stack.append(root)
		on.add(root)
		while work:
			node, rest = work[-1]
			for to in rest:
				if to not in index:
					index[to] = low[to] = count
					count += 1
					stack.append(to)
					on.add(to)
					work.append((to, iter(graph.get(to, ()))))
					break
				if to in on:
					low[node] = min(low[node], index[to])
			else:
				work.pop()
				if work:
					low[work[-1][0]] = min(low[work[-1][0]], low[node])
				if low[node] == index[node]:
					ring = []
					while True:
						n = stack.pop()
						on.discard(n)
						ring.append(n)
						if n == node:
							break
					if len(ring) > 1:
						out.append(sorted(ring))
	return out


def room(path):
	return os.path.dirname(path)


house = [s for s in sources('.c', '.h') if not s.startswith('tests/')]
includes = {s: re.findall(r'^#include "([^"]+)"', open(s).read(), re.M) for s in house}

# ---- arrows ----
report('arrows run one way: parser < db, engine < cli', [
	'%s includes %s' % (s, i) for s in house for i in includes[s]
	if i.split('/')[0] != s.split('/')[0] and i.split('/')[0] not in ARROWS[s.split('/')[0]]])
rooms = collections.defaultdict(set)
because = {}
for s in house:
	for i in includes[s]:
		if room(i) != room(s):
			rooms[room(s)].add(room(i))
			because.setdefault((room(s), room(i)), '%s includes %s' % (s, i))
report('no circle of rooms', [
	' - '.join(c) + ': ' + '; '.join(because[a, b] for a in c for b in c if (a, b) in because) for c in circles(rooms)])

# ---- who calls whom ----
objects = sorted(s[:-2] for s in house if s.endswith('.c') and os.path.exists('%s/%s.o' % (build, s[:-2])))
defines, asks = {}, collections.defaultdict(set)
for line in subprocess.run(['nm', '-A', '-P'] + ['%s/%s.o' % (build, o) for o in objects], capture_output=True, text=True).stdout.splitlines():
	where, rest = line.split(': ', 1)
	name, kind = rest.split()[:2]
	where = os.path.relpath(where, build)[:-2]
	if kind in 'TDBR':
		defines[name] = where
	elif kind == 'U':
		asks[where].add(name)
calls = {o: {defines[n] for n in asks[o] if n in defines and defines[n] != o} for o in objects}
report('no circle of files', [' - '.join(c) + ': ' + '; '.join(
	'%s asks %s for %s' % (a, b, ' '.join(sorted(n for n in asks[a] if defines.get(n) == b)[:4]))
	for a in c for b in c if b in calls[a]) for c in circles(calls)])

# ---- sizes ----
def text_lines(path):
	"""(number, line, is it in a table) of each line; a table stands between `clang-format off` and `on`."""
	table = path.endswith('.def')
	for n, line in enumerate(open(path), 1):
		table = table or 'clang-format off' in line
		yield n, line.rstrip('\n').expandtabs(8), table
		if 'clang-format on' in line and not path.endswith('.def'):
			table = False

length = {s: sum(1 for _ in open(s)) for s in house}
report('no file over %d lines' % LINES, ['%s: %d lines' % (s, length[s]) for s in sorted(house) if length[s] > LINES])
middle = sorted(n for s, n in length.items() if s.endswith('.c'))
middle = middle[len(middle) // 2]
report('the median file has under %d lines' % MEDIAN, [] if middle < MEDIAN else ['it has %d' % middle])
report('no line over %d columns' % COLUMNS, [
	'%s:%d: %d columns' % (s, n, len(line)) for s in sources('.c', '.h') for n, line, table in text_lines(s)
	if len(line) > COLUMNS and not table])
long = []
for s in house:
	start = None
	for n, line, table in text_lines(s):
		if line == '{':
			start, switch, inner = n, False, False
		elif start and line.startswith('}'):
			if n - start > SCREEN and not switch:
				long.append('%s:%d: a function of %d lines' % (s, start, n - start))
			start = None
		elif start and re.search(r'\bswitch \(|static const|\bROW\(', line):
			switch = True
report('no function over a screen, but switches and tables', long)
sys.exit(failed)
