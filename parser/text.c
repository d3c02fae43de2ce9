/*
 * struct text: one owned buffer that doubles. It lives on its user's stack or
 * in its user's object; nothing else points into it for longer than a call.
 */
#include "parser/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void wipe(struct text *t)
{
	if (t->p)
		explicit_bzero(t->p, t->secret ? t->size : t->len);
}

/* False: there is none, now or since the last text_clear(). */
static bool text_room(struct text *t, size_t more)
{
	size_t need = t->len + more + 1, size = t->size ? t->size : 256;
	char *p;

	if (t->failed || need <= t->size)
		return !t->failed;
	while (size < need)
		size *= 2;
	p = malloc(size);
	t->failed = !p;
	if (!p)
		return false;
	if (t->len)
		memcpy(p, t->p, t->len);
	wipe(t);
	free(t->p);
	t->p = p;
	t->size = size;
	return true;
}

void text_addn(struct text *t, const char *s, size_t n)
{
	if (!text_room(t, n))
		return;
	if (n)
		memcpy(t->p + t->len, s, n);
	t->len += n;
	t->p[t->len] = 0;
}

void text_add(struct text *t, const char *s)
{
	text_addn(t, s, strlen(s));
}

void text_addc(struct text *t, char c)
{
	text_addn(t, &c, 1);
}

void text_addf(struct text *t, const char *fmt, ...)
{
	va_list ap, again;
	size_t room;
	int n;

	if (!text_room(t, 64))
		return;
	room = t->size - t->len;
	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(t->p + t->len, room, fmt, ap);
	va_end(ap);
	if (n > 0 && (size_t)n >= room) {
		n = text_room(t, (size_t)n) ? vsnprintf(t->p + t->len, (size_t)n + 1, fmt, again)
					    : 0;
	}
	va_end(again);
	t->len += n > 0 ? (size_t)n : 0;
	t->p[t->len] = 0;
}

void text_pad(struct text *t, size_t column, size_t min)
{
	size_t start = t->len;

	while (start && t->p[start - 1] != '\n')
		start--;
	for (; !t->failed && (min || t->len - start < column); min -= min ? 1 : 0)
		text_addc(t, ' ');
}

const char *text_str(const struct text *t)
{
	return t->p ? t->p : "";
}

void text_clear(struct text *t)
{
	wipe(t);
	t->failed = false;
	t->len = 0;
	if (t->p)
		t->p[0] = 0;
}

void text_cut(struct text *t, size_t len)
{
	if (t->len <= len)
		return;
	explicit_bzero(t->p + len, t->len - len);
	t->len = len;
	t->p[len] = 0;
}

void text_free(struct text *t)
{
	wipe(t);
	free(t->p);
	*t = (struct text){ .secret = t->secret };
}

static void out_write(void *ctx, const char *text, size_t len)
{
	text_addn(ctx, text, len);
}

struct gram_out text_out(struct text *t)
{
	return (struct gram_out){.write = out_write, .ctx = t};
}
