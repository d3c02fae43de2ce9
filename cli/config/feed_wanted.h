/* The list of what the keeper is asked for, while it is worked out. */
#ifndef GATEHOUSE_FEED_WANTED_H
#define GATEHOUSE_FEED_WANTED_H

#include "cli/config/feed_private.h"

struct feed_wanted {
	struct feed *feed;
	struct db *db;
	struct feed_objects *to;
	unsigned sides; /* between which packets are forwarded */
	char first_side[32];
	char nameif[64], device[64]; /* the one asked for last: routes come by hundreds */
	struct told_list *lists; /* that hold somewhere */
	size_t n_lists;
	bool failed; /* memory was short, or a row could not be read: the list is not all of them */
};

/* feed_objects.c */
void feed_objects_free(struct feed_objects *);
/* The object with that key, of a list in order of feed_object_cmp(); NULL: none. */
const struct feed_object *feed_objects_find(const struct feed_objects *, const char *key);
int feed_object_cmp(const void *a, const void *b);
/* Adds a request; `key` is the object's identity at the keeper. */
void feed_want(struct feed_wanted *, const char *key, const struct ipc_msg *);
/* A card may be named by its number and by its Linux name: the first row counts. */
bool feed_is_wanted(const struct feed_wanted *, const char *key);

/* feed_wanted.c: one row each; `ctx` is the list. */
void feed_want_interface(void *ctx, const struct db_row *);
void feed_want_route(void *ctx, const struct db_row *);
/* Both are counted before forwarding is wanted. */
void feed_count_interface(void *ctx, const struct db_row *);
void feed_count_map(void *ctx, const struct db_row *);
void feed_want_forwarding(void *ctx, const struct db_row *);
void feed_want_vlan(void *ctx, const struct db_row *);
void feed_want_mtu(void *ctx, const struct db_row *);
void feed_want_client_arp(void *ctx, const struct db_row *);
/* Answers that interface ARP for addresses that are not its own? */
bool feed_answers_arp(struct feed_wanted *, const char *nameif);
/* The address of an interface as it is now, by its name (feed_private.h). False: none. */
bool feed_address_of(
    struct feed_wanted *, const char *nameif, struct addr *, struct addr *mask);
/* Are VPN clients behind the interface of that name? `any` is any device as it is. */
bool feed_has_clients(struct feed_wanted *, const char *nameif);
/* The device behind a nameif; "" when there is none. */
void feed_device_of(struct feed_wanted *, const char *nameif, char device[64]);

/* feed_firewall.c: names of interfaces and their levels, same-security-traffic, and where lists
 * hold: the lists are told by feed_lists(), when all rows have been seen. */
void feed_want_zone(void *ctx, const struct db_row *);
void feed_want_traffic(void *ctx, const struct db_row *);
void feed_want_group(void *ctx, const struct db_row *);
/* Lists that hold nowhere any more go; those that hold, in steps. Both behind requests that
 * remove, before such that add. */
void feed_lists(struct feed_wanted *);
/* They are not told, since not all rows could be seen. */
void feed_lists_drop(struct feed_wanted *);
void feed_lists_forget(struct feed *);
/* Tells the keeper, and keeps what it is told of the firewall (feed_firewall()). */
void feed_request(struct feed *, struct ipc_msg *);

/* feed_nat.c */
/* The ARP that a rule needs, which is between interfaces of these names. */
void feed_want_nat_arp(struct feed_wanted *, const struct msg_keep_nat *, const char *real_if,
    const char *mapped_if);
/* All rules, of twice NAT and of objects. */
void feed_want_nat(struct feed_wanted *);

#endif
