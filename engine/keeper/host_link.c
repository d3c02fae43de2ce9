/*
 * Keeps, in the host's state, one fact of each link that we took up or down:
 *
 *   link DEVICE    STATE IFINDEX MESSAGE...
 *
 * the state in which the host had it, `up` or `down`, and what went with the
 * link when we took it down: messages of the kernel in hex. A device that was
 * made anew since (another ifindex) is as the host made it: what was written down
 * of the old one counts no more.
 */
#include "engine/keeper/host_link.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/keeper/netlink_attr.h"

#define IFA_PROTO_KERNEL 3 /* up to here they are made by the kernel itself */

/* ---- a copy ------------------------------------------------------------------ */

static bool keep(struct host_copy *c, const void *message, size_t len)
{
	struct nlmsghdr *copy = malloc(len), **v = c->v;
	size_t size = c->size ? 2 * c->size : 8;

	if (c->n == c->size && (v = realloc(c->v, size * sizeof(*v)))) {
		c->v = v;
		c->size = size;
	}
	if (!copy || !v) {
		free(copy);
		return false;
	}
	memcpy(copy, message, len);
	c->v[c->n++] = copy;
	return true;
}

struct taking {
	uint32_t ifindex;
	struct host_copy *to;
	bool failed;
};

static int on_address(const struct nlmsghdr *h, void *arg)
{
	const struct ifaddrmsg *m = mnl_nlmsg_get_payload(h);
	const struct nlattr *table[NETLINK_ATTRS] = {0};
	struct taking *t = arg;
	uint8_t proto;

	mnl_attr_parse(h, sizeof *m, netlink_attr_keep, table);
	proto = table[IFA_PROTO] ? mnl_attr_get_u8(table[IFA_PROTO]) : 0;
	if (m->ifa_index == t->ifindex && proto != KEEPER_RTPROTO &&
	    !(proto && proto <= IFA_PROTO_KERNEL) && !keep(t->to, h, h->nlmsg_len))
		t->failed = true;
	return MNL_CB_OK;
}

/* Does the route leave by that link, alone or among others? */
static bool leaves_by(const struct nlattr *const *table, uint32_t ifindex)
{
	const struct nlattr *multi = table[RTA_MULTIPATH];
	const struct rtnexthop *hop;
	int left;

	if (table[RTA_OIF] && mnl_attr_get_u32(table[RTA_OIF]) == ifindex)
		return true;
	if (!multi)
		return false;
	hop = mnl_attr_get_payload(multi);
	for (left = mnl_attr_get_payload_len(multi); RTNH_OK(hop, left);
	    left -= (int)RTNH_ALIGN(hop->rtnh_len), hop = RTNH_NEXT(hop))
		if (hop->rtnh_ifindex == (int)ifindex)
			return true;
	return false;
}

static int on_route(const struct nlmsghdr *h, void *arg)
{
	const struct rtmsg *m = mnl_nlmsg_get_payload(h);
	const struct nlattr *table[NETLINK_ATTRS] = {0};
	struct taking *t = arg;

	mnl_attr_parse(h, sizeof *m, netlink_attr_keep, table);
	if (m->rtm_protocol != KEEPER_RTPROTO && m->rtm_protocol != RTPROT_KERNEL &&
	    m->rtm_protocol != RTPROT_RA && m->rtm_table != RT_TABLE_LOCAL &&
	    !(m->rtm_flags & RTM_F_CLONED) && leaves_by(table, t->ifindex) &&
	    !keep(t->to, h, h->nlmsg_len))
		t->failed = true;
	return MNL_CB_OK;
}

int host_copy_take(struct netlink *nl, uint32_t ifindex, struct host_copy *to)
{
	static const uint8_t family[] = {AF_INET, AF_INET6};
	struct taking t = {.ifindex = ifindex, .to = to};
	int error = 0;

	*to = (struct host_copy){0};
	for (int i = 0; i < 2 && !error; i++)
		error = netlink_dump(nl, RTM_GETADDR, family[i], on_address, &t);
	for (int i = 0; i < 2 && !error; i++)
		error = netlink_dump(nl, RTM_GETROUTE, family[i], on_route, &t);
	return error ? error : t.failed ? ENOMEM : 0;
}

void host_copy_put_back(struct netlink *nl, const struct host_copy *c)
{
	bool *done = calloc(c->n + 1, sizeof *done), progress = true;

	/* A gateway may be reached by a route that stands further down. */
	while (done && progress) {
		progress = false;
		for (size_t i = 0; i < c->n; i++) {
			int error = done[i] ? 0 : netlink_again(nl, c->v[i]);

			if (done[i] || (error && error != EEXIST))
				continue;
			done[i] = progress = true;
		}
	}
	free(done);
}

void host_copy_free(struct host_copy *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->v[i]);
	free(c->v);
	*c = (struct host_copy){0};
}

