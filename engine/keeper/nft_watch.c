/*
 * Owns two nfnetlink sockets, one that asks and one that listens. Our table is
 * known again by the handles of its chains and rules, which the kernel never
 * gives twice: so a rule that was removed, replaced or added shows, and counters
 * that count do not.
 */
#include "engine/keeper/nft_watch.h"

#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "engine/firewall/nft_name.h"
#include "engine/keeper/netlink_attr.h"
#include "engine/keeper/netlink_run.h"

#define BUFFER 32768
#define OWN 8	     /* what they have changed is heard of long before there are more */
#define TRIES 5 /* a dump that somebody's change cuts short is asked for again */

struct nft_watch {
	struct mnl_socket *ask, *listen;
	uint32_t seq;
	uint32_t own[OWN]; /* our last processes that changed something */
	unsigned n_own;
	_Alignas(struct nlmsghdr) uint8_t buf[BUFFER];
};

static struct mnl_socket *open_socket(unsigned groups, int flags)
{
	struct mnl_socket *s = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC | flags);

	if (s && mnl_socket_bind(s, groups, MNL_SOCKET_AUTOPID) < 0) {
		mnl_socket_close(s);
		return NULL;
	}
	return s;
}

struct nft_watch *nft_watch_open(void)
{
	struct nft_watch *w = calloc(1, sizeof *w);

	if (!w)
		return NULL;
	w->ask = open_socket(0, 0);
	w->listen = open_socket(1u << (NFNLGRP_NFTABLES - 1), SOCK_NONBLOCK);
	if (!w->ask || !w->listen) {
		nft_watch_close(w);
		return NULL;
	}
	return w;
}

void nft_watch_close(struct nft_watch *w)
{
	if (!w)
		return;
	if (w->ask)
		mnl_socket_close(w->ask);
	if (w->listen)
		mnl_socket_close(w->listen);
	free(w);
}

int nft_watch_fd(const struct nft_watch *w)
{
	return mnl_socket_get_fd(w->listen);
}

/* ---- events -------------------------------------------------------------------------- */

static const char *text_of(const struct nlattr *attr)
{
	return attr && mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) >= 0 ? mnl_attr_get_str(attr)
									 : "";
}

static bool is_ours(uint8_t family, const char *table)
{
	return family == NFPROTO_INET && !strcmp(table, NFT_TABLE);
}

void nft_watch_own(struct nft_watch *w, pid_t pid)
{
	w->own[w->n_own++ % OWN] = (uint32_t)pid;
}

static bool is_own(const struct nft_watch *w, uint32_t pid)
{
	for (unsigned i = 0; i < OWN; i++)
		if (pid && w->own[i] == pid)
			return true;
	return false;
}

struct seen {
	const struct nft_watch *w;
	unsigned what;
};

/* In events of all kinds the first attribute is the name of the table. */
static bool in_our_table(const struct nlmsghdr *h)
{
	const struct nfgenmsg *g = mnl_nlmsg_get_payload(h);
	const struct nlattr *a[NETLINK_ATTRS] = {0};

	mnl_attr_parse(h, sizeof *g, netlink_attr_keep, a);
	return is_ours(g->nfgen_family, text_of(a[NFTA_TABLE_NAME]));
}

static int on_event(const struct nlmsghdr *h, void *arg)
{
	struct seen *seen = arg;

	if (is_own(seen->w, h->nlmsg_pid))
		return MNL_CB_OK;
	switch (h->nlmsg_type & 0xff) {
	case NFT_MSG_NEWTABLE:
	case NFT_MSG_DELTABLE:
	case NFT_MSG_NEWCHAIN:
	case NFT_MSG_DELCHAIN:
	case NFT_MSG_NEWRULE:
	case NFT_MSG_DELRULE:
		seen->what |= NFT_SEEN_RULES;
		break;
	case NFT_MSG_NEWSETELEM:
	case NFT_MSG_DELSETELEM: /* others' come and go all day on some hosts: nothing to us */
		break;
	default:
		return MNL_CB_OK;
	}
	if (in_our_table(h))
		seen->what |= NFT_SEEN_OURS;
	return MNL_CB_OK;
}

unsigned nft_watch_drain(struct nft_watch *w)
{
	struct seen seen = {w, 0};
	ssize_t n;

	while ((n = recv(nft_watch_fd(w), w->buf, sizeof w->buf, MSG_DONTWAIT)) > 0 ||
	    errno == ENOBUFS) {
		if (n > 0)
			(void)mnl_cb_run(w->buf, (size_t)n, 0, 0, on_event, &seen);
		else /* some were lost; of many elements the first are heard of */
			seen.what |= NFT_SEEN_RULES;
		errno = 0;
	}
	memset(w->own, 0, sizeof w->own); /* they have ended; their numbers are free again */
	return seen.what;
}

