/* What load is asked for; --help tells. */
#ifndef GATEHOUSE_TESTS_LOAD_OPTIONS_H
#define GATEHOUSE_TESTS_LOAD_OPTIONS_H

#include "tests/load/round.h"
#include "tests/win/client.h"

#define ROWS_MAX 64

struct row {
	char text[64];
	unsigned from, step; /* lengths up to the plan's */
	unsigned trips;      /* so many round trips are what it is about; the plan is the other's */
	struct plan plan;
};

struct options {
	struct client_options client;
	unsigned clients, at_a_time, addresses;
	enum cipher cipher;
	const char *cipher_name;
	pid_t appliance;     /* its keeper */
	const char *netns, *usual; /* of the gateway; of the usual server, NULL: none */
	struct addr usual_server;
	int core, gateway_core; /* ours, the gateway's; -1: any */
	bool vanish;
	bool check; /* no figures */
	unsigned n_rows;
	struct row row[ROWS_MAX];
};

/* Ends the program when it makes no sense. */
void options_read(struct options *, int argc, char **argv);

#endif
