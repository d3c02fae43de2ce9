"""aaa_tacacs.py SOCKET people|exec|rescue: operators at the console whom a TACACS+ server lets in, and one whom it cannot."""
import os
import sys
import pexpect

socket, part = sys.argv[1:3]


def check(text, good, shown=''):
	print(('ok ' if good else 'not ok ') + text, flush=True)
	if not good:
		print('\n'.join('#   ' + line for line in str(shown).splitlines()[-30:]), flush=True)


def person(user, *answers):
	"""A console at which the questions are answered one after the other."""
	c = pexpect.spawn(os.environ['BUILD'] + '/gatesh', ['--socket', socket], encoding='utf-8', timeout=90, dimensions=(50, 100))
	c.expect('Username: ')
	c.send(user + '\r')
	for question, answer in answers:
		c.expect(question)
		c.send(answer + '\r')
	return c


def run(c, line, prompt='# '):
	c.send(line + '\r')
	c.expect(r'[\r\n][\w./()-]*' + prompt)
	return c.before


def people():
	c = person('alice', ('Password: ', 'wrong'))
	check('a wrong password is refused', c.expect(['Login incorrect', '> ']) == 0, c.before)
	c.close()
	c = person('oper', ('Password: ', 'Op3rPass'), ('Code: ', '246810'))
	check('who gives password and code comes in', c.expect(['> ', 'incorrect']) == 0, c.before)
	c.send('enable\r')
	c.expect('Password: ')
	c.send('En4bleOp\r')
	check('enable by the password of the server', c.expect(['# ', 'denied', 'failed']) == 0, c.before)
	got = run(c, 'show clock')
	check('a command that the server permits', 'UTC' in got, got)
	got = run(c, 'show running-config hostname')
	check('and one that it does not', 'Command authorization failed' in got, got)
	run(c, 'configure terminal')
	run(c, 'hostname by-oper')
	run(c, 'hostname ciscoasa')
	run(c, 'end')
	c.send('exit\r')
	c.close()


def exec_():
	c = person('admin', ('Password: ', 'Adm1nPass'))
	check('who is of level 15 there comes in at it', c.expect(['# ', '> ', 'incorrect', 'denied']) == 0, c.before)
	got = run(c, 'show curpriv')
	check('and has it', 'Current privilege level : 15' in got, got)
	c.send('exit\r')
	c.close()
	c = person('alice', ('Password: ', 'Wonderland1'))
	check('a user of PPP only does not come in', c.expect(['incorrect|denied|not allowed', '> ', '# ']) == 0, c.before)
	c.close()


def rescue():
	c = person('rescue', ('Password: ', 'rescuepw'))
	check('without the server the local user comes in', c.expect(['> ', 'incorrect']) == 0, c.before)
	c.send('enable\r')
	c.expect('Password: ')
	c.send('rescuepw\r')
	check('and into the privileged mode', c.expect(['# ', 'denied', 'failed']) == 0, c.before)
	got = run(c, 'show clock')
	check('his commands go by their levels', 'UTC' in got, got)
	c.send('exit\r')
	c.close()


{'people': people, 'exec': exec_, 'rescue': rescue}[part]()
