/* See cases.h. */
#include "tests/support/cases.h"

#include <check.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct transcript {
	struct text text;
	const char *at;  /* the next line of the file */
	unsigned number; /* of the line before it */
};

/* Lines up to that one, itself included. */
static void echo(struct transcript *t, unsigned number)
{
	for (; t->number < number && *t->at; t->number++) {
		size_t n = strcspn(t->at, "\n");

		text_addf(&t->text, "%.*s\n", (int)n, t->at);
		t->at += n + (t->at[n] == '\n');
	}
}

static void said(void *ctx, unsigned number, const char *line, bool refused, const char *text)
{
	struct transcript *t = ctx;

	(void)line;
	echo(t, number);
	for (size_t n; *text; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		text_addf(&t->text, "| %.*s\n", (int)n, text);
	}
	if (refused)
		text_addf(&t->text, "| refused\n");
}

/* CASES_TO=DIR: what the transcript is now, as a file there, for one who means the change. */
static void keep_whole(const char *text, const char *name)
{
	const char *dir = getenv("CASES_TO");
	char path[256];
	FILE *f;

	if (!dir)
		return;
	snprintf(path, sizeof path, "%s/%s.out", dir, name);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

/* Where two texts part: the lines there. */
static void ck_same_lines(const char *is, const char *should, const char *name)
{
	size_t line = 0;

	if (strcmp(is, should) == 0)
		return;
	for (size_t i = 0; is[i] && is[i] == should[i]; i++)
		if (is[i] == '\n')
			line = i + 1;
	ck_abort_msg("%s\nis:        %.300s\nshould be: %.300s", name, is + line, should + line);
}

/* What is shown is a configuration: loaded anew it is the same. */
static void ck_round_trip(struct config_test *c, const char *name)
{
	char *first = strdup(config_show(c, RENDER_CLEAR, ""));

	ck_assert_msg(config_load(c, first) == 0, "%s: %s", name, text_str(&c->out));
	ck_same_lines(config_show(c, RENDER_CLEAR, ""), first, name);
	free(first);
}

char *case_text(const char *name)
{
	char path[128];

	snprintf(path, sizeof path, "tests/data/cases/%s.cfg", name);
	return config_file(path);
}

void case_play(struct config_test *c, const char *name, unsigned flags)
{
	struct transcript t = {0};
	struct db_report report = { .line = said, .ctx = &t };
	char path[128], *text = case_text(name), *should;

	snprintf(path, sizeof path, "tests/data/cases/%s.out", name);
	should = config_file(path);
	t.at = text;
	config_reset(c);
	db_apply(c->db, text, strlen(text), 15, flags, &report);
	echo(&t, UINT_MAX);
	text_addf(&t.text, "----\n%s", config_show(c, 0, ""));
	keep_whole(text_str(&t.text), name);
	ck_same_lines(text_str(&t.text), should, name);
	ck_round_trip(c, name);
	text_free(&t.text);
	free(text);
	free(should);
}
