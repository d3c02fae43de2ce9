/* show access-list: made of the running-config. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"

static void add_piece(void *ctx, const char *text, size_t len)
{
	text_addn(ctx, text, len);
}

/* The lines of a family as `show running-config WORDS` prints them. */
static void family_lines(struct act *a, const char *words, struct text *to)
{
	const struct manager *m = a->manager;
	struct gram_out out = {add_piece, to};
	struct gram_match *match = malloc(sizeof(*match));
	struct parse_state at;
	char line[512];

	if (!match)
		abort();
	snprintf(line, sizeof(line), "show running-config %s", words);
	parse_state_init(&at, m->gram, false);
	gram_match(m->gram, &at, PRIVILEGE_MAX, line, match);
	if (match->status == GRAM_OK && !match->family_all &&
	    !db_render(m->running.db, 0, match, &out))
		act_refuse_unread(a);
	gram_match_done(match);
	free(match);
}

static unsigned elements(const char *text, const char *name, size_t len)
{
	unsigned n = 0;

	for (const char *s = text; *s; s += strcspn(s, "\n"), s += *s == '\n')
		if (strncmp(s, "access-list ", 12) == 0 && strncmp(s + 12, name, len) == 0 &&
		    s[12 + len] == ' ')
			n++;
	return n;
}

static uint32_t name_hash(const char *name, size_t len)
{
	uint32_t h = 2166136261u;

	while (len--)
		h = (h ^ (uint8_t)*name++) * 16777619u;
	return h;
}

/* The entry behind `access-list NAME`. No packet is counted by a list: what uses them looks at what
 * they say, once. */
static void entry(struct act *a, const char *name, size_t len, unsigned line, const char *rest)
{
	size_t n = strcspn(rest, "\n");
	bool inactive;

	while (n && rest[n - 1] == ' ')
		n--;
	inactive = n >= 9 && strncmp(rest + n - 9, " inactive", 9) == 0;
	act_say(a, "access-list %.*s line %u%.*s", (int)len, name, line, (int)n, rest);
	if (strncmp(rest, " remark ", 8) != 0)
		act_say(
		    a, " (hitcnt=0) %s0x%08x ", inactive ? "(inactive) " : "", name_hash(rest, n));
	act_say(a, "\n");
}

static void act_show_access_list(struct act *a)
{
	const char *only = gram_arg(&a->match, "name"), *last = "";
	bool brief = gram_typed(&a->match, "brief");
	char words[300];
	struct text t = {0};
	unsigned line = 0;

	if (!only)
		act_say(a, "access-list cached ACL log flows: total 0, denied 0 "
			   "(deny-flow-max 4096)\n            alert-interval 300\n");
	snprintf(words, sizeof(words), "access-list %s", only ? only : "");
	family_lines(a, words, &t);
	for (const char *s = text_str(&t), *end; *s; s = end + (*end == '\n')) {
		const char *name = s + 12;
		size_t len = strcspn(name, " \n");

		end = s + strcspn(s, "\n");
		if (strncmp(s, "access-list ", 12) != 0)
			continue;
		if (strncmp(last, name, len + 1) != 0) {
			act_say(a, "access-list %.*s; %u elements; name hash: 0x%08x\n", (int)len,
			    name, elements(text_str(&t), name, len), name_hash(name, len));
			last = name;
			line = 0;
		}
		line++;
		if (!brief)
			entry(a, name, len, line, name + len);
	}
	text_free(&t);
	act_done(a);
}

const struct act_row acts_access_list[] = {
    ACT(show_access_list),
    ACTS_END,
};
