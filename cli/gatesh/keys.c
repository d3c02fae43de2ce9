/*
 * The keys of a person: taken in as they come and used later, so that nothing typed
 * ahead is lost. One poll for keys, frames and signals.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/gatesh/screen.h"

#define TELL_MS 10000 /* the manager hears that he types once in this time */

static void tell_typing(struct edit *e)
{
	struct timespec now;
	int64_t ms;

	clock_gettime(CLOCK_MONOTONIC, &now);
	ms = now.tv_sec * 1000 + now.tv_nsec / 1000000;
	if (e->told_ms && ms - e->told_ms < TELL_MS)
		return;
	e->told_ms = ms;
	shell_tell(e->sh, CONSOLE_TYPING, NULL, 0);
}

static void read_keys(struct edit *e)
{
	ssize_t n;

	if (e->in_at) {
		memmove(e->in, e->in + e->in_at, e->in_len - e->in_at);
		e->in_len -= e->in_at;
		e->in_at = 0;
	}
	n = read(STDIN_FILENO, e->in + e->in_len, sizeof(e->in) - e->in_len);
	if (n > 0) {
		e->in_len += (size_t)n;
		tell_typing(e);
	} else if (n == 0 || errno != EINTR) {
		e->gone = true;
	}
}

void keys_wait(struct edit *e, int timeout)
{
	struct pollfd p[3] = {
	    {.fd = timeout && !e->sh->closed ? e->sh->fd : -1, .events = POLLIN},
	    {.fd = e->signals, .events = POLLIN},
	    {.fd = e->in_len - e->in_at < sizeof(e->in) ? STDIN_FILENO : -1, .events = POLLIN},
	};

	fflush(stdout);
	if (poll(p, 3, timeout) <= 0)
		return;
	if (p[1].revents)
		screen_signal(e);
	if (p[2].revents)
		read_keys(e);
}

int keys_next(struct edit *e)
{
	int key;

	while (e->in_at < e->in_len) {
		bool second = e->after_return && e->in[e->in_at] == '\n';

		key = e->in[e->in_at++];
		if (e->in_at == e->in_len)
			e->in_at = e->in_len = 0;
		e->after_return = key == '\r';
		if (!second)
			return key;
	}
	return -1;
}

void keys_back(struct edit *e, unsigned char key)
{
	if (e->in_at) {
		e->in[--e->in_at] = key;
	} else if (e->in_len < sizeof(e->in)) {
		memmove(e->in + 1, e->in, e->in_len++);
		e->in[0] = key;
	}
}

/* A key, waiting for it; -1: it is over. */
static int wait_key(struct edit *e)
{
	struct console_frame f;

	for (;;) {
		int key = keys_next(e);

		if (key >= 0)
			return key;
		screen_draw(e);
		while (shell_next(e->sh, &f) > 0)
			if (f.type == CONSOLE_ASYNC || f.type == CONSOLE_TEXT)
				screen_async(e, &f);
		if (e->gone || e->sh->closed) {
			screen_wipe(e);
			return -1;
		}
		keys_wait(e, -1);
	}
}

wchar_t keys_char(struct edit *e)
{
	for (;;) {
		int key = wait_key(e);
		char byte = (char)key;
		wchar_t c = 0;
		size_t n;

		if (key < 0)
			return 0;
		n = mbrtowc(&c, &byte, 1, &e->decoding);
		if (n == (size_t)-1)
			memset(&e->decoding, 0, sizeof(e->decoding));
		else if (n != (size_t)-2 && c)
			return c;
	}
}

bool keys_interrupted(struct edit *e)
{
	const unsigned char *c = memchr(e->in + e->in_at, CTRL_C, e->in_len - e->in_at);

	if (!c)
		return false;
	e->in_at = (size_t)(c - e->in) + 1;
	if (e->in_at == e->in_len)
		e->in_at = e->in_len = 0;
	return true;
}
