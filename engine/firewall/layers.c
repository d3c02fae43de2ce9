/*
 * Owns elements and layers of one list. An element stands in a later layer than those before it
 * in the list that it overlaps, and in an earlier one than such behind it: of two that fit a
 * packet the first is found first.
 */
#include "engine/firewall/layers.h"

#include <stdlib.h>
#include <string.h>

static bool meet(uint32_t first, uint32_t last, uint32_t other_first, uint32_t other_last)
{
	return first <= other_last && other_first <= last;
}

static bool ports_meet(uint16_t low, uint16_t high, uint16_t other_low, uint16_t other_high)
{
	return low > high || other_low > other_high || meet(low, high, other_low, other_high);
}

bool layers_overlap(const struct acl_rule *a, const struct acl_rule *b)
{
	return meet(a->dest_first, a->dest_last, b->dest_first, b->dest_last) &&
	       meet(a->source_first, a->source_last, b->source_first, b->source_last) &&
	       (!a->protocol || !b->protocol || a->protocol == b->protocol) &&
	       ports_meet(a->dest_low, a->dest_high, b->dest_low, b->dest_high) &&
	       ports_meet(a->source_low, a->source_high, b->source_low, b->source_high);
}

bool layers_ported(const struct acl_rule *r)
{
	return r->source_low != 0 || r->source_high != UINT16_MAX || r->dest_low != 0 ||
	       r->dest_high != UINT16_MAX;
}

/* ---- layers ------------------------------------------------------------------------ */

/* A new layer at that place; those behind move on. */
static struct layer *insert(struct layers *l, size_t at, bool ported, uint32_t *next)
{
	struct layer *made = calloc(1, sizeof *made);

	if (made && l->n_layers == l->size_layers) {
		size_t size = l->size_layers ? 2 * l->size_layers : 8;
		struct layer **v = realloc(l->layer, size * sizeof(struct layer *));

		if (!v) {
			free(made);
			return NULL;
		}
		l->layer = v;
		l->size_layers = size;
	}
	if (!made)
		return NULL;
	memmove(l->layer + at + 1, l->layer + at, (l->n_layers - at) * sizeof(struct layer *));
	l->layer[at] = made;
	l->n_layers++;
	*made = (struct layer){.id = (*next)++, .ported = ported};
	for (size_t i = at; i < l->n_layers; i++)
		l->layer[i]->order = (uint32_t)i;
	return made;
}

/* The first layer behind those of all that stand before it and overlap it. */
static uint32_t behind(const struct layers *l, size_t at)
{
	const struct element *e = l->element[at];
	uint32_t from = 0;

	for (size_t i = 0; i < at; i++) {
		const struct element *x = l->element[i];

		if (x->layer->order >= from && layers_overlap(&x->rule, &e->rule))
			from = x->layer->order + 1;
	}
	return from;
}

/* The first layer of one that stands behind it, up to `last`, and overlaps it. */
static uint32_t before(const struct layers *l, size_t at, size_t last)
{
	const struct element *e = l->element[at];
	uint32_t to = (uint32_t)l->n_layers;

	for (size_t i = at + 1; i <= last; i++) {
		const struct element *x = l->element[i];

		if (x->layer && x->layer->order < to && layers_overlap(&x->rule, &e->rule))
			to = x->layer->order;
	}
	return to;
}

/* Those behind it that overlap it leave layers that are not behind its own: they are placed anew
 * when it is their turn. */
static void push_on(struct layers *l, size_t at)
{
	const struct element *e = l->element[at];

	for (size_t i = at + 1; i < l->n; i++) {
		struct element *x = l->element[i];

		if (x->layer && x->layer->order <= e->layer->order &&
		    layers_overlap(&x->rule, &e->rule))
			layers_leave(x);
	}
}

static bool place(struct layers *l, size_t at, size_t last, uint32_t *next)
{
	struct element *e = l->element[at];
	bool ported = layers_ported(&e->rule);
	uint32_t from = behind(l, at), to = before(l, at, last);

	for (size_t i = from; i < to && !e->layer; i++)
		if (l->layer[i]->ported == ported && l->layer[i]->n < LAYER_MAX)
			e->layer = l->layer[i];
	if (!e->layer)
		e->layer = insert(l, from, ported, next);
	if (!e->layer)
		return false;
	e->layer->n++;
	if (from > to)
		push_on(l, at);
	return true;
}

bool layers_arrange(struct layers *l, uint32_t *next)
{
	size_t last = l->n; /* that has a layer already */

	while (last && !l->element[last - 1]->layer)
		last--;
	for (size_t i = 0; i < l->n; i++)
		if (!l->element[i]->layer && !place(l, i, last ? last - 1 : 0, next))
			return false;
	return true;
}

void layers_leave(struct element *e)
{
	if (e->layer)
		e->layer->n--;
	e->layer = NULL;
}

void layers_tidy(struct layers *l)
{
	size_t kept = 0;

	for (size_t i = 0; i < l->n_layers; i++) {
		if (!l->layer[i]->n) {
			free(l->layer[i]);
			continue;
		}
		l->layer[kept] = l->layer[i];
		l->layer[kept]->order = (uint32_t)kept;
		kept++;
	}
	l->n_layers = kept;
}

void layers_forget(struct layers *l)
{
	for (size_t i = 0; i < l->n; i++) {
		layers_leave(l->element[i]);
		l->element[i]->written = 0;
		l->element[i]->counted = 0;
	}
	layers_tidy(l);
}

void layers_fini(struct layers *l)
{
	layers_forget(l);
	for (size_t i = 0; i < l->n; i++)
		free(l->element[i]);
	free(l->element);
	free(l->layer);
	*l = (struct layers){0};
}
