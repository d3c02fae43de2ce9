/* What a worker does all day: commands, the sockets, the TUN; with a thread or without. */
#ifndef GATEHOUSE_LOOP_H
#define GATEHOUSE_LOOP_H

#include "engine/dataplane/worker.h"

/* Thread body: arg is the worker. Returns when `stop` is set. */
void *loop_run(void *arg);
/* The inline form: one datagram off the wire, one packet from the TUN, done at once. */
void loop_datagram(struct worker *, const struct path *, bool udp, const uint8_t *msg, size_t len);
void loop_packet(struct worker *, const uint8_t *ip, size_t len);
/* What others handed over. */
void loop_strangers(struct worker *);

#endif
