/*
 * Records on their way to a role that stores them (accounting: aaa, sessions:
 * the manager). Identity: the id that the record has here. Life: from the moment
 * that it is said until ACCOUNT_TAKEN (SESSION_TAKEN) says that it is where it
 * outlives every role; one that dies before that is followed by one that hears it
 * again. The oldest go when there are too many.
 */
#include "engine/role/untaken.h"

#include <stdlib.h>
#include <string.h>

#define UNTAKEN_MAX 20000
#define RECORD_MAX 8192 /* bytes of one */

struct untaken_record {
	TAILQ_ENTRY(untaken_record) link;
	uint32_t id;
	size_t len;
	uint8_t bytes[];
};

void untaken_init(struct untaken *u)
{
	*u = (struct untaken){.n = 0};
	TAILQ_INIT(&u->records);
}

static void drop(struct untaken *u, struct untaken_record *r)
{
	TAILQ_REMOVE(&u->records, r, link);
	u->n--;
	free(r);
}

void untaken_fini(struct untaken *u)
{
	while (!TAILQ_EMPTY(&u->records))
		drop(u, TAILQ_FIRST(&u->records));
}

static bool keep(struct untaken *u, const struct ipc_msg *m)
{
	uint8_t bytes[RECORD_MAX];
	size_t len = ipc_encode(m, bytes, sizeof bytes);
	struct untaken_record *r = len ? malloc(sizeof *r + len) : NULL;

	if (!r)
		return false;
	r->id = *ipc_id((struct ipc_msg *)(uintptr_t)m);
	r->len = len;
	memcpy(r->bytes, bytes, len);
	TAILQ_INSERT_TAIL(&u->records, r, link);
	u->n++;
	return true;
}

void untaken_say(struct untaken *u, struct ipc_channel *ch, struct ipc_msg *m)
{
	if (u->n == UNTAKEN_MAX) {
		drop(u, TAILQ_FIRST(&u->records));
		u->lost++;
	}
	do
		*ipc_id(m) = ++u->last;
	while (u->last == 0); /* 0: nobody waits to hear that it is taken */
	u->lost += !keep(u, m);
	ipc_send(ch, m);
}

/* They are taken in their order, nearly always. */
void untaken_taken(struct untaken *u, uint32_t id)
{
	struct untaken_record *r;

	TAILQ_FOREACH(r, &u->records, link)
	if (r->id == id) {
		drop(u, r);
		return;
	}
}

void untaken_again(const struct untaken *u, struct ipc_channel *ch)
{
	const struct untaken_record *r;
	struct ipc_msg m;

	TAILQ_FOREACH(r, &u->records, link)
	if (ipc_decode(&m, r->bytes, r->len))
		ipc_send(ch, &m);
}