/* ---- asking --------------------------------------------------------------------- */

static int dump_once(struct nft_watch *w, unsigned type, uint8_t family,
    const struct nft_dropping *chain, mnl_cb_t each, void *arg)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(w->buf);
	struct netlink_exchange x = {w->ask, w->buf, sizeof w->buf};
	struct nfgenmsg *g;

	h->nlmsg_type = (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | type);
	h->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	h->nlmsg_seq = ++w->seq;
	g = mnl_nlmsg_put_extra_header(h, sizeof *g);
	*g = (struct nfgenmsg){.nfgen_family = family, .version = NFNETLINK_V0};
	if (chain) {
		mnl_attr_put_strz(h, NFTA_RULE_TABLE, chain->table);
		if (chain->chain[0])
			mnl_attr_put_strz(h, NFTA_RULE_CHAIN, chain->chain);
	}
	return netlink_run(&x, h, each, arg);
}

static uint32_t number_of(const struct nlattr *attr)
{
	return attr && mnl_attr_get_payload_len(attr) >= 4 ? ntohl(mnl_attr_get_u32(attr)) : 0;
}

/* ---- our table -------------------------------------------------------------------- */

/* FNV-1a over what tells one state of the table from another. */
static uint64_t mix(uint64_t hash, const void *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		hash = (hash ^ ((const uint8_t *)p)[i]) * 0x100000001b3;
	return hash;
}

static uint64_t mix_attr(uint64_t hash, const struct nlattr *attr)
{
	return attr ? mix(hash, mnl_attr_get_payload(attr), mnl_attr_get_payload_len(attr)) : hash;
}

static int on_table(const struct nlmsghdr *h, void *arg)
{
	const struct nfgenmsg *g = mnl_nlmsg_get_payload(h);
	const struct nlattr *a[NETLINK_ATTRS] = {0};
	struct nft_view *view = arg;

	mnl_attr_parse(h, sizeof *g, netlink_attr_keep, a);
	if (!is_ours(g->nfgen_family, text_of(a[NFTA_TABLE_NAME])))
		return MNL_CB_OK;
	view->ours = mix_attr(
	    mix_attr(0xcbf29ce484222325, a[NFTA_TABLE_HANDLE]), a[NFTA_TABLE_FLAGS]);
	return MNL_CB_OK;
}

static int on_our_rule(const struct nlmsghdr *h, void *arg)
{
	const struct nfgenmsg *g = mnl_nlmsg_get_payload(h);
	const struct nlattr *a[NETLINK_ATTRS] = {0};
	struct nft_view *view = arg;

	mnl_attr_parse(h, sizeof *g, netlink_attr_keep, a);
	if (is_ours(g->nfgen_family, text_of(a[NFTA_RULE_TABLE])))
		view->ours = mix_attr(view->ours, a[NFTA_RULE_HANDLE]);
	return MNL_CB_OK;
}

/* ---- chains that drop --------------------------------------------------------------- */

static const char *family_name(uint8_t family)
{
	return family == NFPROTO_INET ? "inet" : family == NFPROTO_IPV4 ? "ip" : NULL;
}

/* A base chain of input or forward that our packets come through is noted, whatever it does. */
static void note_chain(struct nft_view *view, uint8_t family, const struct nlattr *const *a)
{
	const struct nlattr *hook[NETLINK_ATTRS] = {0};
	struct nft_dropping d = {0};
	uint32_t number;

	if (!family_name(family) || strcmp(text_of(a[NFTA_CHAIN_TYPE]), "filter") != 0 ||
	    !a[NFTA_CHAIN_HOOK] || view->n_dropping == NFT_DROPPING_MAX)
		return;
	mnl_attr_parse_nested(a[NFTA_CHAIN_HOOK], netlink_attr_keep, hook);
	number = number_of(hook[NFTA_HOOK_HOOKNUM]);
	if (number != NF_INET_LOCAL_IN && number != NF_INET_FORWARD)
		return;
	snprintf(d.family, sizeof d.family, "%s", family_name(family));
	snprintf(d.table, sizeof d.table, "%s", text_of(a[NFTA_CHAIN_TABLE]));
	snprintf(d.chain, sizeof d.chain, "%s", text_of(a[NFTA_CHAIN_NAME]));
	d.forward = number == NF_INET_FORWARD;
	d.policy = a[NFTA_CHAIN_POLICY] && number_of(a[NFTA_CHAIN_POLICY]) == NF_DROP;
	view->dropping[view->n_dropping++] = d;
}

