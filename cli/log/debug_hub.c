/*
 * struct debug_hub: one per manager. The levels that were asked for live with
 * the listeners; the hub only merges. Bounding a slow terminal is the business
 * of its console connection.
 */
#include "cli/log/debug_hub.h"

#include <string.h>

static const struct {
	const char *word, *command;
	bool aaa; /* aaa has trace points of this class too */
} classes[TRACE_CLASSES] = {
	[TRACE_IKE]   = {"ikev1", "crypto ikev1", false},
	[TRACE_IPSEC] = {"ipsec", "crypto ipsec", false},
	[TRACE_L2TP]  = {"l2tp",  "l2tp",         false},
	[TRACE_PPP]   = {"ppp",   "ppp",          false},
	[TRACE_AAA]   = {"aaa",   "aaa",          true},
};

static void merge(struct debug_hub *h, enum trace_class cls)
{
	uint8_t highest = 0;

	for (const struct debug_listener *l = h->listeners; l; l = l->next)
		if (l->level[cls] > highest)
			highest = l->level[cls];
	if (highest == h->level[cls])
		return;
	h->level[cls] = highest;
	h->tell(h->ctx, cls, highest, classes[cls].aaa);
}

void debug_listen(struct debug_hub *h, struct debug_listener *l)
{
	l->next = h->listeners;
	h->listeners = l;
}

void debug_unlisten(struct debug_hub *h, struct debug_listener *l)
{
	debug_off(h, l);
	for (struct debug_listener **p = &h->listeners; *p; p = &(*p)->next) {
		if (*p != l)
			continue;
		*p = l->next;
		return;
	}
}

void debug_set(struct debug_hub *h, struct debug_listener *l, enum trace_class cls, uint8_t level)
{
	l->level[cls] = level;
	merge(h, cls);
}

void debug_off(struct debug_hub *h, struct debug_listener *l)
{
	for (enum trace_class cls = 0; cls < TRACE_CLASSES; cls++)
		debug_set(h, l, cls, 0);
}

void debug_announce(const struct debug_hub *h)
{
	for (enum trace_class cls = 0; cls < TRACE_CLASSES; cls++)
		if (h->level[cls])
			h->tell(h->ctx, cls, h->level[cls], classes[cls].aaa);
}

void debug_line(const struct debug_hub *h, unsigned cls, unsigned level, const char *text)
{
	struct text whole = {0};

	if (cls >= TRACE_CLASSES || level == 0)
		return;
	for (const struct debug_listener *l = h->listeners; l; l = l->next) {
		if (l->level[cls] < level)
			continue;
		if (!whole.len)
			text_addf(&whole, "%s\n", text);
		l->heard(l->ctx, whole.p, whole.len);
	}
	text_free(&whole);
}

void debug_show(const struct debug_listener *l, struct text *out)
{
	for (unsigned cls = 0; cls < TRACE_CLASSES; cls++)
		if (l->level[cls])
			text_addf(out, "debug %s enabled at level %u\n", classes[cls].command,
			    l->level[cls]);
}

bool debug_names(const char *word, enum trace_class cls)
{
	return !word || strcmp(classes[cls].word, word) == 0;
}
