/*
 * A configuration file (startup-config, --config, a pasted text): any bytes. Whatever of it is
 * accepted, the running-config that came of it loads without a refused line and is then the same:
 * what was saved is what comes back. The same changes as before are not looked at again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/config.h"

#define FNV_PRIME 0x100000001b3ULL
#define LONGEST 200 /* what a line does to the next shows in a few of them */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__asan_default_options(void);

static struct config_test t;
static unsigned long changes; /* of rows, since the last clearing ... */
static uint64_t course;       /* ... and what they were, as a number */

/* What was freed comes back sooner: fresh pages cost more than the whole input. */
const char *__asan_default_options(void)
{
	return "quarantine_size_mb=8:thread_local_quarantine_size_kb=256:malloc_context_size=8";
}

static void over(void)
{
	char command[128];

	db_close(t.db);
	gram_free(t.gram);
	text_free(&t.out);
	snprintf(command, sizeof command, "rm -rf '%s'", t.dir);
	if (system(command) != 0)
		fprintf(stderr, "%s is left\n", t.dir);
}

static void told(void *ctx, unsigned number, const char *line, bool refused, const char *text)
{
	if (refused && ctx) {
		fprintf(stderr, "line %u refused: %s\n%s\n", number, line, text);
		abort();
	}
}

/* FNV-1a; one byte more than the text tells an unset value from an empty one. */
static void fold(const char *text)
{
	for (; text && *text; text++)
		course = (course ^ (uint8_t)*text) * FNV_PRIME;
	course = (course ^ (text ? 1 : 2)) * FNV_PRIME;
}

static void fold_row(const struct db_row *row)
{
	for (int i = 0; row && i < row->table->n_columns; i++)
		fold(row->values[i]);
}

static void changed(void *ctx, const struct db_change *c)
{
	(void)ctx;
	changes++;
	fold(c->table->name);
	fold_row(c->before);
	fold_row(c->after);
}

/* Has this course of changes been seen? It ends in one configuration. A place may be taken by
 * another course meanwhile: then it is looked at again. */
static bool is_known(void)
{
	static uint64_t known[1 << 16];
	uint64_t *place = &known[course % (sizeof known / sizeof *known)];

	if (*place == course)
		return true;
	*place = course;
	return false;
}

/* A text into the database as it is at first. */
static void load(const char *text, size_t len, const struct db_report *report)
{
	if (changes)
		db_clear(t.db);
	changes = 0;
	course = FNV_PRIME;
	db_apply(t.db, text, len, 15, DB_APPLY_WHOLE, report);
}

/* What was saved is what comes back. */
static void comes_back(void)
{
	struct db_report none = {.line = told, .ctx = &t};
	char *first = strdup(config_show(&t, RENDER_CLEAR, ""));
	const char *again;

	load(first, strlen(first), &none);
	again = config_show(&t, RENDER_CLEAR, "");
	if (strcmp(first, again) != 0) {
		fprintf(stderr, "--- saved\n%s--- came back\n%s", first, again);
		abort();
	}
	free(first);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct db_report any = {.line = told};

	if (size > LONGEST)
		return -1;
	if (!t.db) {
		t.change = changed;
		config_open(&t);
		db_clear(t.db);
		atexit(over);
	}
	load((const char *)data, size, &any);
	if (changes && !is_known())
		comes_back();
	return 0;
}
