/* struct turns: one per running-config, part of its struct settle, which takes the turn and
 * gives it back. */
#include "cli/config/turns.h"

#include <stddef.h>

void turns_wait(struct turns *t, struct waiter *w)
{
	struct waiter **p = &t->first;

	if (w->waiting)
		return;
	while (*p)
		p = &(*p)->next;
	w->next = NULL;
	w->waiting = true;
	*p = w;
}

void turns_leave(struct turns *t, struct waiter *w)
{
	w->waiting = false;
	for (struct waiter **p = &t->first; *p; p = &(*p)->next) {
		if (*p != w)
			continue;
		*p = w->next;
		return;
	}
}

void turns_next(struct turns *t)
{
	struct waiter *w;

	while (!t->taken && (w = t->first)) {
		turns_leave(t, w);
		w->go(w->ctx);
	}
}