/* ---- a copy as text -------------------------------------------------------------- */

static const char DIGIT[] = "0123456789abcdef";

/* Writes " HEX" for each message behind `to`. */
static void print_copy(char *to, const struct host_copy *c)
{
	for (size_t i = 0; i < c->n; i++) {
		const uint8_t *b = (const uint8_t *)c->v[i];

		*to++ = ' ';
		for (size_t k = 0; k < c->v[i]->nlmsg_len; k++) {
			*to++ = DIGIT[b[k] >> 4];
			*to++ = DIGIT[b[k] & 15];
		}
	}
	*to = 0;
}

/* 16 when it is none. */
static unsigned nibble(char c)
{
	const char *at = c ? strchr(DIGIT, c) : NULL;

	return at ? (unsigned)(at - DIGIT) : 16;
}

static void read_message(const char *hex, size_t digits, struct host_copy *to)
{
	size_t len = digits / 2;
	struct nlmsghdr *m = len >= sizeof *m ? malloc(len) : NULL;
	bool sane = m != NULL;

	for (size_t i = 0; sane && i < len; i++) {
		unsigned high = nibble(hex[2 * i]), low = nibble(hex[2 * i + 1]);

		sane = high < 16 && low < 16;
		((uint8_t *)m)[i] = (uint8_t)(high << 4 | low);
	}
	if (sane && m->nlmsg_len == len &&
	    (m->nlmsg_type == RTM_NEWADDR || m->nlmsg_type == RTM_NEWROUTE))
		(void)keep(to, m, len);
	free(m);
}

/* ---- links ------------------------------------------------------------------------ */

static const char *key_of(const char *device, char key[32])
{
	snprintf(key, 32, "link %s", device);
	return key;
}

static void forget(struct host_state *h, const char *device)
{
	char key[32];

	host_state_forget(h, key_of(device, key));
}

/* How the host had it; false when we have not changed that. `lost` may be NULL. */
static bool host_had(struct host_state *h, const char *device, uint32_t ifindex, bool *up,
    struct host_copy *lost)
{
	char key[32], state[8];
	const char *value = host_state_get(h, key_of(device, key));
	unsigned of;
	int at;

	if (!value)
		return false;
	if (sscanf(value, "%7s %u%n", state, &of, &at) != 2 || of != ifindex) {
		forget(h, device);
		return false;
	}
	*up = !strcmp(state, "up");
	for (value += at; lost && *value == ' '; value += strcspn(value, " ")) {
		value++;
		read_message(value, strcspn(value, " "), lost);
	}
	return true;
}

static int remember(struct host_state *h, const char *device, uint32_t ifindex, bool up,
    const struct host_copy *lost)
{
	size_t size = 32;
	char key[32], *value;
	int error;

	for (size_t i = 0; i < lost->n; i++)
		size += 1 + 2 * (size_t)lost->v[i]->nlmsg_len;
	if (!(value = malloc(size)))
		return ENOMEM;
	print_copy(value + sprintf(value, "%s %u", up ? "up" : "down", ifindex), lost);
	error = host_state_remember(h, key_of(device, key), value);
	free(value);
	return error;
}

int host_link_set(struct netlink *nl, struct host_state *h, const char *device, uint32_t ifindex,
    bool up)
{
	struct host_copy lost = {0}, before = {0};
	bool is_up, had = false, known = host_had(h, device, ifindex, &had, &before);
	int error = netlink_link_state(nl, ifindex, &is_up);

	if (!error && is_up != up) {
		if (!up)
			error = host_copy_take(nl, ifindex, &lost);
		if (!error)
			error = remember(h, device, ifindex, is_up, &lost);
		if (!error)
			error = netlink_link(nl, ifindex, up);
		if (!error && up)
			host_copy_put_back(nl, &before);
		/* As the host had it, nothing of ours is left to be put back. */
		if (known ? !error && had == up : error != 0)
			forget(h, device);
	}
	host_copy_free(&before);
	host_copy_free(&lost);
	return error;
}

void host_link_put_back(struct netlink *nl, struct host_state *h, const char *device,
    uint32_t ifindex)
{
	bool had;

	if (host_had(h, device, ifindex, &had, NULL) &&
	    host_link_set(nl, h, device, ifindex, had) == 0)
		forget(h, device); /* also when somebody else has put it back */
}

int host_link_address_remove(struct netlink *nl, uint32_t ifindex, const struct addr *a,
    const struct addr *mask)
{
	struct host_copy c;
	int error = host_copy_take(nl, ifindex, &c);

	if (!error)
		error = netlink_address(nl, ifindex, a, mask, false);
	if (!error)
		host_copy_put_back(nl, &c);
	host_copy_free(&c);
	return error == EADDRNOTAVAIL || error == ENODEV ? 0 : error;
}
