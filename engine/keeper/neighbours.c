/* Reads the neighbour table by rtnetlink, and removes entries from it. */
#include "engine/keeper/neighbours.h"

#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/keeper/netlink_attr.h"

#define ANSWERED (NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE | NUD_PERMANENT)

struct reading {
	const struct link *links;
	size_t n_links;
	struct neighbour *v;
	size_t n, size;
	bool failed;
};

static const char *name_of(const struct reading *r, uint32_t ifindex)
{
	for (size_t i = 0; i < r->n_links; i++)
		if (r->links[i].ifindex == ifindex)
			return r->links[i].name;
	return NULL;
}

static uint32_t age_of(const struct nlattr *attr)
{
	struct nda_cacheinfo c;
	long hertz = sysconf(_SC_CLK_TCK);

	if (!attr || mnl_attr_get_payload_len(attr) < sizeof c || hertz <= 0)
		return 0;
	memcpy(&c, mnl_attr_get_payload(attr), sizeof c);
	/* Who has just been heard of for the first time is not confirmed yet. */
	return (c.ndm_updated < c.ndm_confirmed ? c.ndm_updated : c.ndm_confirmed) /
	       (uint32_t)hertz;
}

static void add(struct reading *r, const struct ndmsg *m, const struct nlattr *const *table)
{
	const uint8_t *mac = mnl_attr_get_payload(table[NDA_LLADDR]);
	const char *name = name_of(r, (uint32_t)m->ndm_ifindex);
	struct neighbour *e;

	if (!name)
		return;
	if (r->n == r->size) {
		size_t size = r->size ? 2 * r->size : 64;

		if (!(e = realloc(r->v, size * sizeof *e))) {
			r->failed = true;
			return;
		}
		r->v = e;
		r->size = size;
	}
	e = &r->v[r->n++];
	*e = (struct neighbour){.ifindex = (uint32_t)m->ndm_ifindex,
	    .address = netlink_attr_v4(table[NDA_DST]),
	    .age = age_of(table[NDA_CACHEINFO]),
	    .permanent = m->ndm_state & NUD_PERMANENT};
	memcpy(e->device, name, strnlen(name, sizeof e->device - 1));
	snprintf(e->mac, sizeof e->mac, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2],
	    mac[3], mac[4], mac[5]);
}

static int on_neighbour(const struct nlmsghdr *h, void *arg)
{
	const struct ndmsg *m = mnl_nlmsg_get_payload(h);
	const struct nlattr *table[NETLINK_ATTRS] = {0};

	mnl_attr_parse(h, sizeof *m, netlink_attr_keep, table);
	if (m->ndm_family == AF_INET && m->ndm_type == RTN_UNICAST && (m->ndm_state & ANSWERED) &&
	    table[NDA_DST] && table[NDA_LLADDR] && mnl_attr_get_payload_len(table[NDA_LLADDR]) == 6)
		add(arg, m, table);
	return MNL_CB_OK;
}

static int by_device(const void *a, const void *b)
{
	const struct neighbour *x = a, *y = b;

	if (x->ifindex != y->ifindex)
		return x->ifindex < y->ifindex ? -1 : 1;
	return addr_to_v4(&x->address) < addr_to_v4(&y->address) ? -1 : 1;
}

int neighbours_read(
    struct netlink *nl, const struct link *links, size_t n_links, struct neighbour **v, size_t *n)
{
	struct reading r = {.links = links, .n_links = n_links};
	int error = netlink_dump(nl, RTM_GETNEIGH, AF_INET, on_neighbour, &r);

	if (!error && r.failed)
		error = ENOMEM;
	if (error) {
		free(r.v);
		return error;
	}
	if (r.n)
		qsort(r.v, r.n, sizeof *r.v, by_device);
	*v = r.v;
	*n = r.n;
	return 0;
}

int neighbours_clear(struct netlink *nl, const struct link *links, size_t n_links, uint32_t ifindex)
{
	struct neighbour *v = NULL;
	size_t n = 0;
	int error = neighbours_read(nl, links, n_links, &v, &n), one;

	for (size_t i = 0; i < n; i++) {
		if (v[i].permanent || (ifindex && v[i].ifindex != ifindex))
			continue;
		one = netlink_forget(nl, v[i].ifindex, &v[i].address);
		if (one != ENOENT && !error) /* it may have gone by itself */
			error = one;
	}
	free(v);
	return error;
}
