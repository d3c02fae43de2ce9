/* Whole texts, line by line in one transaction. */
#include <ctype.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "db/fault.h"
#include "db/seal.h"
#include "db/sql.h"

struct said {
	char text[4096];
	size_t used;
};

static void said_write(void *ctx, const char *text, size_t len)
{
	struct said *s = ctx;

	if (len > sizeof(s->text) - 1 - s->used)
		len = sizeof(s->text) - 1 - s->used;
	memcpy(s->text + s->used, text, len);
	s->used += len;
	s->text[s->used] = '\0';
}

struct apply {
	struct db *db;
	struct parse_state state;
	int privilege;
	unsigned flags, refused;
	bool indented; /* the lines of a block are: a line in column 0 is a global one */
	bool binary;   /* the line held NUL bytes */
	struct db_report *report;
	sqlite3_stmt *keep;
	struct gram_match match;
	char expanded[GRAM_LINE_MAX]; /* the line by other words */
	struct said said;
};

static bool is_frame(const char *line)
{
	return !strncmp(line, "ASA Version", 11) || !strncmp(line, "Cryptochecksum:", 15);
}

static bool is_indented(const char *text, size_t len)
{
	for (size_t i = 0; i + 2 < len; i++)
		if ((text[i] == '\n' || text[i] == '\r') && text[i + 1] == ' ' &&
		    !isspace((unsigned char)text[i + 2]))
			return true;
	return false;
}

/* In an indented text a line in column 0 belongs to global configuration, even where the submode
 * knows its words; only if it fits nothing there is it tried where we are. */
static void apply_match(struct apply *a, const char *line)
{
	const struct gram *g = a->db->gram;

	if (a->indented && a->state.depth > 1 && !parse_state_mode(&a->state)->data &&
	    !isspace((unsigned char)*line)) {
		gram_match_global(g, &a->state, a->privilege, line, &a->match);
		if (a->match.status == GRAM_OK) {
			a->state.depth = 1;
			a->state.left = true;
		}
		if (a->match.status == GRAM_OK || a->match.status == GRAM_EMPTY)
			return;
	}
	gram_match(g, &a->state, a->privilege, line, &a->match);
}

/* The line, or the one that it means by other words. */
static const char *apply_words(struct apply *a, const char *line)
{
	const struct db_config *c = &a->db->config;
	size_t caret;

	apply_match(a, line);
	if (a->match.status != GRAM_INVALID || !c->expand ||
	    !c->expand(c->ctx, line, a->expanded, sizeof(a->expanded)))
		return line;
	caret = a->match.caret;
	apply_match(a, a->expanded);
	if (a->match.status == GRAM_OK)
		return a->expanded;
	a->match.status = GRAM_INVALID;
	a->match.caret = (uint16_t)caret;
	return line;
}

static bool apply_line(struct apply *a, const char *line)
{
	struct gram_out out = {said_write, &a->said};
	char error[GRAM_LINE_MAX + 100];
	enum db_status status;

	a->match.status = GRAM_INVALID;
	a->match.branches = NULL;
	if (a->binary) {
		static const char text[] = GRAM_NUL_ERROR "\n";

		said_write(&a->said, text, sizeof(text) - 1);
		return false;
	}
	if (strlen(line) >= GRAM_LINE_MAX) {
		static const char text[] = "ERROR: % Line too long\n";

		said_write(&a->said, text, sizeof(text) - 1);
		return false;
	}
	line = apply_words(a, line);
	if (a->match.status == GRAM_EMPTY)
		return true;
	if (a->match.status != GRAM_OK) {
		said_write(&a->said, error, gram_error(&a->match, line, 0, error, sizeof(error)));
		return false;
	}
	if (a->match.command->run) {
		static const char text[] = "ERROR: not a configuration command\n";

		said_write(&a->said, text, sizeof(text) - 1);
		parse_state_not_run(a->db->gram, &a->state, line);
		return false;
	}
	status = db_run(a->db, &a->state, &a->match, line, 0, &out);
	if (status == DB_LOGOFF || a->state.depth == 0) /* one `exit` too many ends nothing here */
		parse_state_init(&a->state, a->db->gram, true);
	return status != DB_REFUSED;
}

