/*
 * struct debug_hub: one per manager. The levels and conditions that were asked
 * for live with the listeners; the hub only merges. Bounding a slow terminal is
 * the business of its console connection.
 */
#include "cli/log/debug_hub.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/log/clock.h"

static const struct {
	const char *word, *part, *command;
	bool aaa;  /* aaa has trace points of this class too */
	bool here; /* only the manager has them */
} classes[TRACE_CLASSES] = {
    [TRACE_IKE] = {"ikev1", NULL, "crypto ikev1"},
    [TRACE_IPSEC] = {"ipsec", NULL, "crypto ipsec"},
    [TRACE_L2TP] = {"l2tp", "event", "l2tp"},
    [TRACE_L2TP_PACKET] = {"l2tp", "packet", "l2tp"},
    [TRACE_PPP] = {"ppp", "negotiation", "ppp"},
    [TRACE_PPP_AUTH] = {"ppp", "authentication", "ppp"},
    [TRACE_PPP_PACKET] = {"ppp", "packet", "ppp"},
    [TRACE_AAA] = {"aaa", "authentication", "aaa", .aaa = true},
    [TRACE_AAA_AUTHORIZATION] = {"aaa", "authorization", "aaa", .aaa = true},
    [TRACE_AAA_ACCOUNTING] = {"aaa", "accounting", "aaa", .aaa = true},
    [TRACE_AAA_COMMON] = {"aaa", "common", "aaa", .aaa = true},
    [TRACE_RADIUS] = {"radius", NULL, "radius", .aaa = true},
    [TRACE_TACACS] = {"tacacs", NULL, "tacacs", .aaa = true},
    [TRACE_LDAP] = {"ldap", NULL, "ldap", .aaa = true},
    [TRACE_KERBEROS] = {"kerberos", NULL, "kerberos", .aaa = true},
    [TRACE_NT] = {"ntdomain", NULL, "ntdomain", .aaa = true},
    [TRACE_SDI] = {"sdi", NULL, "sdi", .aaa = true},
    [TRACE_SSH] = {"ssh", NULL, "ssh", .here = true},
};

/* ---- merging -------------------------------------------------------------------------- */

static bool listens(const struct debug_listener *l)
{
	for (unsigned cls = 0; cls < TRACE_CLASSES; cls++)
		if (l->level[cls])
			return true;
	return false;
}

static void merge_filter(struct debug_hub *h)
{
	struct trace_filter all = {.unmatched = false};

	for (const struct debug_listener *l = h->listeners; l; l = l->next) {
		if (!listens(l))
			continue;
		/* He wants every line, or they are too many to be looked at beforehand. */
		if (trace_filter_empty(&l->filter) || !trace_filter_merge(&all, &l->filter)) {
			memset(&all, 0, sizeof(all));
			break;
		}
	}
	if (trace_filter_equal(&all, &h->filter))
		return;
	h->filter = all;
	if (h->tell_filter)
		h->tell_filter(h->ctx, &h->filter);
}

static void merge(struct debug_hub *h, enum trace_class cls)
{
	uint8_t highest = 0;

	for (const struct debug_listener *l = h->listeners; l; l = l->next)
		if (l->level[cls] > highest)
			highest = l->level[cls];
	merge_filter(h);
	if (highest == h->level[cls])
		return;
	h->level[cls] = highest;
	if (!classes[cls].here)
		h->tell(h->ctx, cls, highest, classes[cls].aaa);
}

void debug_announce(const struct debug_hub *h)
{
	if (!trace_filter_empty(&h->filter) && h->tell_filter)
		h->tell_filter(h->ctx, &h->filter);
	for (enum trace_class cls = 0; cls < TRACE_CLASSES; cls++)
		if (h->level[cls] && !classes[cls].here)
			h->tell(h->ctx, cls, h->level[cls], classes[cls].aaa);
}

/* ---- listeners --------------------------------------------------------------------------- */

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

bool debug_condition(struct debug_hub *h, struct debug_listener *l, enum trace_filter_kind kind,
    const char *value, bool add)
{
	bool done = add ? trace_filter_add(&l->filter, kind, value)
			: trace_filter_remove(&l->filter, kind, value);

	merge_filter(h);
	return done;
}

void debug_unmatched(struct debug_hub *h, struct debug_listener *l, bool on)
{
	l->filter.unmatched = on;
	merge_filter(h);
}

void debug_condition_reset(struct debug_hub *h, struct debug_listener *l)
{
	memset(&l->filter, 0, sizeof(l->filter));
	merge_filter(h);
}

/* ---- lines ----------------------------------------------------------------------------------- */

void debug_line(const struct debug_hub *h, const struct debug_line *line)
{
	struct text whole = {0};

	if (line->cls >= TRACE_CLASSES || line->level == 0)
		return;
	for (const struct debug_listener *l = h->listeners; l; l = l->next) {
		if (l->level[line->cls] < line->level ||
		    (!line->note && !trace_filter_passes(&l->filter, line->about)))
			continue;
		if (!whole.len) {
			clock_restamp(&whole, line->text);
			text_addc(&whole, '\n');
		}
		l->heard(l->ctx, whole.p, whole.len);
	}
	text_free(&whole);
}

void debug_say(const struct debug_hub *h, enum trace_class cls, unsigned level,
    const struct trace_ctx *about, const char *fmt, ...)
{
	struct debug_line line = {.cls = cls, .level = level, .about = about};
	char text[1024];
	va_list ap;

	if (h->level[cls] < level || !trace_filter_passes(&h->filter, about))
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	for (char *c = text; (c = strchr(c, '\n'));) /* in a name: it begins no line */
		*c = '?';
	line.text = text;
	debug_line(h, &line);
}

/* ---- words -------------------------------------------------------------------------------------
 */

bool debug_names(const char *word, const char *part, enum trace_class cls)
{
	return !word || (strcmp(classes[cls].word, word) == 0 &&
			    (!part || (classes[cls].part && strcmp(classes[cls].part, part) == 0)));
}

const char *debug_word(enum trace_class cls, const char **part)
{
	*part = classes[cls].part;
	return classes[cls].word;
}

/* Have all classes of the word one level? */
static bool alike(const struct debug_listener *l, enum trace_class of)
{
	for (unsigned cls = 0; cls < TRACE_CLASSES; cls++)
		if (strcmp(classes[cls].word, classes[of].word) == 0 &&
		    l->level[cls] != l->level[of])
			return false;
	return true;
}

void debug_show(const struct debug_listener *l, const char *word, struct text *out)
{
	for (unsigned cls = 0; cls < TRACE_CLASSES; cls++) {
		bool all = alike(l, cls);

		if (!l->level[cls] ||
		    (word && strncmp(classes[cls].command, word, strlen(word)) != 0) ||
		    (all && cls && strcmp(classes[cls - 1].word, classes[cls].word) == 0))
			continue;
		text_addf(out, "debug %s%s%s enabled at level %u\n", classes[cls].command,
		    all ? "" : " ", all ? "" : classes[cls].part, l->level[cls]);
	}
}
