/*
 * Lost secrets are never taken for unset ones without a word: the startup-config
 * has its secrets in clear, so what it has for the same rows is taken from there;
 * the others are told, and stay as they are, in case the key comes back.
 */
#include <errno.h>
#include <openssl/crypto.h>
#include <stdlib.h>

#include "db/fault.h"
#include "db/folder.h"
#include "db/lost.h"
#include "db/open.h"
#include "db/row.h"
#include "db/transaction.h"

struct recovery {
	struct db *db, *startup; /* ours; the startup-config in a database of its own */
	unsigned found, left;
};

static void recover_one(void *ctx, const struct lost *l)
{
	struct recovery *r = ctx;
	char line[2 * GRAM_LINE_MAX];
	bool found = r->startup &&
		     db_select(r->startup, l->table, l->row->values, &r->startup->scratch) &&
		     r->startup->scratch.values[l->column];

	lost_line(r->db, l, line, sizeof(line));
	if (found)
		row_put(r->db, l->table, l->row->values, l->column,
		    r->startup->scratch.values[l->column]);
	r->found += found;
	r->left += !found;
	folder_note(r->db,
	    found ? "the secret of '%s' was lost with secret.key and is that of the "
		    "startup-config again"
		  : "the secret of '%s' was lost with secret.key: it is unset until it is "
		    "entered again",
	    line);
}

static struct db *open_startup(struct db *of)
{
	size_t len;
	char *text = db_startup_text(of, &len);
	struct db *db = text ? db_open_scratch(of) : NULL;

	if (!text && errno != ENOENT)
		fault_note(of, "the startup-config cannot be read");
	if (db)
		db_apply(db, text, len, 15, DB_APPLY_WHOLE, NULL);
	if (text)
		OPENSSL_cleanse(text, len);
	free(text);
	return db;
}

unsigned db_recover(struct db *db)
{
	struct recovery r = {.db = db};

	call_begin(db);
	db->recording = false; /* nobody has been told of these rows yet */
	if (lost_count(db)) {
		r.startup = open_startup(db);
		if (line_begin(db))
			lost_each(db, recover_one, &r);
		if (!line_end(db, true, 0))
			folder_note(db,
			    "the secrets of the startup-config cannot be taken over: %s",
			    db->fault);
		db_close(r.startup);
	}
	db->recording = true;
	call_end(db);
	return r.left;
}
