/* struct trace_filter: a value; three short lists of texts, so that they travel and are shown as
 * they are. */
#include "engine/base/trace_filter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "10.1.1.0/24"; a line's peer is compared under the mask. */
static bool read_network(const char *text, struct addr *net, struct addr *mask)
{
	const char *slash = strchr(text, '/');
	char address[TRACE_NAME_MAX];
	int bits = slash ? atoi(slash + 1) : 32;

	snprintf(address, sizeof address, "%.*s", slash ? (int)(slash - text) : 64, text);
	if (bits < 0 || bits > 32)
		return false;
	*mask = prefix_mask(bits);
	return addr_parse(address, net) && net->family == AF_INET;
}

static int find(const struct trace_filter *f, enum trace_filter_kind kind, const char *value)
{
	for (unsigned i = 0; i < f->n[kind]; i++)
		if (strcmp(f->v[kind][i], value) == 0)
			return (int)i;
	return -1;
}

bool trace_filter_empty(const struct trace_filter *f)
{
	return !f->n[TRACE_BY_PEER] && !f->n[TRACE_BY_USER] && !f->n[TRACE_BY_GROUP];
}

bool trace_filter_equal(const struct trace_filter *a, const struct trace_filter *b)
{
	for (int kind = 0; kind < TRACE_FILTER_KINDS; kind++) {
		if (a->n[kind] != b->n[kind])
			return false;
		for (unsigned i = 0; i < a->n[kind]; i++)
			if (strcmp(a->v[kind][i], b->v[kind][i]) != 0)
				return false;
	}
	return a->unmatched == b->unmatched;
}

bool trace_filter_add(struct trace_filter *f, enum trace_filter_kind kind, const char *value)
{
	struct addr net, mask;

	if (!*value || strlen(value) >= TRACE_NAME_MAX ||
	    (kind == TRACE_BY_PEER && !read_network(value, &net, &mask)))
		return false;
	if (find(f, kind, value) >= 0)
		return true;
	if (f->n[kind] == TRACE_FILTER_MAX)
		return false;
	strcpy(f->v[kind][f->n[kind]++], value);
	return true;
}

bool trace_filter_remove(struct trace_filter *f, enum trace_filter_kind kind, const char *value)
{
	int i = find(f, kind, value);

	if (i < 0)
		return false;
	f->n[kind]--;
	memmove(f->v[kind][i], f->v[kind][i + 1], (f->n[kind] - (unsigned)i) * TRACE_NAME_MAX);
	return true;
}

static bool peer_passes(const struct trace_filter *f, const struct addr *peer)
{
	struct addr net, mask;

	for (unsigned i = 0; i < f->n[TRACE_BY_PEER]; i++)
		if (read_network(f->v[TRACE_BY_PEER][i], &net, &mask) &&
		    ((addr_to_v4(peer) ^ addr_to_v4(&net)) & addr_to_v4(&mask)) == 0)
			return true;
	return false;
}

bool trace_filter_passes(const struct trace_filter *f, const struct trace_ctx *about)
{
	static const struct trace_ctx nobody;
	bool unknown = false;

	if (trace_filter_empty(f))
		return true;
	if (!about)
		about = &nobody;
	if (about->ip && peer_passes(f, about->ip))
		return true;
	if (about->user && find(f, TRACE_BY_USER, about->user) >= 0)
		return true;
	if (about->group && find(f, TRACE_BY_GROUP, about->group) >= 0)
		return true;
	unknown = (f->n[TRACE_BY_PEER] && !about->ip) || (f->n[TRACE_BY_USER] && !about->user) ||
		  (f->n[TRACE_BY_GROUP] && !about->group);
	return f->unmatched && unknown;
}

bool trace_filter_merge(struct trace_filter *f, const struct trace_filter *other)
{
	bool all = true;

	for (enum trace_filter_kind k = 0; k < TRACE_FILTER_KINDS; k++)
		for (unsigned i = 0; i < other->n[k]; i++)
			all = trace_filter_add(f, k, other->v[k][i]) && all;
	f->unmatched = f->unmatched || other->unmatched;
	return all;
}