/* Sealed: nothing tells which of its words is a secret. */
static void keep_error(struct apply *a, unsigned number, const char *line)
{
	unsigned char sealed[GRAM_LINE_MAX + 1 + SEAL_OVERHEAD];
	size_t len = seal(a->db, line, strlen(line), sealed);

	if (!a->keep)
		a->keep = db_prepare(a->db, "INSERT INTO startup_error VALUES(?, ?)");
	sqlite3_bind_int64(a->keep, 1, number);
	if (a->keep && sqlite3_bind_blob64(a->keep, 2, sealed, len, SQLITE_TRANSIENT) != SQLITE_OK)
		fault_code(a->db, SQLITE_NOMEM);
	db_step(a->db, a->keep);
}

static void apply_one(struct apply *a, unsigned number, const char *line)
{
	bool ok;

	if ((a->flags & DB_APPLY_WHOLE) && is_frame(line))
		return;
	a->said.used = 0;
	a->said.text[0] = '\0';
	ok = apply_line(a, line);
	gram_match_done(&a->match);
	if (a->db->fault) /* not of this line's making: the whole text is refused */
		return;
	if (!ok) {
		/* no block begins with an act */
		if (a->match.status != GRAM_OK || !a->match.command->run)
			parse_state_refused(a->db->gram, &a->state, line);
		a->refused++;
		if (a->flags & DB_APPLY_KEEP)
			keep_error(a, number, line);
	}
	if (a->indented && !a->state.data)
		a->state.block = NULL; /* its lines are told by their indentation */
	if (a->report && a->report->line && (!ok || a->said.used))
		a->report->line(a->report->ctx, number, line, !ok, a->said.text);
}

/* Copies a line that can be one: without the mark before and the carriage returns behind it. NUL
 * bytes become blanks, too long is refused by the matcher. */
static void take_line(struct apply *a, const char *text, size_t len, char line[GRAM_LINE_MAX + 1])
{
	text = gram_skip_mark(text, &len);
	while (len && text[len - 1] == '\r')
		len--;
	if (len > GRAM_LINE_MAX)
		len = GRAM_LINE_MAX;
	a->binary = memchr(text, '\0', len) != NULL;
	for (size_t i = 0; i < len; i++)
		line[i] = text[i] ? text[i] : ' ';
	line[len] = '\0';
}

static void apply_lines(struct apply *a, const char *text, size_t len)
{
	/* Where nothing else ends a line, a carriage return does. */
	char line[GRAM_LINE_MAX + 1], mark = memchr(text, '\n', len) ? '\n' : '\r';
	unsigned number = 0;
	size_t at = 0;

	while (at < len && !a->db->fault) {
		const char *end = memchr(text + at, mark, len - at);
		size_t n = end ? (size_t)(end - text) - at : len - at;

		take_line(a, text + at, n, line);
		at += n + 1;
		apply_one(a, ++number, line);
	}
	if (a->report) {
		a->report->lines = number;
		a->report->refused = a->refused;
	}
	OPENSSL_cleanse(line, sizeof(line));
}

/* Within a transaction; refused lines, or -1. */
static int apply_held(struct db *db, const char *text, size_t len, int privilege, unsigned flags,
    struct db_report *report)
{
	struct apply *a = calloc(1, sizeof(*a));
	int refused;

	if (!a) {
		fault_code(db, SQLITE_NOMEM);
		return -1;
	}
	a->db = db;
	a->privilege = privilege;
	a->flags = flags;
	a->report = report;
	a->indented = is_indented(text, len);
	parse_state_init(&a->state, db->gram, true);
	db->whole = flags & DB_APPLY_WHOLE;
	db->counting = true;
	db->kept = 0;
	apply_lines(a, text, len);
	db->whole = db->counting = false;
	if (report)
		report->kept = db->kept;
	sqlite3_finalize(a->keep);
	refused = db->fault ? -1 : (int)a->refused;
	OPENSSL_cleanse(&a->match, sizeof(a->match));
	OPENSSL_cleanse(a->expanded, sizeof(a->expanded));
	free(a);
	return refused;
}

int db_apply(struct db *db, const char *text, size_t len, int privilege, unsigned flags,
    struct db_report *report)
{
	bool began = !db->held;
	int refused;

	if (began && !db_begin(db))
		return -1;
	refused = apply_held(db, text, len, privilege, flags, report);
	if (began && !db_commit(db))
		refused = -1;
	return refused;
}
