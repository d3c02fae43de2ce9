"""aaa_sdi.py SOCKET: operators at the console whom a SecurID server asks more than a passcode."""
import os
import sys
import pexpect

socket = sys.argv[1]


def check(text, good, shown=''):
	print(('ok ' if good else 'not ok ') + text, flush=True)
	if not good:
		print('\n'.join('#   ' + line for line in str(shown).splitlines()[-30:]), flush=True)


def comes(user, *answers):
	"""Does he come in, when he answers each question so?"""
	c = pexpect.spawn(os.environ['BUILD'] + '/gatesh', ['--socket', socket], encoding='utf-8', timeout=90, dimensions=(50, 100))
	c.expect('Username: ')
	c.send(user + '\r')
	for question, answer in answers:
		if c.expect([question, 'incorrect']):
			break
		c.send(answer + '\r')
	else:
		if c.expect(['> ', 'incorrect']) == 0:
			c.close()
			return True, c
	c.close()
	return False, c


def test(text, want, *how):
	got, c = comes(*how)
	check(text, got == want, c.before)


PASSCODE = 'Password: '
test('a passcode', True, 'alice', (PASSCODE, '1234111111'))
test('a wrong one', False, 'alice', (PASSCODE, '0000'))
test('the next tokencode', True, 'nick', (PASSCODE, '1234444444'), ('then enter it:', '555555'))
test('a wrong next tokencode', False, 'nick', (PASSCODE, '1234444444'), ('then enter it:', '111111'))
test('a new PIN, and the passcode made with it', True, 'carol', (PASSCODE, '1234333333'), ('new PIN', 'abcd'),
     ('new PIN', '9876'), ('Enter PASSCODE', '9876333444'))
test('a second try that the server allows', True, 'erin', (PASSCODE, '0000'), ('Enter PASSCODE', '1234666666'))