static int on_chain(const struct nlmsghdr *h, void *arg)
{
	const struct nfgenmsg *g = mnl_nlmsg_get_payload(h);
	const struct nlattr *a[NETLINK_ATTRS] = {0};
	struct nft_view *view = arg;

	mnl_attr_parse(h, sizeof *g, netlink_attr_keep, a);
	if (is_ours(g->nfgen_family, text_of(a[NFTA_CHAIN_TABLE])))
		view->ours = mix_attr(
		    mix_attr(view->ours, a[NFTA_CHAIN_HANDLE]), a[NFTA_CHAIN_POLICY]);
	else
		note_chain(view, g->nfgen_family, a);
	return MNL_CB_OK;
}

/* Is this expression a verdict, and which? -1 = none. */
static int verdict(const struct nlattr *data)
{
	const struct nlattr *a[NETLINK_ATTRS] = {0}, *value[NETLINK_ATTRS] = {0},
			    *v[NETLINK_ATTRS] = {0};

	if (!data)
		return -1;
	mnl_attr_parse_nested(data, netlink_attr_keep, a);
	if (!a[NFTA_IMMEDIATE_DATA])
		return -1;
	mnl_attr_parse_nested(a[NFTA_IMMEDIATE_DATA], netlink_attr_keep, value);
	if (!value[NFTA_DATA_VERDICT])
		return -1;
	mnl_attr_parse_nested(value[NFTA_DATA_VERDICT], netlink_attr_keep, v);
	return v[NFTA_VERDICT_CODE] ? (int)number_of(v[NFTA_VERDICT_CODE]) : -1;
}

struct rule {
	bool drops, conditional;
};

static int on_expression(const struct nlattr *e, void *arg)
{
	const struct nlattr *a[NETLINK_ATTRS] = {0};
	struct rule *r = arg;
	const char *name;

	mnl_attr_parse_nested(e, netlink_attr_keep, a);
	name = text_of(a[NFTA_EXPR_NAME]);
	if (!strcmp(name, "reject") ||
	    (!strcmp(name, "immediate") && verdict(a[NFTA_EXPR_DATA]) == NF_DROP))
		r->drops = true;
	else if (strcmp(name, "counter") != 0 && strcmp(name, "log") != 0)
		r->conditional = true;
	return MNL_CB_OK;
}

/* A rule that drops or rejects all that comes to it: it has no expression but that, counters,
 * logs. */
static int on_rule(const struct nlmsghdr *h, void *arg)
{
	const struct nlattr *a[NETLINK_ATTRS] = {0};
	struct rule r = {0};

	mnl_attr_parse(h, sizeof(struct nfgenmsg), netlink_attr_keep, a);
	if (a[NFTA_RULE_EXPRESSIONS])
		mnl_attr_parse_nested(a[NFTA_RULE_EXPRESSIONS], on_expression, &r);
	if (r.drops && !r.conditional)
		*(bool *)arg = true;
	return MNL_CB_OK;
}

/* ---- counters of our table ---------------------------------------------------------- */

/* The packets of a counter in an expression; UINT64_MAX stays where it is none. */
static void element_packets(const struct nlattr *e, uint64_t *packets)
{
	const struct nlattr *a[NETLINK_ATTRS] = {0}, *c[NETLINK_ATTRS] = {0};

	mnl_attr_parse_nested(e, netlink_attr_keep, a);
	if (strcmp(text_of(a[NFTA_EXPR_NAME]), "counter") != 0 || !a[NFTA_EXPR_DATA])
		return;
	mnl_attr_parse_nested(a[NFTA_EXPR_DATA], netlink_attr_keep, c);
	if (c[NFTA_COUNTER_PACKETS] && mnl_attr_get_payload_len(c[NFTA_COUNTER_PACKETS]) == 8)
		*packets = be64toh(mnl_attr_get_u64(c[NFTA_COUNTER_PACKETS]));
}

struct counting {
	void (*each)(void *arg, const char *name, uint64_t packets);
	void *arg;
};

