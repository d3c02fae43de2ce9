/*
 * What objects and groups of objects stand for: ranges of addresses, services. Asked by who
 * compiles lines that use their names (access lists, NAT), anew each time.
 *
 * A name that nothing has, one of the other kind, a group without members and a host name whose
 * addresses are not known yet stand for nothing: nothing is added. False is another thing: the
 * database could not be read, or memory was short. Then nothing may be made of what was added; a
 * feed is stale.
 */
#ifndef GATEHOUSE_CONFIG_COVER_H
#define GATEHOUSE_CONFIG_COVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/config/fqdns.h"
#include "cli/config/hours.h"
#include "db/db.h"
#include "engine/ipc/message.h"

/* A host name (`fqdn`) among ranges: its addresses stand from `at` on. */
struct ranges_host {
	char name[128];
	size_t at;
	unsigned n; /* 0: none is known */
};

struct ranges { /* unmerged, in the order of the configuration */
	struct range *v;
	size_t n, size;
	struct ranges_host *host; /* in the order of their places */
	size_t n_hosts, hosts_size;
};

/* Of ICMP `dest` is the type, times 256, and the code. A low above its high: all but those between.
 * Protocol 0: any. */
struct service {
	uint8_t protocol;
	uint16_t source_low, source_high, dest_low, dest_high;
};

struct services {
	struct service *v;
	size_t n, size;
};

struct cover {
	struct db *db;
	const struct fqdns *fqdns; /* addresses of host names; NULL: none is known */
	const struct hours *hours; /* time ranges; NULL: none is active */
	/* The address that the device of an interface has now; NULL: nobody knows (feed.h). */
	bool (*address)(void *ctx, const char *hardware, struct addr *, struct addr *mask);
	void *ctx;
};

/* No name stands for more ranges or services, and groups stand in one another no deeper: lines that
 * would exceed this are refused. Of a name that has grown to more one more than these is told, so
 * that whoever asked sees it. */
#define COVER_MAX 65536
#define COVER_DEPTH 16

/* Both are emptied by these; zeroed memory is an empty one. */
void ranges_free(struct ranges *);
void services_free(struct services *);
bool ranges_add(struct ranges *, uint32_t first, uint32_t last);
bool services_add(struct services *, const struct service *);

/* Adds the IPv4 addresses of an object or of a group of networks. */
bool cover_network(const struct cover *, const char *name, struct ranges *);
/* Adds the services of an `object service` or of a group of services, protocols or ICMP types.
 * `protocol`: of the line, where the name stands in the place of ports or of an ICMP type: others
 * are left out; 0: the name stands in the place of the protocol. */
bool cover_services(const struct cover *, const char *name, uint8_t protocol, struct services *);

/* What an object or group is: "network" "service" "network-group" "service-group" "protocol-group"
 * "icmp-group", "" = there is none of that name; `protocol`: of a group of services, "tcp" "udp"
 * "tcp-udp" or "". False: unreadable. */
bool cover_type(const struct cover *, const char *name, char type[16], char protocol[8]);
/* Is that time range active? "": there is none to ask, yes. */
bool cover_active(const struct cover *, const char *time_range);
/* How deep groups stand in one another in this one, 1: it has none; above COVER_DEPTH: too deep, or
 * a loop. 0: unreadable. */
unsigned cover_depth(const struct cover *, const char *name);

#endif
