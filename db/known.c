/*
 * struct known, one for each set of columns that is asked for: the last question
 * whether there is a row with certain texts, and its answer. Lines of a file ask the
 * same again and again. An answer goes with the row that may have changed it, and
 * with whatever is taken back; while a fault stands nobody knows anything.
 */
#include <string.h>

#include "db/known.h"

static size_t pack(const struct where *w, const char *const *texts, char buf[KNOWN_TEXTS])
{
	size_t used = 0;

	for (unsigned i = 0; i < DB_WHERE_MAX && w->columns[i] >= 0; i++) {
		size_t len = texts[i] ? strlen(texts[i]) + 1 : 0;

		if (!len || len > KNOWN_TEXTS - used)
			return 0;
		memcpy(buf + used, texts[i], len);
		used += len;
	}
	return used;
}

bool known_answer(
    const struct db *db, const struct where *w, const char *const *texts, bool *found)
{
	const struct known *k = &w->known;
	char buf[KNOWN_TEXTS];
	size_t len;

	if (!k->stands || k->taken_back != db->taken_back || db->fault || db->aside)
		return false;
	len = pack(w, texts, buf);
	*found = k->found;
	return len && len == k->len && !memcmp(buf, k->texts, len);
}

void known_keep(const struct db *db, struct where *w, const char *const *texts, bool found)
{
	struct known *k = &w->known;

	k->len = pack(w, texts, k->texts);
	k->stands = k->len && !db->fault && !db->aside;
	k->found = found;
	k->taken_back = db->taken_back;
}

/* Is the question whether there are rows whose key begins with its texts? */
static bool asks_for_keys(const struct where *w)
{
	return w->prefix && (w->prefix == DB_WHERE_MAX || w->columns[w->prefix] < 0);
}

void known_changed(struct db *db, const struct gram_table *t, int op)
{
	for (struct where *w = db->tables[t->index].wheres; w; w = w->next)
		if (op != SQLITE_INSERT ||
		    (!w->known.found && (!asks_for_keys(w) || !db->recording)))
			w->known.stands = false;
}

void known_made(struct db *db, const struct gram_table *t, const char *keys, size_t len)
{
	for (struct where *w = db->tables[t->index].wheres; w; w = w->next)
		if (!w->known.found && w->known.len <= len &&
		    !memcmp(keys, w->known.texts, w->known.len))
			w->known.stands = false;
}
