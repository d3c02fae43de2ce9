/*
 * Lines of earlier, those of other sessions too. ^R: a word is typed, the newest line
 * that has it stands behind it; ^R again goes on to older ones. Enter runs the line,
 * ^G and ^C drop the search, any other key edits what was found.
 */
#include <stdio.h>
#include <string.h>

#include "cli/gatesh/screen.h"

void recall_add(struct edit *e, const char *line)
{
	HistEvent ev;

	history(e->history, &ev, H_ENTER, line);
}

struct search {
	struct edit *e;
	wchar_t word[128];
	size_t word_len;
	wchar_t found[CONSOLE_LINE_MAX + 1];
	size_t at;    /* of the word in what was found */
	unsigned age; /* of the line found: 0 is the newest */
	bool failed, any;
};

static void search_typing(const struct edit *e, struct row_line *l)
{
	l->text = e->search->found;
	l->text_len = wcslen(e->search->found);
	l->cursor = e->search->at;
}

/* The history's line of that age as characters; false when there is none. */
static bool line_of(const struct search *s, unsigned age, wchar_t *to, size_t size)
{
	HistEvent ev;
	mbstate_t state = {0};
	int got = history(s->e->history, &ev, H_FIRST);
	const char *text;
	size_t n;

	while (got >= 0 && age--)
		got = history(s->e->history, &ev, H_NEXT);
	if (got < 0)
		return false;
	text = ev.str;
	n = mbsrtowcs(to, &text, size - 1, &state);
	to[n == (size_t)-1 ? 0 : n] = 0;
	return true;
}

/* Looks from that age on towards older lines. */
static void look(struct search *s, unsigned age)
{
	wchar_t line[CONSOLE_LINE_MAX + 1];
	const wchar_t *hit;

	for (; line_of(s, age, line, sizeof(line) / sizeof(line[0])); age++) {
		hit = wcsstr(line, s->word);
		if (!hit || (s->any && age > s->age && wcscmp(line, s->found) == 0))
			continue;
		wcscpy(s->found, line);
		s->at = (size_t)(hit - line);
		s->age = age;
		s->any = true;
		s->failed = false;
		return;
	}
	s->failed = true;
	screen_say("\a", 1);
}

static void show(const struct search *s)
{
	char prompt[6 * sizeof(s->word) + 64];

	snprintf(prompt, sizeof(prompt), "(%sreverse-i-search)`%ls': ", s->failed ? "failed " : "",
	    s->word);
	screen_type(s->e, prompt, strlen(prompt), search_typing);
}

/* One key of the search; true when it goes on. */
static bool take(struct search *s, wchar_t c)
{
	if (c == 'R' - 64) {
		if (s->word_len)
			look(s, s->any ? s->age + 1 : 0);
	} else if (c == 8 || c == 127) {
		if (s->word_len)
			s->word[--s->word_len] = 0;
		s->failed = s->any = false;
		s->found[0] = 0;
		s->at = 0;
		if (s->word_len)
			look(s, 0);
	} else if (c >= ' ') {
		if (s->word_len + 1 == sizeof(s->word) / sizeof(s->word[0]))
			return true;
		s->word[s->word_len++] = c;
		s->word[s->word_len] = 0;
		look(s, s->any ? s->age : 0);
	} else {
		return false;
	}
	return true;
}

/* The line found takes the place of the one being edited, the cursor at the word. */
static void put(const struct search *s)
{
	EditLine *el = s->e->el;
	const LineInfoW *li;

	el_wreplacestr(el, s->found);
	li = el_wline(el);
	el_cursor(el, (int)(li->buffer - li->cursor) + (int)s->at);
}

bool recall_search(struct edit *e)
{
	struct search s = {.e = e};
	bool found;
	wchar_t c;

	e->search = &s;
	do {
		show(&s);
		c = keys_char(e);
	} while (c && take(&s, c));
	e->search = NULL;
	found = c && c != 'G' - 64 && c != CTRL_C;
	if (found && s.any)
		put(&s);
	if (found)
		keys_back(e, (unsigned char)c);
	explicit_bzero(&s, sizeof(s));
	return found;
}
