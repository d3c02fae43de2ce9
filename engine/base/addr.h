/*
 * Addresses as a type: everything above the sockets speaks of `struct addr`
 * and `struct endpoint`, never of a bare integer, so that IPv6 is a new family
 * and not a new program.
 */
#ifndef GATEHOUSE_ADDR_H
#define GATEHOUSE_ADDR_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#define ADDR_TEXT_MAX 46 /* INET6_ADDRSTRLEN */

struct addr {
	uint8_t family; /* 0 = unset, AF_INET, AF_INET6 */
	union {
		uint8_t b[16]; /* network order, first 4 or all 16 used */
		in_addr_t v4;  /* network order */
	};
};

struct endpoint {
	struct addr addr;
	uint16_t port; /* host order */
};

/* Where a datagram came from and where its answer leaves: `local` is ours. */
struct path {
	struct endpoint local, remote;
};

/* An IPv4 address from a host-order integer. */
struct addr addr_v4(uint32_t host_order);
/* The host-order integer of an IPv4 address; 0 for any other family. */
uint32_t addr_to_v4(const struct addr *a);
bool addr_equal(const struct addr *a, const struct addr *b);
bool endpoint_equal(const struct endpoint *a, const struct endpoint *b);
bool path_equal(const struct path *a, const struct path *b);
/* Dotted text into `buf`, which is returned; "0.0.0.0" when unset. */
const char *addr_text(const struct addr *a, char buf[ADDR_TEXT_MAX]);
/* Parses dotted IPv4 (or IPv6) text. False, and `a` unset, when it is neither. */
bool addr_parse(const char *text, struct addr *a);
/* Prefix length of a contiguous IPv4 netmask (0-32); -1 when it is not contiguous. */
int mask_prefix(const struct addr *mask);
struct addr prefix_mask(int prefix);

#endif
