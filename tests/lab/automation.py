"""automation.py PART ADDRESS: what a tool written for the ASA does, over SSH: netmiko, ansible, netspoc, collector."""
import re
import sys
import time
import netmiko
import paramiko
import pexpect

part, address = sys.argv[1:3]
LINES = [line for i in range(500) for line in ('object network auto-%d' % i, ' host 10.77.%d.%d' % (i // 250, i % 250 + 1))]
# ansible's: what it takes for a failure
FAILED = re.compile(r'error:|Removing.* not allowed, it is being used|^Command authorization failed\r?$', re.I | re.M)


def check(text, good, shown=''):
	print(('ok ' if good else 'not ok ') + part + ': ' + text, flush=True)
	if not good:
		print('\n'.join('#   ' + line for line in str(shown).splitlines()[-30:]), flush=True)


def body(text):
	"""A configuration without what is of the moment."""
	return [l.rstrip() for l in text.splitlines() if not l.startswith(':') and 'Cryptochecksum' not in l]


def shell():
	"""A session of paramiko's: (client, ask); ask(line) gives what came up to the next prompt."""
	client = paramiko.SSHClient()
	client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
	client.connect(address, username='ann', password='secret7', look_for_keys=False, allow_agent=False, timeout=60)
	channel = client.invoke_shell()
	channel.settimeout(90)

	def ask(line=None, until=r'[\r\n]?[\w.+:/\[\]-]+(?:\([^)]+\))*(?:>|#) ?$'):
		got = ''
		if line is not None:
			channel.send(line + '\n')
			while '\n' not in got:
				got += channel.recv(65536).decode()
		while not re.search(until, got):
			got += channel.recv(65536).decode()
		return got
	ask()
	return client, ask


def by_netmiko():
	before = None
	for turn in ('first', 'second'):
		net = netmiko.ConnectHandler(device_type='cisco_asa', host=address, username='ann', password='secret7', secret='letmein', global_delay_factor=0.2)
		check('the %s time: it is enabled, the prompt is found' % turn, net.check_enable_mode() and net.base_prompt == 'ciscoasa', net.base_prompt)
		version = net.send_command('show version')
		check('show version, whole', 'Adaptive Security Appliance Software Version 9.12(4)' in version and 'up' in version, version)
		many = 'show running-config | include ' + '|'.join('nothing%d' % i for i in range(30))
		check('a command of %d characters is echoed in one piece' % len(many), net.send_command(many).strip() == '')
		sent = net.send_config_set(LINES, delay_factor=0.2, max_loops=15000)
		check('1,000 lines, none refused', 'ERROR' not in sent and 'auto-499' in sent, sent)
		check('no line left out in the echo', all(line.strip() in sent for line in LINES), sent)
		saved = net.save_config()
		check('saved', '[OK]' in saved, saved)
		shown = net.send_command('show running-config', delay_factor=2, max_loops=5000)
		check('and there', 'host 10.77.1.250' in shown and 'More' not in shown, shown)
		if before is not None:
			check('the second time it is the same', body(shown) == before, '')
		before = body(shown)
		check('the saved one is the same', net.send_command('show startup-config', delay_factor=2, max_loops=5000).count('object network auto-') == 500)
		net.disconnect()
	net = netmiko.ConnectHandler(device_type='cisco_asa', host=address, username='ann', password='secret7', global_delay_factor=0.2)
	check('without a secret: by login', '#' in net.find_prompt(), net.find_prompt())
	gone = net.send_config_set(['no object network auto-%d' % i for i in range(500)], delay_factor=0.2, max_loops=15000)
	check('they go', 'ERROR' not in gone, gone)
	net.save_config()
	net.disconnect()


def by_ansible():
	client, ask = shell()
	check('enable', 'assword' in ask('enable', 'assword: ?$') and '#' in ask('letmein'))
	for line in ('no terminal pager', 'show version', 'show running-config', 'show running-config all', 'show startup-config',
	             'configure terminal', 'hostname fw1', 'no hostname', 'object network a', 'host 10.1.2.3', 'end', 'write memory'):
		got = ask(line)
		check(line, not FAILED.search(got), got)
	got = ask('show running-config object network no-such | include x')
	check('nothing is no error', not FAILED.search(got), got)
	check('a wrong line is one', FAILED.search(ask('show nonsense')) is not None)
	client.close()


def by_netspoc():
	c = pexpect.spawn('ssh', ['-F', 'none', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'StrictHostKeyChecking=no', '-o', 'LogLevel=ERROR',
	                          '-l', 'tool', address], encoding='utf-8', timeout=90)
	prompt = r'\r\n?[\w.-]+(\(\S+\))?[>#] ?$'

	def ask(line, until=prompt):
		c.sendline(line)
		c.expect(until)
		return c.before
	c.expect('assword: ')
	c.sendline('secret8')
	c.expect(prompt)
	ask('enable', 'assword: ')
	ask('letmein')
	check('the pager is told', 'pager lines 24' in ask('sh pager'), c.before)
	ask('terminal pager 0')
	check('and is off', 'no pager' in ask('sh pager'), c.before)
	check('the terminal', 'Width = ' in ask('sh term'), c.before)
	ask('configure terminal')
	ask('terminal width 511')
	ask('end')
	check('its width', 'Width = 511' in ask('sh term'), c.before)
	check('the version', re.search(r'Software Version 9\.12\(4\)', ask('sh ver')), c.before)
	check('the name', 'ciscoasa' in ask('show hostname'), c.before)
	check('write term', ': end' in ask('write term'), c.before)
	ask('configure terminal')
	long = 'object network ' + 'n' * 60
	check('a long line is echoed as it is', long in ask(long), c.before)
	ask('no ' + long)
	ask('no terminal width')
	ask('end')
	check('write memory', '[OK]' in ask('write memory'), c.before)
	c.sendline('exit')
	c.expect(pexpect.EOF)


def by_collector():
	client, ask = shell()
	ask('enable', 'assword: ?$')
	ask('letmein')
	ask('terminal pager 0')
	for line in ('show version', 'show inventory', 'show clock', 'show interface', 'show ip address', 'show route', 'show vpn-sessiondb', 'show crypto ikev1 sa',
	             'show crypto ipsec sa', 'show logging', 'show failover', 'show mode', 'show firewall', 'show running-config', 'more system:running-config',
	             'show startup-config', 'dir', 'show access-list', 'show nat', 'show xlate', 'show conn count', 'show cpu usage', 'show memory',
	             'show processes', 'show arp', 'show curpriv', 'show checksum', 'who', 'show ssh sessions', 'show aaa local user'):
		got = ask(line)
		check(line, 'ERROR' not in got, got)
	first, second = (body(ask('more system:running-config')) for i in range(2))
	check('twice the same', first == second and len(first) > 50, '\n'.join(first))
	client.close()


{'netmiko': by_netmiko, 'ansible': by_ansible, 'netspoc': by_netspoc, 'collector': by_collector}[part]()
