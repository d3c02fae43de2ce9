/*
 * struct fqdns: pure; who asks name servers, and when, is the manager's. A name that is not found
 * any more keeps the addresses that it had: what was reachable stays so while name servers are out
 * of reach.
 */
#include "cli/config/fqdns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static struct fqdn *find(const struct fqdns *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcasecmp(f->v[i]->name, name) == 0)
			return f->v[i];
	return NULL;
}

const struct fqdn *fqdns_entry(const struct fqdns *f, const char *name)
{
	return find(f, name);
}

void fqdns_free(struct fqdns *f)
{
	for (size_t i = 0; i < f->n; i++)
		free(f->v[i]);
	free(f->v);
	*f = (struct fqdns){0};
}

void fqdns_begin(struct fqdns *f)
{
	for (size_t i = 0; i < f->n; i++)
		f->v[i]->wanted = false;
}

void fqdns_forget(struct fqdns *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++)
		if (f->v[i]->wanted)
			f->v[n++] = f->v[i];
		else
			free(f->v[i]);
	f->n = n;
}

bool fqdns_want(struct fqdns *f, const char *name)
{
	struct fqdn *one = find(f, name), **v;

	if (one) {
		one->wanted = true;
		return true;
	}
	if (f->n == f->size) {
		v = realloc(f->v, (2 * f->size + 8) * sizeof(*v));
		if (!v)
			return false;
		f->v = v;
		f->size = 2 * f->size + 8;
	}
	one = calloc(1, sizeof(*one));
	if (!one)
		return false;
	snprintf(one->name, sizeof(one->name), "%s", name);
	one->wanted = true;
	f->v[f->n++] = one;
	return true;
}

struct fqdn *fqdns_next(const struct fqdns *f)
{
	struct fqdn *first = NULL;

	for (size_t i = 0; i < f->n; i++)
		if (!first || f->v[i]->due < first->due)
			first = f->v[i];
	return first;
}

void fqdns_again(struct fqdns *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (!f->v[i]->answered)
			f->v[i]->due = f->v[i]->wait = 0;
}

static int ascending(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static uint32_t within(uint32_t lives)
{
	if (lives < FQDN_LIVES_MIN)
		return FQDN_LIVES_MIN;
	return lives > FQDN_LIVES_MAX ? FQDN_LIVES_MAX : lives;
}

/* A gateway that starts asks before its links and neighbours are there. */
static uint32_t later(uint32_t wait)
{
	return 2 * wait < FQDN_AGAIN ? 2 * wait : FQDN_AGAIN;
}

bool fqdns_answer(struct fqdns *f, const char *name, const uint32_t *addresses, unsigned n,
    uint32_t lives, uint64_t now)
{
	struct fqdn *one = find(f, name);
	uint32_t sorted[FQDN_ADDRESSES];
	bool other;

	if (!one)
		return false;
	one->answered = one->answered || n;
	one->wait = n ? 0 : one->wait ? later(one->wait) : FQDN_AGAIN_FIRST;
	one->due = now + (n ? within(lives) : one->wait);
	if (!n)
		return false;
	if (n > FQDN_ADDRESSES)
		n = FQDN_ADDRESSES;
	memcpy(sorted, addresses, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), ascending);
	other = n != one->n || memcmp(sorted, one->address, n * sizeof(*sorted)) != 0;
	memcpy(one->address, sorted, n * sizeof(*sorted));
	one->n = n;
	return other;
}

unsigned fqdns_find(const struct fqdns *f, const char *name, const uint32_t **addresses)
{
	const struct fqdn *one = find(f, name);

	*addresses = one ? one->address : NULL;
	return one ? one->n : 0;
}
