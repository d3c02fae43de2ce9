/* Owns the open sessions. Life of one: its start to its stop. */
#include "engine/aaa/account_sessions.h"

#include <stdlib.h>
#include <string.h>

struct account_open {
	LIST_ENTRY(account_open) link;
	struct account_record last;
};

static unsigned bucket_of(const char *key)
{
	uint32_t h = 2166136261u;

	while (*key)
		h = (h ^ (uint8_t)*key++) * 16777619u;
	return h % ACCOUNT_BUCKETS;
}

static struct account_open *find(const struct account_sessions *s, const char *key)
{
	struct account_open *o;

	LIST_FOREACH (o, &s->open[bucket_of(key)], link)
		if (strcmp(o->last.key, key) == 0)
			break;
	return o;
}

static void open_free(struct account_open *o)
{
	LIST_REMOVE(o, link);
	account_record_fini(&o->last);
	free(o);
}

const struct account_record *account_sessions_find(
    const struct account_sessions *s, const char *key)
{
	const struct account_open *o = find(s, key);

	return o ? &o->last : NULL;
}

void account_sessions_follow(struct account_sessions *s, const struct account_record *r)
{
	struct account_open *o;

	if (r->what > ACCOUNT_STOP)
		return;
	o = find(s, r->key);
	if (o)
		open_free(o);
	if (r->what == ACCOUNT_STOP || !(o = calloc(1, sizeof *o)))
		return;
	if (!account_record_init(&o->last, r->seq, r->from, r->packet, r->len)) {
		free(o);
		return;
	}
	LIST_INSERT_HEAD(&s->open[bucket_of(o->last.key)], o, link);
}

void account_sessions_each(const struct account_sessions *s,
    void (*each)(void *arg, const struct account_record *), void *arg)
{
	const struct account_open *o;

	for (unsigned i = 0; i < ACCOUNT_BUCKETS; i++)
		LIST_FOREACH (o, &s->open[i], link)
			each(arg, &o->last);
}

/* What was known of it last becomes a stop. False: it cannot be read. */
static bool make_stop(
    const struct account_record *last, struct ipc_msg *m, uint8_t cause, int64_t now)
{
	struct msg_account *a = &m->account;

	if (!ipc_decode(m, last->packet, last->len))
		return false;
	a->id = 0;
	a->what = ACCOUNT_STOP;
	a->cause = cause;
	if (now > (int64_t)a->time) {
		a->duration += (uint32_t)((uint64_t)now - a->time);
		a->time = (uint64_t)now;
	}
	return true;
}

void account_sessions_end(struct account_sessions *s, enum role from, const char *life,
    uint8_t cause, int64_t now, void (*stop)(void *arg, enum role from, const struct msg_account *),
    void *arg)
{
	struct account_open *o, *after;
	struct ipc_msg m;

	for (unsigned i = 0; i < ACCOUNT_BUCKETS; i++)
		for (o = LIST_FIRST(&s->open[i]); o; o = after) {
			after = LIST_NEXT(o, link);
			if ((from != ROLE_COUNT && o->last.from != from) ||
			    (life && strncmp(o->last.key, life, ACCOUNT_LIFE) == 0))
				continue;
			LIST_REMOVE(o, link);
			if (make_stop(&o->last, &m, cause, now))
				stop(arg, o->last.from, &m.account);
			account_record_fini(&o->last);
			free(o);
		}
}

void account_sessions_fini(struct account_sessions *s)
{
	for (unsigned i = 0; i < ACCOUNT_BUCKETS; i++)
		while (LIST_FIRST(&s->open[i]))
			/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): it is out */
			open_free(LIST_FIRST(&s->open[i]));
}
