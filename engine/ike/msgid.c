/* A set of 32-bit numbers; see msgid.h. */
#include "engine/ike/msgid.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_SIZE 16 /* doubled when three quarters are used, up to 4/3 of MSGIDS_MAX */

/* The slot that holds the id, or the free one where it would go. */
static size_t place(const struct msgids *s, uint32_t id)
{
	size_t i = (id * 2654435761U >> 7) & (s->size - 1);

	while (s->slot[i] && s->slot[i] != id)
		i = (i + 1) & (s->size - 1);
	return i;
}

static bool grow(struct msgids *s)
{
	struct msgids bigger = {.size = s->size ? 2 * s->size : FIRST_SIZE, .used = s->used};

	bigger.slot = calloc(bigger.size, sizeof *bigger.slot);
	if (!bigger.slot)
		return false;
	for (size_t i = 0; i < s->size; i++)
		if (s->slot[i])
			bigger.slot[place(&bigger, s->slot[i])] = s->slot[i];
	free(s->slot);
	*s = bigger;
	return true;
}

bool msgids_has(const struct msgids *s, uint32_t id)
{
	return id != 0 && s->size > 0 && s->slot[place(s, id)] == id;
}

bool msgids_add(struct msgids *s, uint32_t id)
{
	if (id == 0 || msgids_full(s) || msgids_has(s, id) ||
	    (4 * (s->used + 1) > 3 * s->size && !grow(s)))
		return false;
	s->slot[place(s, id)] = id;
	s->used++;
	return true;
}

void msgids_only(struct msgids *s, uint32_t id)
{
	bool there = msgids_has(s, id);

	if (s->size)
		memset(s->slot, 0, s->size * sizeof *s->slot);
	s->used = 0;
	if (there)
		msgids_add(s, id);
}

bool msgids_full(const struct msgids *s)
{
	return s->used >= MSGIDS_MAX;
}

void msgids_fini(struct msgids *s)
{
	free(s->slot);
	memset(s, 0, sizeof *s);
}
