/*
 * libedit behind our own display: it edits the line, and what it would draw goes
 * nowhere (it breaks long lines, we move them). The row is drawn when no more keys
 * wait, so that pasted text is echoed once, however fast it comes.
 */
#include <stdio.h>
#include <string.h>

#include "cli/gatesh/screen.h"

#define HISTORY_LINES 200

static struct edit *edit_of(EditLine *el)
{
	void *e = NULL;

	el_get(el, EL_CLIENTDATA, &e);
	return e;
}

static void typing(const struct edit *e, struct row_line *l)
{
	const LineInfoW *li = el_wline(e->el);

	l->text = li->buffer;
	l->text_len = (size_t)(li->lastchar - li->buffer);
	l->cursor = (size_t)(li->cursor - li->buffer);
}

/* EL_GETCFN: one character for the line editor; 0 at the end. */
static int get_char(EditLine *el, wchar_t *to)
{
	struct edit *e = edit_of(el);

	*to = keys_char(e);
	if (!*to)
		e->typed = TYPED_EOF;
	return *to != 0;
}

/* What libedit would draw; of it only the bell is heard. */
static ssize_t swallow(void *cookie, const char *text, size_t len)
{
	(void)cookie;
	if (memchr(text, '\a', len))
		screen_say("\a", 1);
	return (ssize_t)len;
}

/* ---- keys of our own ----------------------------------------------------------- */

/* The text before the cursor as bytes. */
static size_t text_before(EditLine *el, char to[CONSOLE_LINE_MAX])
{
	const LineInfo *li = el_line(el);
	size_t len = (size_t)(li->cursor - li->buffer);

	if (len > CONSOLE_LINE_MAX)
		len = CONSOLE_LINE_MAX;
	memcpy(to, li->buffer, len);
	return len;
}

/* The line with the `?` in it. */
static void asking(const struct edit *e, struct row_line *l)
{
	l->text = e->answer;
	l->text_len = l->cursor = e->answer_len;
}

static void show_question(struct edit *e)
{
	const LineInfoW *li = el_wline(e->el);
	size_t before = (size_t)(li->cursor - li->buffer),
	       after = (size_t)(li->lastchar - li->cursor);

	if (before + after < CONSOLE_LINE_MAX) {
		wmemcpy(e->answer, li->buffer, before);
		e->answer[before] = '?';
		wmemcpy(e->answer + before + 1, li->cursor, after);
		e->answer_len = before + 1 + after;
		e->typing = asking;
	}
	screen_draw(e);
	screen_say("\r\n", 2);
	drawn_leave(&e->drawn);
	e->typing = NULL;
	explicit_bzero(e->answer, sizeof(e->answer));
}

/* `?`: help below the line, then the line again. */
static unsigned char key_help(EditLine *el, int ch)
{
	struct edit *e = edit_of(el);
	char text[CONSOLE_LINE_MAX];
	size_t len = text_before(el, text);

	(void)ch;
	show_question(e);
	shell_send(e->sh, CONSOLE_HELP, text, len);
	explicit_bzero(text, sizeof(text));
	dialogue_until(e, CONSOLE_HELP_TEXT, NULL);
	if (e->gone || e->sh->closed)
		return CC_EOF;
	screen_type(e, e->sh->prompt, strlen(e->sh->prompt), typing);
	return CC_NORM;
}

static unsigned char key_complete(EditLine *el, int ch)
{
	struct edit *e = edit_of(el);
	char text[CONSOLE_LINE_MAX], insert[CONSOLE_LINE_MAX + 1] = "";
	size_t len = text_before(el, text);

	(void)ch;
	shell_send(e->sh, CONSOLE_COMPLETE, text, len);
	explicit_bzero(text, sizeof(text));
	dialogue_until(e, CONSOLE_COMPLETION, insert);
	if (e->gone || e->sh->closed)
		return CC_EOF;
	if (!insert[0] || el_insertstr(el, insert) < 0)
		return CC_REFRESH_BEEP;
	return CC_REFRESH;
}

static unsigned char leave_line(EditLine *el, enum typed how)
{
	struct edit *e = edit_of(el);

	e->typed = how;
	screen_typed(e);
	return CC_NEWLINE;
}

