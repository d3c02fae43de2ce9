/*
 * The elements of one access list in layers. Within a layer no two elements fit the same packet,
 * so that it can be looked up as a whole, however many there are; layers are looked at in their
 * order, and the first that has an element for the packet has the list's first one. Real lists
 * have few layers: elements that overlap are special cases of others.
 */
#ifndef GATEHOUSE_FIREWALL_LAYERS_H
#define GATEHOUSE_FIREWALL_LAYERS_H

#include "engine/net/acl.h"

/* So many elements a layer: what one costs to change grows with their number. */
#define LAYER_MAX 1024

struct layer {
	uint32_t id;
	uint32_t order; /* its place among the list's */
	bool ported;	/* its elements look at ports; of ICMP, at types */
	bool by_dest;	/* their destination says more than their source */
	bool written;	/* the kernel has it */
	size_t n;
};

struct element {
	struct acl_rule rule;
	struct layer *layer;   /* NULL: in none */
	uint32_t written;      /* the id of the layer in which the kernel has it, 0 = none */
	uint64_t hits, last;   /* since the last clear; Unix time of the latest, 0 = none */
	uint64_t counted, now; /* by the kernel: as of the last reading, of this one */
};

struct layers {
	struct element **element; /* as listed */
	size_t n;
	struct layer **layer; /* by order */
	size_t n_layers, size_layers;
};

/* Gives each element that is in no layer one. Few others change theirs, where an element comes
 * between two that did not overlap. Layers that are made get ids from *next on, which grows. False:
 * out of memory. */
bool layers_arrange(struct layers *, uint32_t *next);
/* Takes an element out of its layer, which may be left empty. */
void layers_leave(struct element *);
/* Frees the layers that nothing is in. */
void layers_tidy(struct layers *);
/* The kernel has none of them: all out of their layers, which are freed. */
void layers_forget(struct layers *);
/* Frees the elements as well. */
void layers_fini(struct layers *);

/* Is there a packet that both fit? Ports with a gap (`neq`) count as all. */
bool layers_overlap(const struct acl_rule *, const struct acl_rule *);
/* Does it look at more than protocol and addresses? */
bool layers_ported(const struct acl_rule *);
/* Does its destination say more than its source? A lookup looks at that first. */
bool layers_by_dest(const struct acl_rule *);

#endif
