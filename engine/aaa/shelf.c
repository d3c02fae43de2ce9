/* Owns the copies: an item lives from the message that names it first to its deletion. */
#include "engine/aaa/shelf.h"

#include <stdlib.h>
#include <string.h>

/* ---- a copy ------------------------------------------------------------------------------ */

void *aaa_keep(enum msg_type type, const void *body)
{
	const struct ipc_shape *s = ipc_shape(type);
	char *kept = calloc(1, s->size);

	if (!kept || !ipc_keep(s, kept, body)) {
		free(kept);
		return NULL;
	}
	for (const struct ipc_field *f = s->fields; f < s->fields + s->n; f++) {
		const char **text = (const char **)(void *)(kept + f->offset);

		if ((f->kind != IPC_STR && f->kind != IPC_SECRET) || *text)
			continue;
		*text = strdup("");
		if (!*text) {
			aaa_keep_free(type, kept);
			return NULL;
		}
	}
	return kept;
}

void aaa_keep_free(enum msg_type type, void *kept)
{
	if (!kept)
		return;
	ipc_drop(ipc_shape(type), kept);
	free(kept);
}

/* ---- many of them ------------------------------------------------------------------------ */

size_t aaa_shelf_find(const struct aaa_shelf *s, const void *key)
{
	const struct ipc_shape *shape = ipc_shape(s->type);
	size_t i;

	for (i = 0; i < s->n && ipc_key_cmp(shape, s->item[i], key) != 0; i++)
		;
	return i;
}

static void take_out(struct aaa_shelf *s, size_t i)
{
	aaa_keep_free(s->type, s->item[i]);
	s->n--;
	memmove(&s->item[i], &s->item[i + 1], (s->n - i) * sizeof *s->item);
	memmove(&s->stale[i], &s->stale[i + 1], (s->n - i) * sizeof *s->stale);
}

static bool grow(struct aaa_shelf *s)
{
	size_t size = s->size ? 2 * s->size : 8;
	void **item = realloc(s->item, size * sizeof *item);
	bool *stale;

	if (!item)
		return false;
	s->item = item;
	stale = realloc(s->stale, size * sizeof *stale);
	if (!stale)
		return false;
	s->stale = stale;
	s->size = size;
	return true;
}

static bool put(struct aaa_shelf *s, size_t i, const void *body)
{
	void *kept;

	if (i == s->n && s->n == s->size && !grow(s))
		return false;
	kept = aaa_keep(s->type, body);
	if (!kept)
		return false;
	if (i == s->n)
		s->n++;
	else
		aaa_keep_free(s->type, s->item[i]);
	s->item[i] = kept;
	s->stale[i] = false;
	return true;
}

bool aaa_shelf_apply(struct aaa_shelf *s, const void *body)
{
	size_t i = aaa_shelf_find(s, body);

	/* Of each of these `op` is the first field. */
	if (*(const uint8_t *)body == CFG_SET)
		return put(s, i, body);
	if (i < s->n)
		take_out(s, i);
	return true;
}

void aaa_shelf_begin(struct aaa_shelf *s)
{
	s->snapshot = true;
	for (size_t i = 0; i < s->n; i++)
		s->stale[i] = true;
}

void aaa_shelf_end(struct aaa_shelf *s)
{
	for (size_t i = s->n; s->snapshot && i-- > 0;)
		if (s->stale[i])
			take_out(s, i);
	s->snapshot = false;
}

void aaa_shelf_fini(struct aaa_shelf *s)
{
	while (s->n)
		take_out(s, s->n - 1);
	free(s->item);
	free(s->stale);
}
