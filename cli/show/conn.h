/* show conn: the connections that the kernel tracks, in the device's lines. Pure, as those of
 * show.h. */
#ifndef GATEHOUSE_SHOW_CONN_H
#define GATEHOUSE_SHOW_CONN_H

#include "cli/show/show.h"

struct show_conn_end { /* strings borrowed */
	const char *ifname;
	struct addr address, mapped; /* its own, and as the other end knows it */
	uint16_t port, mapped_port;
};

struct show_conn {
	const struct msg_rec_connection *rec;
	/* of the interface with the lower level, and the other */
	struct show_conn_end outside, inside;
	bool inbound; /* the outside end has opened it */
};

enum show_conn_form { SHOW_CONN, SHOW_CONN_LONG, SHOW_CONN_DETAIL };

/* What its letters mean, above the lines of the longer forms. */
void show_conn_flags(struct text *out);
void show_conn(struct text *out, const struct show_conn *, enum show_conn_form);
/* Is it in that state: up, tcp_embryonic, conn_inbound, data_in, data_out, finin, finout? */
bool show_conn_in_state(const struct show_conn *, const char *state);

#endif