static int on_counter(const struct nlmsghdr *h, void *arg)
{
	const struct nlattr *a[NETLINK_ATTRS] = {0}, *c[NETLINK_ATTRS] = {0};
	const struct counting *counting = arg;

	mnl_attr_parse(h, sizeof(struct nfgenmsg), netlink_attr_keep, a);
	if (number_of(a[NFTA_OBJ_TYPE]) != NFT_OBJECT_COUNTER || !a[NFTA_OBJ_DATA] ||
	    strcmp(text_of(a[NFTA_OBJ_TABLE]), NFT_TABLE) != 0)
		return MNL_CB_OK;
	mnl_attr_parse_nested(a[NFTA_OBJ_DATA], netlink_attr_keep, c);
	if (c[NFTA_COUNTER_PACKETS] && mnl_attr_get_payload_len(c[NFTA_COUNTER_PACKETS]) == 8)
		counting->each(counting->arg, text_of(a[NFTA_OBJ_NAME]),
		    be64toh(mnl_attr_get_u64(c[NFTA_COUNTER_PACKETS])));
	return MNL_CB_OK;
}

int nft_watch_counts(struct nft_watch *w,
    void (*each)(void *arg, const char *name, uint64_t packets), void *arg)
{
	static const struct nft_dropping table = {.table = NFT_TABLE};
	struct counting c = {each, arg};

	return dump_once(w, NFT_MSG_GETOBJ, NFPROTO_INET, &table, on_counter, &c);
}

/* ---- counts of elements ---------------------------------------------------------------- */

struct elements {
	void (*each)(void *arg, const uint8_t *key, size_t len, uint64_t packets);
	void *arg;
};

static int on_element_part(const struct nlattr *e, void *arg)
{
	const struct nlattr *a[NETLINK_ATTRS] = {0}, *key[NETLINK_ATTRS] = {0};
	const struct elements *to = arg;
	uint64_t packets = UINT64_MAX;

	mnl_attr_parse_nested(e, netlink_attr_keep, a);
	if (!a[NFTA_SET_ELEM_KEY] || !a[NFTA_SET_ELEM_EXPR])
		return MNL_CB_OK;
	mnl_attr_parse_nested(a[NFTA_SET_ELEM_KEY], netlink_attr_keep, key);
	element_packets(a[NFTA_SET_ELEM_EXPR], &packets);
	if (key[NFTA_DATA_VALUE] && packets != UINT64_MAX)
		to->each(to->arg, mnl_attr_get_payload(key[NFTA_DATA_VALUE]),
		    mnl_attr_get_payload_len(key[NFTA_DATA_VALUE]), packets);
	return MNL_CB_OK;
}

static int on_elements(const struct nlmsghdr *h, void *arg)
{
	const struct nlattr *a[NETLINK_ATTRS] = {0};

	mnl_attr_parse(h, sizeof(struct nfgenmsg), netlink_attr_keep, a);
	if (a[NFTA_SET_ELEM_LIST_ELEMENTS])
		mnl_attr_parse_nested(a[NFTA_SET_ELEM_LIST_ELEMENTS], on_element_part, arg);
	return MNL_CB_OK;
}

int nft_watch_elements(struct nft_watch *w, const char *map,
    void (*each)(void *arg, const uint8_t *key, size_t len, uint64_t packets), void *arg)
{
	struct nft_dropping set = {.table = NFT_TABLE};
	struct elements e = {each, arg};

	snprintf(set.chain, sizeof set.chain, "%s", map);
	return dump_once(w, NFT_MSG_GETSETELEM, NFPROTO_INET, &set, on_elements, &e);
}

/* ---- all of it ------------------------------------------------------------------------ */

static int look_once(struct nft_watch *w, struct nft_view *view)
{
	static const struct nft_dropping table = {.table = NFT_TABLE};
	size_t kept = 0;
	int error;

	*view = (struct nft_view){0};
	error = dump_once(w, NFT_MSG_GETTABLE, NFPROTO_UNSPEC, NULL, on_table, view);
	if (!error)
		error = dump_once(w, NFT_MSG_GETCHAIN, NFPROTO_UNSPEC, NULL, on_chain, view);
	if (!error && view->ours)
		error = dump_once(w, NFT_MSG_GETRULE, NFPROTO_INET, &table, on_our_rule, view);
	for (size_t i = 0; i < view->n_dropping && !error; i++) {
		struct nft_dropping d = view->dropping[i];
		bool drops = d.policy;

		if (!drops)
			error = dump_once(w, NFT_MSG_GETRULE,
			    !strcmp(d.family, "inet") ? NFPROTO_INET : NFPROTO_IPV4, &d, on_rule,
			    &drops);
		if (error == ENOENT) /* it has gone meanwhile */
			error = 0;
		if (drops)
			view->dropping[kept++] = d;
	}
	view->n_dropping = kept;
	return error;
}

int nft_watch_look(struct nft_watch *w, struct nft_view *view)
{
	int error = EINTR;

	for (int i = 0; i < TRIES && error == EINTR; i++)
		error = look_once(w, view);
	return error;
}
