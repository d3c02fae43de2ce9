/* Compiled lists in the making, spliced and compared; see acl_list.h. Pure. */
#include "engine/net/acl_list.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

/* So many rules ahead, of both lists together, one is looked for that both have. */
#define AHEAD 64

void acl_list_free(struct acl_list *l)
{
	free(l->rule);
	*l = (struct acl_list){0};
}

static bool grow(struct acl_list *l, size_t n)
{
	size_t size = l->size ? l->size : 8;
	struct acl_rule *grown;

	if (n <= l->size)
		return true;
	while (size < n)
		size *= 2;
	grown = realloc(l->rule, size * sizeof *grown);
	if (!grown)
		return false;
	l->rule = grown;
	l->size = size;
	return true;
}

bool acl_list_add(struct acl_list *l, const struct acl_rule *r)
{
	if (!grow(l, l->n + 1))
		return false;
	l->rule[l->n++] = *r;
	return true;
}

static bool readable(struct rd rules, size_t n)
{
	struct acl_rule r;

	while (n--)
		if (!acl_rule_take(&rules, &r))
			return false;
	return true;
}

int acl_list_splice(struct acl_list *l, size_t at, size_t removed, size_t total, struct rd rules)
{
	size_t added = rd_left(&rules) / ACL_RULE_BYTES, rest;

	if (rd_left(&rules) % ACL_RULE_BYTES || at > l->n || removed > l->n - at ||
	    l->n - removed + added != total || !readable(rules, added))
		return EINVAL;
	if (!grow(l, total))
		return ENOMEM;
	rest = l->n - at - removed;
	if (rest)
		memmove(l->rule + at + added, l->rule + at + removed, rest * sizeof *l->rule);
	for (size_t i = 0; i < added; i++)
		acl_rule_take(&rules, &l->rule[at + i]);
	l->n = total;
	return 0;
}

bool acl_rule_equal(const struct acl_rule *a, const struct acl_rule *b)
{
	return a->hash == b->hash && a->permit == b->permit && a->protocol == b->protocol &&
	       a->source_first == b->source_first && a->source_last == b->source_last &&
	       a->dest_first == b->dest_first && a->dest_last == b->dest_last &&
	       a->source_low == b->source_low && a->source_high == b->source_high &&
	       a->dest_low == b->dest_low && a->dest_high == b->dest_high && a->log == b->log &&
	       a->interval == b->interval;
}

/* How many of both lists go by until they have a rule, or their end, in common. */
static void differ(const struct acl_list *old, size_t i, const struct acl_list *now, size_t j,
    size_t *gone, size_t *come)
{
	size_t left = old->n - i, fresh = now->n - j, same = 0;

	for (size_t d = 1; d <= AHEAD; d++)
		for (size_t a = 0; a <= d; a++)
			if (a < left && d - a < fresh &&
			    acl_rule_equal(&old->rule[i + a], &now->rule[j + d - a])) {
				*gone = a;
				*come = d - a;
				return;
			}
	while (same < left && same < fresh &&
	       acl_rule_equal(&old->rule[old->n - 1 - same], &now->rule[now->n - 1 - same]))
		same++;
	*gone = left - same;
	*come = fresh - same;
}

#define SOMEBODY 0xcb007109 /* out there: of TEST-NET-3 (RFC 5737) */

static bool port_within(uint16_t port, uint16_t low, uint16_t high)
{
	return low <= high ? port >= low && port <= high : port >= low || port <= high;
}

bool acl_list_serves(const struct acl_list *l, uint32_t us, uint16_t port)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct acl_rule *r = &l->rule[i];

		if ((!r->protocol || r->protocol == IPPROTO_UDP) &&
		    (!us || (r->source_first <= us && us <= r->source_last)) &&
		    r->dest_first <= SOMEBODY && SOMEBODY <= r->dest_last &&
		    port_within(port, r->source_low, r->source_high) &&
		    port_within(port, r->dest_low, r->dest_high))
			return r->permit;
	}
	return false;
}

bool acl_list_step(const struct acl_list *old, const struct acl_list *now, struct acl_step *s)
{
	size_t i = s->old, j = s->at + s->added;

	while (i < old->n && j < now->n && acl_rule_equal(&old->rule[i], &now->rule[j]))
		i++, j++;
	s->at = j;
	s->old = i;
	s->added = s->removed = 0;
	if (i == old->n && j == now->n)
		return false;
	differ(old, i, now, j, &s->removed, &s->added);
	if (s->added > ACL_RULES_TOLD)
		s->added = ACL_RULES_TOLD;
	s->old = i + s->removed;
	s->total = j + s->added + old->n - s->old;
	return true;
}

void acl_step_write(const struct acl_list *now, const struct acl_step *s, struct wr *w)
{
	for (size_t i = 0; i < s->added; i++)
		acl_rule_write(w, &now->rule[s->at + i]);
}
