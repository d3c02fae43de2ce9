/* Lines of the running-config that packet-tracer names: taken out of what `show running-config`
 * would print. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/acts/packet_tracer.h"
#include "cli/config/access_lists.h"
#include "cli/config/feed.h"
#include "cli/config/nat_lines.h"

static void add_piece(void *ctx, const char *text, size_t len)
{
	text_addn(ctx, text, len);
}

static void add_line(struct text *to, const char *line)
{
	text_addn(to, line, strcspn(line, "\n"));
	text_addc(to, '\n');
}

static const char *next_line(const char *line)
{
	line += strcspn(line, "\n");
	return line + (*line == '\n');
}

/* ---- access lists ---------------------------------------------------------------------------- */

void tracer_group_line(const struct access_group *g, const char *nameif, struct text *to)
{
	static const char *const way[] = {
	    [ACCESS_IN] = "in", [ACCESS_OUT] = "out", [ACCESS_CONTROL] = "in"};

	if (!g->device[0])
		text_addf(to, "access-group %s global\n", g->name);
	else
		text_addf(to, "access-group %s %s interface %s%s\n", g->name, way[g->way], nameif,
		    g->way == ACCESS_CONTROL ? " control-plane" : "");
}

/* The lines of a family as `show running-config WORDS` prints them. */
static void family_lines(const struct manager *m, const char *words, struct text *to)
{
	struct gram_match *match = malloc(sizeof(*match));
	struct gram_out out = {add_piece, to};
	struct parse_state at;
	char line[400];

	if (!match)
		return;
	snprintf(line, sizeof(line), "show running-config %s", words);
	parse_state_init(&at, m->gram, false);
	gram_match(m->gram, &at, PRIVILEGE_MAX, line, match);
	if (match->status == GRAM_OK && !match->family_all)
		(void)db_render(m->running.db, 0, match, &out); /* act_done() tells */
	gram_match_done(match);
	free(match);
}

/* The groups that the line names, as they are configured. */
static void group_lines(const struct manager *m, const char *line, struct text *to)
{
	static const char *const kind[] = {"network", "service", "protocol", "icmp-type"};
	static const char word[] = " object-group ";
	char name[80], words[120];

	while ((line = strstr(line, word))) {
		line += sizeof(word) - 1;
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(line, " \n"), line);
		for (size_t i = 0; i < sizeof(kind) / sizeof(kind[0]); i++) {
			snprintf(words, sizeof(words), "object-group %s %s", kind[i], name);
			family_lines(m, words, to);
		}
	}
}

void tracer_list_line(const struct act *a, const char *list, size_t index, struct text *to)
{
	const struct manager *m = a->manager;
	const struct access_list_rules *l = feed_access_list(
	    m->running.delivery.feed, m->running.db, list);
	char words[300], head[300];
	struct text all = {0}, only = {0};
	uint32_t line;

	if (!l || index >= l->rules.n)
		return;
	line = l->rules.rule[index].line;
	snprintf(words, sizeof(words), "access-list %s", list);
	snprintf(head, sizeof(head), "access-list %s ", list);
	family_lines(m, words, &all);
	for (const char *s = text_str(&all); *s; s = next_line(s))
		if (strncmp(s, head, strlen(head)) == 0 && --line == 0) {
			add_line(&only, s);
			break;
		}
	text_addn(to, text_str(&only), only.len);
	group_lines(m, text_str(&only), to);
	text_free(&only);
	text_free(&all);
}

/* ---- NAT ---------------------------------------------------------------------------------------
 */

static bool is_of_nat(void *ctx, const struct gram_command *c)
{
	(void)ctx;
	return c->section &&
	       (strcmp(c->section, "nat") == 0 || strcmp(c->section, "object nat") == 0);
}

static bool is_after(const char *line)
{
	return strncmp(line, "nat ", 4) == 0 && strstr(line, "after-auto") &&
	       strstr(line, "after-auto") < strstr(line, " source ");
}

/* The n-th of a section, counted from 1. */
static void manual_line(const char *text, bool after, uint32_t n, struct text *to)
{
	for (const char *s = text; *s; s = next_line(s))
		if (strncmp(s, "nat ", 4) == 0 && is_after(s) == after && --n == 0) {
			add_line(to, s);
			return;
		}
}

static void object_lines(const char *text, const char *name, struct text *to)
{
	char head[120];
	size_t len;

	len = (size_t)snprintf(head, sizeof(head), "object network %s", name);
	for (const char *s = text; *s; s = next_line(s))
		if (strncmp(s, head, len) == 0 && s[len] == '\n') {
			add_line(to, s);
			add_line(to, next_line(s));
			return;
		}
}

void tracer_nat_line(const struct act *a, const struct nat_rule *r, struct text *to)
{
	const struct manager *m = a->manager;
	struct text all = {0};
	struct gram_out out = {add_piece, &all};
	struct nat_lines lines;
	uint32_t place[] = {
	    [NAT_SECTION_MANUAL] = 0, [NAT_SECTION_OBJECT] = 0, [NAT_SECTION_AFTER] = 0};

	if (!nat_lines_read(m->running.db, &lines))
		return;
	(void)db_render_lines(m->running.db, 0, is_of_nat, NULL, &out); /* as above */
	for (size_t i = 0; i < lines.n; i++) {
		const struct nat_line *l = &lines.v[i];

		place[l->section]++;
		if (l->id != r->line)
			continue;
		if (l->section == NAT_SECTION_OBJECT)
			object_lines(text_str(&all), l->source, to);
		else
			manual_line(
			    text_str(&all), l->section == NAT_SECTION_AFTER, place[l->section], to);
		break;
	}
	text_free(&all);
	nat_lines_free(&lines);
}
