/*
 * Which elements of a list may overlap another, without a look at all of them: an index of a long
 * list by source, by destination and by destination port, of which each search takes the way that
 * leaves the fewest.
 */
#ifndef GATEHOUSE_LAYERS_NEAR_H
#define GATEHOUSE_LAYERS_NEAR_H

#include "engine/net/acl.h"

struct layers_near;

/* Of these elements, which are not copied. NULL: out of memory. */
struct layers_near *layers_near_new(const struct acl_rule *const *, size_t n);
/* NULL: nothing. */
void layers_near_free(struct layers_near *);
/* Calls `each` with the place of every element that overlaps the rule, itself among them, and of
 * some others, in no order. */
void layers_near_each(const struct layers_near *, const struct acl_rule *,
    void (*each)(void *arg, size_t at), void *arg);

#endif
