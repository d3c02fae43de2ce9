/*
 * Owns elements and layers of one list. An element stands in a later layer than those before it
 * in the list that it overlaps, and in an earlier one than such behind it: of two that fit a
 * packet the first is found first.
 */
#include "engine/firewall/layers.h"

#include <stdlib.h>
#include <string.h>

#include "engine/firewall/layers_near.h"

/* For so few elements all others are looked at; for more an index is made first. */
#define LAYERS_LOOK 32

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

bool layers_by_dest(const struct acl_rule *r)
{
	return r->dest_last - r->dest_first < r->source_last - r->source_first;
}

/* ---- layers ------------------------------------------------------------------------ */

static bool is_for(const struct layer *y, const struct acl_rule *r)
{
	return y->ported == layers_ported(r) && y->by_dest == layers_by_dest(r);
}

/* A new layer for such as this at that place; those behind move on. */
static struct layer *insert(
    struct layers *l, size_t at, const struct acl_rule *r, uint32_t *next)
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
	*made = (struct layer){
	    .id = (*next)++, .ported = layers_ported(r), .by_dest = layers_by_dest(r)};
	for (size_t i = at; i < l->n_layers; i++)
		l->layer[i]->order = (uint32_t)i;
	return made;
}

/* An element is placed: what is asked of those that overlap it. */
struct placing {
	struct layers *l;
	const struct layers_near *near; /* NULL: all are looked at */
	size_t at, last;		/* last: of those behind it that have a layer */
	uint32_t from, to;		/* the layers that it may be in: `to` is not */
};

static bool meets(const struct placing *p, size_t i)
{
	const struct element *x = p->l->element[i];

	return x->layer && layers_overlap(&x->rule, &p->l->element[p->at]->rule);
}

static void look(void *arg, size_t i)
{
	struct placing *p = arg;
	const struct layer *y = p->l->element[i]->layer;

	if (!meets(p, i))
		return;
	if (i < p->at && y->order >= p->from)
		p->from = y->order + 1; /* behind those before it */
	if (i > p->at && y->order < p->to)
		p->to = y->order; /* before those behind it */
}

/* Those behind it that overlap it leave layers that are not behind its own: they are placed anew
 * when it is their turn. */
static void push(void *arg, size_t i)
{
	const struct placing *p = arg;
	struct element *x = p->l->element[i];

	if (i > p->at && meets(p, i) && x->layer->order <= p->l->element[p->at]->layer->order)
		layers_leave(x);
}

static void ask(struct placing *p, size_t end, void (*each)(void *arg, size_t at))
{
	if (p->near) {
		layers_near_each(p->near, &p->l->element[p->at]->rule, each, p);
		return;
	}
	for (size_t i = 0; i < end; i++)
		each(p, i);
}

static bool place(struct placing *p, uint32_t *next)
{
	struct layers *l = p->l;
	struct element *e = l->element[p->at];

	p->from = 0;
	p->to = (uint32_t)l->n_layers;
	ask(p, p->at < p->last ? p->last : p->at, look);
	for (size_t i = p->from; i < p->to && !e->layer; i++)
		if (l->layer[i]->n < LAYER_MAX && is_for(l->layer[i], &e->rule))
			e->layer = l->layer[i];
	if (!e->layer) /* what stands earlier is looked at earlier, if it can be */
		e->layer = insert(l, p->from < p->to ? p->to : p->from, &e->rule, next);
	if (!e->layer)
		return false;
	e->layer->n++;
	if (p->from > p->to)
		ask(p, l->n, push);
	return true;
}

bool layers_arrange(struct layers *l, uint32_t *next)
{
	struct placing p = {.l = l, .last = l->n};
	const struct acl_rule **rule = calloc(l->n + 1, sizeof(struct acl_rule *));
	struct layers_near *near = NULL;
	size_t without = 0;
	bool ok = rule != NULL;

	while (p.last && !l->element[p.last - 1]->layer)
		p.last--;
	for (size_t i = 0; i < l->n && ok; i++) {
		rule[i] = &l->element[i]->rule;
		without += !l->element[i]->layer;
	}
	if (ok && without > LAYERS_LOOK)
		p.near = near = layers_near_new(rule, l->n);
	for (p.at = 0; p.at < l->n && ok; p.at++)
		ok = l->element[p.at]->layer || place(&p, next);
	layers_near_free(near);
	free(rule);
	return ok;
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
