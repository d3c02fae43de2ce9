/*
 * The keeper role: root, the only one that touches the kernel's configuration.
 * It starts the other roles, holds the sockets and the clients' device, and
 * serves the typed requests of requests.c. It reads no network bytes.
 */
#ifndef GATEHOUSE_KEEPER_H
#define GATEHOUSE_KEEPER_H

#include <stdbool.h>

struct keeper_options {
	const char *state;   /* directory, made if missing */
	const char *socket;  /* path of the console socket, its directory made if missing */
	const char *config;  /* --config file, NULL = none */
	const char *exe;     /* how a role is started: "/proc/self/exe" */
	const char *door;    /* the program of the SSH door; NULL = none */
	char *const *args;   /* what it is told beside its name, NULL-terminated */
	bool set_clock;      /* the host's clock may be set */
	bool put_back;       /* serve nobody: only put back what a killed keeper changed, and end */
	/* All roles serve. */
	void (*ready)(void *arg);
	void *arg;
};

enum keeper_end {
	KEEPER_STOPPED, /* as told; everything is gone from the kernel */
	KEEPER_RESTART, /* the same, and `reload` asks for a new start */
	KEEPER_FAILED,  /* could not start; the reason was printed on standard error */
};

enum keeper_end keeper_run(const struct keeper_options *);

#endif
