/* The rows of records.c whose readers stand in record_kinds.c. */
#ifndef GATEHOUSE_KEEPER_RECORD_KINDS_H
#define GATEHOUSE_KEEPER_RECORD_KINDS_H

#include "engine/ipc/message.h"
#include "engine/keeper/conntrack.h"
#include "engine/keeper/link_stats.h"
#include "engine/keeper/nat_hits.h"
#include "engine/keeper/neighbours.h"
#include "engine/keeper/proc.h"

struct keeper;
struct record_table;

struct record_kind {
	const char *what;
	size_t size; /* of an entry */
	/* Reads the table, malloc'ed, not NULL. 0 or an errno. */
	int (*read)(struct keeper *, struct record_table *);
	/* An entry as its message; strings are the entry's or the keeper's. */
	void (*fill)(const struct keeper *, const void *entry, struct ipc_msg *);
};

int record_links(struct keeper *, struct record_table *);
void record_link(const struct keeper *, const void *entry, struct ipc_msg *);
int record_neighbours(struct keeper *, struct record_table *);
void record_neighbour(const struct keeper *, const void *entry, struct ipc_msg *);
/* One entry, that says nothing. */
int record_machine(struct keeper *, struct record_table *);
void record_system(const struct keeper *, const void *entry, struct ipc_msg *);
int record_roles(struct keeper *, struct record_table *);
void record_process(const struct keeper *, const void *entry, struct ipc_msg *);
int record_sockets(struct keeper *, struct record_table *);
void record_socket(const struct keeper *, const void *entry, struct ipc_msg *);
/* Who has the UDP ports of IKE; in ports.c. */
int record_ports(struct keeper *, struct record_table *);
void record_port(const struct keeper *, const void *entry, struct ipc_msg *);
int record_nat(struct keeper *, struct record_table *);
void record_nat_hit(const struct keeper *, const void *entry, struct ipc_msg *);
int record_access(struct keeper *, struct record_table *);
void record_access_hit(const struct keeper *, const void *entry, struct ipc_msg *);
int record_tracked(struct keeper *, struct record_table *);
void record_connection(const struct keeper *, const void *entry, struct ipc_msg *);

/* `clear interface`, `clear arp`, `clear nat counters`; `device` is Linux' name, "" = all. 0 or an
 * errno. */
int record_clear(struct keeper *, const char *what, const char *device);

#endif
