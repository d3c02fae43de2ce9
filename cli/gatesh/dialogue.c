/*
 * While a command runs: its output page by page, its questions and their answers,
 * ^C to stop it. Lines that come unasked pass by, whatever the terminal waits for.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/gatesh/screen.h"

/* What the terminal waits for besides frames. */
enum waits { WAITS_NOT, WAITS_MORE, WAITS_ANSWER };

static void more_typing(const struct edit *e, struct row_line *l)
{
	(void)e;
	(void)l; /* the prompt is all there is */
}

static void answer_typing(const struct edit *e, struct row_line *l)
{
	l->text = e->answer;
	l->text_len = l->cursor = e->answer_len;
	l->stars = e->asked & CONSOLE_ASK_HIDDEN;
}

/* Stops the output, and what runs behind it. */
static void interrupt(struct edit *e)
{
	e->sh->pager.stopped = !e->sh->pager.live;
	shell_tell(e->sh, CONSOLE_INTERRUPT, NULL, 0);
}

/* Prints held output as far as it may be; true at the end of a page. */
static bool pages(struct edit *e)
{
	struct pager *p = &e->sh->pager;
	const char *text;
	size_t len;

	while ((text = pager_take(p, &len))) {
		screen_say_lines(e, text, len);
		keys_wait(e, 0);
		if (keys_interrupted(e))
			interrupt(e);
	}
	if (!p->waiting)
		return false;
	screen_type(e, PAGER_MORE, strlen(PAGER_MORE), more_typing);
	screen_draw(e);
	return true;
}

static bool more_key(struct edit *e, int key)
{
	if (!pager_key(&e->sh->pager, (char)key))
		return false;
	screen_wipe(e);
	if (key == CTRL_C)
		interrupt(e);
	return true;
}

/* ---- questions --------------------------------------------------------------- */

/* All lines of a question but the last are output; the answer is typed behind that one. */
static void ask(struct edit *e)
{
	const char *text = e->question + 1, *last;
	size_t len = e->question_len - 1;

	last = len ? memrchr(text, '\n', len) : NULL;
	last = last ? last + 1 : text;
	screen_say_lines(e, text, (size_t)(last - text));
	e->asked = (unsigned char)e->question[0];
	e->question_len = e->answer_len = 0;
	screen_type(e, last, len - (size_t)(last - text), answer_typing);
	screen_draw(e);
}

/* Sends the answer; not given: ^C came instead. */
static void answered(struct edit *e, bool given)
{
	char bytes[CONSOLE_LINE_MAX];
	mbstate_t state = {0};
	size_t len = 0, n;

	for (size_t i = 0; given && i < e->answer_len && len + MB_CUR_MAX <= sizeof(bytes); i++) {
		n = wcrtomb(bytes + len, e->answer[i], &state);
		if (n != (size_t)-1)
			len += n;
	}
	screen_typed(e);
	shell_send(e->sh, given ? CONSOLE_ANSWER : CONSOLE_INTERRUPT, bytes, len);
	explicit_bzero(bytes, sizeof(bytes));
	explicit_bzero(e->answer, sizeof(e->answer));
	e->answer_len = 0;
	pager_begin(&e->sh->pager);
}

/* A key at a question; true when it ended it. */
static bool answer_key(struct edit *e, int key)
{
	char byte = (char)key;
	wchar_t c = 0;
	size_t n;

	if (key == CTRL_C || key == '\r' || key == '\n') {
		answered(e, key != CTRL_C);
		return true;
	}
	if (key == 8 || key == 127) {
		e->answer_len -= e->answer_len > 0;
		return false;
	}
	if (key == 'U' - 64) {
		e->answer_len = 0;
		return false;
	}
	n = mbrtowc(&c, &byte, 1, &e->decoding);
	if (n == (size_t)-1)
		memset(&e->decoding, 0, sizeof(e->decoding));
	if (n > 1 || c < ' ' || e->answer_len == CONSOLE_LINE_MAX)
		return false;
	e->answer[e->answer_len++] = c;
	if (e->asked & CONSOLE_ASK_KEY)
		answered(e, true);
	return e->asked & CONSOLE_ASK_KEY;
}

/* ---- the dialogue ------------------------------------------------------------- */

static void take_frame(struct edit *e, const struct console_frame *f, char *insert)
{
	switch (f->type) {
	case CONSOLE_TEXT:
	case CONSOLE_HELP_TEXT:
		pager_put(&e->sh->pager, (const char *)f->data, f->len);
		break;
	case CONSOLE_LIVE:
		pager_live(&e->sh->pager);
		break;
	case CONSOLE_ASYNC:
		screen_async(e, f);
		break;
	case CONSOLE_QUESTION:
		memcpy(e->question, f->data, f->len);
		e->question_len = f->len;
		break;
	case CONSOLE_HISTORY:
		memcpy(e->line, f->data, f->len);
		e->line[f->len] = 0;
		recall_add(e, e->line);
		break;
	case CONSOLE_COMPLETION:
		if (!insert)
			break;
		memcpy(insert, f->data, f->len);
		insert[f->len] = 0;
		break;
	default:
		break;
	}
}

/* A key, if there is one, for what waits for it; what is waited for now. */
static enum waits use_key(struct edit *e, enum waits waits)
{
	int key;

	if (waits == WAITS_NOT) {
		if (keys_interrupted(e))
			interrupt(e);
		return waits;
	}
	while ((key = keys_next(e)) >= 0)
		if (waits == WAITS_MORE ? more_key(e, key) : answer_key(e, key))
			return WAITS_NOT;
	screen_draw(e);
	return waits;
}

/* Takes in what has come; 1 when what is waited for was there, -1 when the session is over. */
static int take_frames(struct edit *e, enum console_type until, char *insert, enum waits *waits)
{
	struct console_frame f;
	int got, over = 0;

	while (!e->gone && (got = shell_next(e->sh, &f)) != 0) {
		if (got < 0)
			return -1;
		over |= f.type == until;
		take_frame(e, &f, insert);
		if (*waits == WAITS_NOT && pages(e))
			*waits = WAITS_MORE;
	}
	return over;
}

void dialogue_until(struct edit *e, enum console_type until, char *insert)
{
	enum waits waits = WAITS_NOT, before;
	bool over = false;
	int got;

	pager_begin(&e->sh->pager);
	while (!e->gone) {
		got = take_frames(e, until, insert, &waits);
		if (got < 0)
			break;
		over = over || got;
		if (waits == WAITS_NOT && pages(e))
			waits = WAITS_MORE;
		if (waits == WAITS_NOT && e->question_len) { /* what it is about has been read */
			ask(e);
			waits = WAITS_ANSWER;
		}
		before = waits;
		waits = use_key(e, waits);
		if (over && before == WAITS_NOT && waits == WAITS_NOT)
			break;
		if (waits == before)
			keys_wait(e, -1);
	}
	if (waits != WAITS_NOT)
		screen_wipe(e);
	e->question_len = 0;
}
