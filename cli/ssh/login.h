/* The logins of a connection: the client's tries, each a question to the manager. */
#ifndef GATESSH_LOGIN_H
#define GATESSH_LOGIN_H

#include <libssh/callbacks.h>
#include <libssh/server.h>
#include <stdbool.h>

struct login {
	ssh_session ssh;
	int net, door;
	char user[65];	/* who is asked for his password by keyboard-interactive */
	bool asked;	/* the manager was: it may have taken longer than silence is borne with */
	bool questioned; /* the login server wants to know: */
	char text[512];
	bool echo;
	unsigned tries; /* passwords refused */
	unsigned keys;	/* keys refused */
	bool in;	/* logged in */
	bool over;	/* too many tries, or nobody is there any more */
	struct ssh_server_callbacks_struct callbacks;
};

/* Sets the session's callbacks, which the caller completes before ssh_set_server_callbacks(). */
void login_start(struct login *, ssh_session, int net, int door);

#endif
