/*
 * The access lists as compiled, kept by the changes of their rows: what the engine and the keeper
 * hear of them are steps from one state to the next (engine/net/acl_list.h). An element that names
 * something else is compiled anew when that has changed.
 */
#ifndef GATEHOUSE_ACCESS_LISTS_H
#define GATEHOUSE_ACCESS_LISTS_H

#include "cli/config/compile_access.h"

struct access_element;
struct access_move;

/* One list. */
struct access_list_rules {
	char *name;
	struct acl_list rules; /* their lines are those of now */
	bool standard;
	bool there;			  /* it has an element, active or not */
	struct access_element **elements; /* the i-th is line i + 1 */
	size_t n_elements;
	struct access_move *moves; /* of this delivery */
	size_t n_moves, size_moves;
};

struct access_lists {
	struct access_list_rules *v; /* by name */
	size_t n, size;
	bool read; /* they have been, whole: changes can be followed */
};

/* A list that is another one: its rules were `old`, and `was`: it was there. */
typedef void access_list_told(
    void *ctx, const struct access_list_rules *, const struct acl_list *old, bool was);

void access_lists_free(struct access_lists *);
/* The list of that name; NULL: none. Valid until the next change. */
const struct access_list_rules *access_lists_find(const struct access_lists *, const char *name);
/* One row of table access_list has changed. What it does is worked out by access_lists_settle(). */
void access_lists_change(struct access_lists *, const struct db_change *);
/* The end of a delivery; named: something that elements name has changed. `each` hears of every
 * list that is another one now. What could not be followed is read anew. False: it could not be
 * read; then nothing is known until it can. */
bool access_lists_settle(struct access_lists *, const struct cover *, bool named,
    access_list_told *each, void *ctx);

#endif
