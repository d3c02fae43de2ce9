/*
 * The pager: output goes in as it comes, pages come out, and `<--- More --->`
 * stands between them. Pure: the terminal client prints and reads keys.
 */
#ifndef GATEHOUSE_CONSOLE_PAGER_H
#define GATEHOUSE_CONSOLE_PAGER_H

#include <stdbool.h>
#include <stddef.h>

#include "parser/text.h"

#define PAGER_MORE "<--- More --->"
#define PAGER_WIPE "\r              \r"

struct pager {
	unsigned lines;  /* a page; 0 = no pager */
	unsigned width;  /* columns of the screen, for lines that wrap; 0 = unknown */
	/* of the output that runs now */
	unsigned room;   /* screen lines left on this page */
	bool waiting;    /* at the More prompt */
	bool live;       /* it is seen as it comes: no pages */
	bool stopped;    /* the operator said q: swallow the rest */
	struct text held;
	size_t shown;    /* of held */
};

/* A new command's output begins. */
void pager_begin(struct pager *);
/* It goes on for a while, and is to be seen as it comes; ^C does not stop it here. */
void pager_live(struct pager *);
/* More output of it. */
void pager_put(struct pager *, const char *text, size_t len);
/* The next bytes that may go to the screen, NULL when there are none now. Sets `waiting` when the
 * page is full and there is more: the caller then prints PAGER_MORE and asks for a key. The bytes
 * are valid until the next call. */
const char *pager_take(struct pager *, size_t *len);
/* A key at the More prompt; false when it means nothing there. After true the caller prints
 * PAGER_WIPE and takes again. */
bool pager_key(struct pager *, char key);
void pager_free(struct pager *);

#endif