static unsigned char key_cancel(EditLine *el, int ch)
{
	(void)ch;
	return leave_line(el, TYPED_CANCEL);
}

static unsigned char key_end(EditLine *el, int ch)
{
	(void)ch;
	return leave_line(el, TYPED_END);
}

static unsigned char key_enter(EditLine *el, int ch)
{
	struct edit *e = edit_of(el);
	const LineInfo *li = el_line(el);
	size_t len = (size_t)(li->lastchar - li->buffer);

	(void)ch;
	if (len > CONSOLE_LINE_MAX)
		len = CONSOLE_LINE_MAX;
	memcpy(e->line, li->buffer, len);
	e->line[len] = 0;
	return leave_line(el, TYPED_LINE);
}

/* ^D: log off on an empty line, else delete the character below the cursor. */
static unsigned char key_delete(EditLine *el, int ch)
{
	const LineInfoW *li = el_wline(el);

	if (ch == 'D' - 64 && li->lastchar == li->buffer)
		return leave_line(el, TYPED_EOF);
	if (li->cursor == li->lastchar)
		return CC_REFRESH_BEEP;
	el_cursor(el, 1);
	el_deletestr(el, 1);
	return CC_REFRESH;
}

/* ^L: the line once more, on a row of its own. */
static unsigned char key_again(EditLine *el, int ch)
{
	struct edit *e = edit_of(el);

	(void)ch;
	screen_say("\r\n", 2);
	drawn_leave(&e->drawn);
	return CC_NORM;
}

static unsigned char key_search(EditLine *el, int ch)
{
	struct edit *e = edit_of(el);
	bool found = recall_search(e);

	(void)ch;
	screen_type(e, e->sh->prompt, strlen(e->sh->prompt), typing);
	return found ? CC_REFRESH : CC_REFRESH_BEEP;
}

static unsigned char key_nothing(EditLine *el, int ch)
{
	(void)el;
	(void)ch;
	return CC_NORM;
}

/* ---- the table of keys ----------------------------------------------------------- */

/* clang-format off */
static const struct {
	const char *name, *help;
	unsigned char (*act)(EditLine *, int);
} functions[] = {
	{"gate-help",     "Explain what may follow", key_help},
	{"gate-complete", "Complete the word", key_complete},
	{"gate-cancel",   "Drop the line", key_cancel},
	{"gate-end",      "Leave configuration mode", key_end},
	{"gate-enter",    "Run the line", key_enter},
	{"gate-delete",   "Delete a character or log off", key_delete},
	{"gate-again",    "Show the line once more", key_again},
	{"gate-search",   "Search the history", key_search},
	{"gate-nothing",  "Do nothing", key_nothing},
};

static const struct {
	const char *key, *function; /* ours, or libedit's */
} keys[] = {
	{"?",        "gate-help"},
	{"^I",       "gate-complete"},
	{"^C",       "gate-cancel"},
	{"^Z",       "gate-end"},
	{"^M",       "gate-enter"},
	{"^J",       "gate-enter"},
	{"^D",       "gate-delete"},
	{"^L",       "gate-again"},
	{"^R",       "gate-search"},
	{"^A",       "ed-move-to-beg"},
	{"^E",       "ed-move-to-end"},
	{"^B",       "ed-prev-char"},
	{"^F",       "ed-next-char"},
	{"^P",       "ed-prev-history"},
	{"^N",       "ed-next-history"},
	{"^U",       "vi-kill-line-prev"},
	{"^W",       "ed-delete-prev-word"},
	{"^K",       "ed-kill-line"},
	{"^T",       "ed-transpose-chars"},
	{"^Y",       "em-yank"},
	{"^H",       "em-delete-prev-char"},
	{"^?",       "em-delete-prev-char"},
	{"^G",       "gate-nothing"},
	{"^O",       "gate-nothing"},
	{"^Q",       "ed-quoted-insert"},
	{"^V",       "ed-quoted-insert"},
	{"^S",       "gate-nothing"},
	{"^[b",      "ed-prev-word"},
	{"^[f",      "em-next-word"},
	{"^[d",      "em-delete-next-word"},
	{"^[[A",     "ed-prev-history"},
	{"^[[B",     "ed-next-history"},
	{"^[[C",     "ed-next-char"},
	{"^[[D",     "ed-prev-char"},
	{"^[OA",     "ed-prev-history"},
	{"^[OB",     "ed-next-history"},
	{"^[OC",     "ed-next-char"},
	{"^[OD",     "ed-prev-char"},
	{"^[[H",     "ed-move-to-beg"},
	{"^[[F",     "ed-move-to-end"},
	{"^[OH",     "ed-move-to-beg"},
	{"^[OF",     "ed-move-to-end"},
	{"^[[1~",    "ed-move-to-beg"},
	{"^[[7~",    "ed-move-to-beg"},
	{"^[[4~",    "ed-move-to-end"},
	{"^[[8~",    "ed-move-to-end"},
	{"^[[3~",    "gate-delete"},
	{"^[[1;5C",  "em-next-word"},
	{"^[[1;5D",  "ed-prev-word"},
	{"^[[2~",    "gate-nothing"},
	{"^[[5~",    "gate-nothing"},
	{"^[[6~",    "gate-nothing"},
	{"^[[200~",  "gate-nothing"},
	{"^[[201~",  "gate-nothing"},
};
/* clang-format on */

