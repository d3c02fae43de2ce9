/* Where the appliance lives: its state directory and its console socket. */
#ifndef GATEHOUSE_PLACES_H
#define GATEHOUSE_PLACES_H

#include <stdbool.h>

struct places {
	int lock;    /* holds <state>/lock while we run */
	int console; /* listening */
	/* listening, beside it: for the SSH door's terminals; -1 = the name is too long */
	int tokens;
	int config;  /* the --config file, -1 = none */
	char console_path[108], tokens_path[108];
};

/* Makes the directories, takes the lock, binds the socket. False after printing why: another
 * instance runs, or a path cannot be used. */
bool places_open(struct places *, const char *state, const char *socket, const char *config);
/* Removes the socket and gives the lock back. */
void places_close(struct places *);

#endif
