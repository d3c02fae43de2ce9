/*
 * A list as it was is walked to the list as it is to be (engine/net/acl_list.h): what goes in a
 * step has gone, what comes in it has come, all else stays.
 */
#include "engine/firewall/layers_follow.h"

#include <stdlib.h>

struct walk {
	struct acl_list was, is;
	struct element **made, **gone;
	size_t n_made, n_gone, at; /* at: of the old elements, which are behind */
};

static bool begin(struct walk *w, const struct layers *l, const struct access_list *to)
{
	bool ok = true;

	w->is = (struct acl_list){.rule = to->rule, .n = to->n};
	w->made = calloc(to->n + 1, sizeof(struct element *));
	w->gone = calloc(l->n + 1, sizeof(struct element *));
	for (size_t i = 0; i < l->n && ok; i++)
		ok = acl_list_add(&w->was, &l->element[i]->rule);
	return ok && w->made && w->gone;
}

/* Old elements stay until there are so many. */
static void stay(struct walk *w, const struct layers *l, size_t n_made)
{
	while (w->n_made < n_made)
		w->made[w->n_made++] = l->element[w->at++];
}

static bool step(struct walk *w, const struct layers *l, const struct acl_step *s)
{
	stay(w, l, s->at);
	for (size_t i = 0; i < s->removed; i++)
		w->gone[w->n_gone++] = l->element[w->at++];
	for (size_t i = 0; i < s->added; i++) {
		struct element *e = calloc(1, sizeof *e);

		if (!e)
			return false;
		e->rule = w->is.rule[s->at + i];
		w->made[w->n_made++] = e;
	}
	return true;
}

/* Out of memory: what has come goes again; what stays is still in the list, in the same order. */
static void undo(const struct walk *w, const struct layers *l)
{
	size_t at = 0;

	for (size_t i = 0; i < w->n_made; i++) {
		size_t k = at;

		while (k < l->n && l->element[k] != w->made[i])
			k++;
		if (k < l->n)
			at = k + 1;
		else
			free(w->made[i]);
	}
	free(w->made);
	free(w->gone);
}

bool layers_follow(
    struct layers *l, const struct access_list *to, struct element ***gone, size_t *n_gone)
{
	struct walk w = {0};
	struct acl_step s = {0};
	bool ok = begin(&w, l, to);

	while (ok && acl_list_step(&w.was, &w.is, &s))
		ok = step(&w, l, &s);
	acl_list_free(&w.was);
	if (!ok) {
		undo(&w, l);
		return false;
	}
	stay(&w, l, to->n);
	free(l->element);
	l->element = w.made;
	l->n = to->n;
	for (size_t i = 0; i < l->n; i++)
		l->element[i]->rule = to->rule[i]; /* its line may be another */
	*gone = w.gone;
	*n_gone = w.n_gone;
	return true;
}