/* libedit's own command line (M-x) would bind what starts an editor: a way out to the host's shell.
 * What we do not name is not there; 8-bit keys are the letters that they are. */
static void take_away(EditLine *el)
{
	char key[8];

	for (char c = ' ' + 1; c < 127; c++) {
		snprintf(key, sizeof(key), "^[%s%c", c == '\\' || c == '^' ? "\\" : "", c);
		if (c != '[' && c != 'O')
			el_set(el, EL_BIND, key, "gate-nothing", NULL);
	}
	for (unsigned c = 0x80; c <= 0xff; c++) {
		snprintf(key, sizeof(key), "\\%o", c);
		el_set(el, EL_BIND, key, "ed-insert", NULL);
	}
}

/* ---- birth, death, a line ----------------------------------------------------------- */

static bool open_libedit(struct edit *e)
{
	static const cookie_io_functions_t nowhere = {.write = swallow};
	FILE *out = fopencookie(NULL, "w", nowhere);

	if (!out)
		return false;
	setvbuf(out, NULL, _IOLBF, 256);
	e->nowhere = out;
	e->el = el_init_fd("gatesh", stdin, out, out, 0, 1, 2);
	return e->el != NULL;
}

bool editor_open(struct edit *e)
{
	HistEvent ev;

	e->history = history_init();
	if (!e->history || !open_libedit(e))
		return false;
	history(e->history, &ev, H_SETSIZE, HISTORY_LINES);
	history(e->history, &ev, H_SETUNIQUE, 1);
	el_set(e->el, EL_CLIENTDATA, e);
	el_set(e->el, EL_SIGNAL, 0);
	el_set(e->el, EL_TERMINAL, "dumb");
	el_set(e->el, EL_SETTC, "li", "2", NULL);
	el_set(e->el, EL_SETTC, "co", "9000", NULL);
	el_set(e->el, EL_EDITOR, "emacs");
	el_set(e->el, EL_HIST, history, e->history);
	el_set(e->el, EL_GETCFN, get_char);
	el_set(e->el, EL_SETTY, "-d", "-isig", "-inlcr", "-icrnl", NULL);
	el_set(e->el, EL_SETTY, "-x", "-isig", "-icanon", "-echo", "-inlcr", "-icrnl", NULL);
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		el_set(e->el, EL_ADDFN, functions[i].name, functions[i].help, functions[i].act);
	take_away(e->el);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		el_set(e->el, EL_BIND, keys[i].key, keys[i].function, NULL);
	return true;
}

void editor_close(struct edit *e)
{
	if (e->el)
		el_end(e->el);
	if (e->history)
		history_end(e->history);
	if (e->nowhere)
		fclose(e->nowhere);
}

void editor_read(struct edit *e)
{
	int n = 0;

	e->typed = TYPED_EOF;
	e->line[0] = 0;
	screen_type(e, e->sh->prompt, strlen(e->sh->prompt), typing);
	(void)el_wgets(e->el, &n);
	e->typing = NULL;
}
