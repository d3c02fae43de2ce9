"""login.py SOCKET ask|enable: a person at a console that asks who he is."""
import os
import sys
import pexpect

socket, part = sys.argv[1:3]


def check(text, good, shown=''):
	print(('ok ' if good else 'not ok ') + text, flush=True)
	if not good:
		print('\n'.join('#   ' + line for line in str(shown).splitlines()[-30:]), flush=True)


def person():
	return pexpect.spawn(os.environ['BUILD'] + '/gatesh', ['--socket', socket], encoding='utf-8', timeout=100, dimensions=(50, 100))


def log_in(c, user, password, until='> '):
	c.send(user + '\r')
	c.expect('Password: ')
	c.send(password + '\r')
	c.expect(until)
	return c.before


def ask():
	c = person()
	c.expect('Username: ')
	check('motd and login banners stand before the question', 'Maintenance of ciscoasa' in c.before and '  on Saturday' in c.before
	      and 'Only for people' in c.before and 'Be careful' not in c.before, c.before)
	for _ in range(3):
		c.send('\003')
		c.expect('Username: ')
	check('^C gives no prompt', '>' not in c.before, c.before)
	c.send('\r')
	c.expect('Username: ')
	check('a stranger is refused', 'Login incorrect' in log_in(c, 'nosuchname', 'x', 'Username: '), c.before)
	c.send('show version\r')
	c.expect('Password: ')
	check('nothing runs meanwhile', 'Software' not in c.before, c.before)
	c.send('\003')
	c.expect('Username: ')
	got = log_in(c, 'ann', 'annspw')
	check('who is known is greeted', 'User ann logged in to ciscoasa' in got and 'Logins over the last 1 days: 1.' in got, got)
	check('then the exec banner', got.index('Type help') < got.index('Be careful'), got)
	c.send('show curpriv\r')
	c.expect('> ')
	check('he stands at >', 'Username : ann' in c.before and 'P_UNPR' in c.before, c.before)
	c.send('exit\r')
	c.expect(pexpect.EOF)
	c = person()
	c.expect('Username: ')
	log_in(c, 'bob', 'wrong1', 'Username: ')
	log_in(c, 'bob', 'wrong2', 'Username: ')
	got = log_in(c, 'bob', 'bobspw', 'Username: ')
	check('locked out he is refused with the right one', 'Login incorrect' in got, got)
	check('three tries, then it is over, and begins anew', 'Access denied.' in got, got)
	c.close()


def enable():
	c = person()
	c.expect('Username: ')
	got = log_in(c, 'bob', 'bobspw')
	check('he is told of the failures', 'Failed logins since the last login: 3.  Last failed login: ' in got, got)
	c.send('enable\r')
	c.expect('Password: ')
	c.send('other\r')
	c.expect('Password: ')
	check('the enable password is not his', 'Invalid password' in c.before, c.before)
	c.send('bobspw\r')
	c.expect('# ')
	c.send('show curpriv\r')
	c.expect('# ')
	check('he gets his own level', 'Current privilege level : 5' in c.before, c.before)
	c.send('login\r')
	c.expect('Username: ')
	log_in(c, 'ann', 'annspw', '# ')
	c.send('show curpriv\r')
	c.expect('# ')
	check('login: another user, at his level', 'Username : ann' in c.before and 'level : 15' in c.before, c.before)
	c.send('exit\r')
	c.expect(pexpect.EOF)


{'ask': ask, 'enable': enable}[part]()
