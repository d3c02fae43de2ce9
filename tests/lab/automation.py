#!/usr/bin/env python3
"""automation.py HOST: netmiko's driver for the ASA, unmodified, against the appliance: logs in, enables, shows, pushes
1,000 lines, saves, logs out; prints a counted result each."""
import sys, time

import netmiko

HOST = sys.argv[1]
LINES = [l for i in range(500) for l in ('object network auto-%d' % i, 'host 10.77.%d.%d' % (i // 250, i % 250 + 1))]


def check(text, good, seen=None):
	print(('ok ' if good else 'not ok ') + text)
	if not good:
		print('#   %r' % (seen,))
	sys.stdout.flush()


def run(turn):
	c = netmiko.ConnectHandler(device_type='cisco_asa', host=HOST, username='admin', password='secretsecret',
		secret='secretsecret')
	check('%s: logs in, the prompt is known' % turn, c.base_prompt.startswith('ciscoasa'), c.base_prompt)
	c.enable()
	check('%s: enables' % turn, c.check_enable_mode(), c.find_prompt())
	version = c.send_command('show version')
	check('%s: show version, its echo and the prompt cut off' % turn, version.lstrip().startswith('Gatehouse') and
		'ciscoasa#' not in version, version[:200])
	long_ = 'show running-config | include ' + '|'.join('nothing%d' % i for i in range(30))
	check('%s: a command of %d characters is echoed in one piece' % (turn, len(long_)), c.send_command(long_).strip() == '',
		c.send_command(long_))
	c.fast_cli, c.global_delay_factor = True, 0.1  # it sleeps 50 ms behind each line otherwise
	out = c.send_config_set(LINES)
	c.fast_cli, c.global_delay_factor = False, 1
	check('%s: 1,000 lines pushed, none refused' % turn, 'ERROR' not in out and 'object network auto-499' in out, out[-300:])
	shown = c.send_command('show running-config object')
	have = [l.strip() for l in shown.splitlines() if 'auto-' in l or '10.77.' in l]
	check('%s: and all of them are there' % turn, sorted(have) == sorted(LINES), len(have))
	saved = c.send_command_expect('write memory')
	check('%s: saved' % turn, '[OK]' in saved, saved)
	c.disconnect()
	return shown


first = run('first')
check('twice the same', run('second') == first)
