/*
 * Copies of messages that outlive the packet they came in: each owns its texts.
 * Which parts are texts, and which are the key, the message's shape says.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/ipc/shape.h"

static const void *at(const void *body, const struct ipc_field *f)
{
	return (const char *)body + f->offset;
}

static int text_cmp(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int field_cmp(const struct ipc_field *f, const void *a, const void *b)
{
	uint32_t x, y;

	if (f->kind == IPC_STR)
		return text_cmp(*(const char *const *)at(a, f), *(const char *const *)at(b, f));
	x = *(const uint32_t *)at(a, f);
	y = *(const uint32_t *)at(b, f);
	return x < y ? -1 : x > y;
}

int ipc_key_cmp(const struct ipc_shape *s, const void *a, const void *b)
{
	int r = 0;

	/* Keys stand right behind OP. */
	for (unsigned i = 1; !r && i < s->n && s->fields[i].part == PART_KEY; i++)
		r = field_cmp(&s->fields[i], a, b);
	return r;
}

static bool keep_text(const char **to, const char *from)
{
	*to = from && *from ? strdup(from) : NULL;
	return *to || !from || !*from;
}

static bool keep_list(struct strlist *to, const struct strlist *from)
{
	for (to->n = 0; to->n < from->n && to->n < STRLIST_MAX; to->n++)
		if (!(to->v[to->n] = strdup(from->v[to->n])))
			return false;
	return true;
}

bool ipc_keep(const struct ipc_shape *s, void *to, const void *from)
{
	bool all = true;

	memset(to, 0, s->size);
	for (const struct ipc_field *f = s->fields; all && f < s->fields + s->n; f++) {
		void *field = (char *)to + f->offset;

		if (f->kind == IPC_STR || f->kind == IPC_SECRET)
			all = keep_text(field, *(const char *const *)at(from, f));
		else if (f->kind == IPC_LIST)
			all = keep_list(field, at(from, f));
		else
			memcpy(field, at(from, f), ipc_size(f->kind));
	}
	if (!all)
		ipc_drop(s, to);
	return all;
}

static void drop_text(const char *text, bool secret)
{
	char *t = (char *)(uintptr_t)text;

	if (t && secret)
		explicit_bzero(t, strlen(t));
	free(t);
}

void ipc_drop(const struct ipc_shape *s, void *kept)
{
	for (const struct ipc_field *f = s->fields; f < s->fields + s->n; f++) {
		void *field = (char *)kept + f->offset;
		struct strlist *l = field;

		if (f->kind == IPC_LIST)
			while (l->n)
				drop_text(l->v[--l->n], false);
		else if (f->kind == IPC_STR || f->kind == IPC_SECRET)
			drop_text(*(const char *const *)field, f->kind == IPC_SECRET);
	}
}
