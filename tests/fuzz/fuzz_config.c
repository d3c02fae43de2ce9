/*
 * A configuration file (startup-config, --config, a pasted text): any bytes. Whatever of it is
 * accepted, the running-config that came of it loads without a refused line and is then the same:
 * what was saved is what comes back.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct config_test t;

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct db_report any = {.line = told}, none = {.line = told, .ctx = &t};
	const char *again;
	char *first;

	if (!t.db) {
		config_open(&t);
		atexit(over);
	}
	db_clear(t.db);
	db_apply(t.db, (const char *)data, size, 15, DB_APPLY_WHOLE, &any);
	first = strdup(config_show(&t, RENDER_CLEAR, ""));
	db_clear(t.db);
	db_apply(t.db, first, strlen(first), 15, DB_APPLY_WHOLE, &none);
	again = config_show(&t, RENDER_CLEAR, "");
	if (strcmp(first, again) != 0) {
		fprintf(stderr, "--- saved\n%s--- came back\n%s", first, again);
		abort();
	}
	free(first);
	return 0;
}
