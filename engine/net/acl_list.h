/*
 * A compiled list that changes: splices out of it and into it, and the splices that make one list
 * of another. The line of a rule is no difference: one put in above others tells none of these
 * anew, so who hears of splices has the line that a rule had when it was told. Who shows lines
 * takes them from the manager's list (cli/config/access_lists.h): its rules stand at the same
 * places.
 */
#ifndef GATEHOUSE_ACL_LIST_H
#define GATEHOUSE_ACL_LIST_H

#include "engine/net/acl.h"

struct acl_list {
	struct acl_rule *rule;
	size_t n, size;
};

/* Frees its rules: it is empty. */
void acl_list_free(struct acl_list *);
/* One more at the end; false: no memory. */
bool acl_list_add(struct acl_list *, const struct acl_rule *);

/* From rule `at` on `removed` go and those that are written in `rules` come; then there are
 * `total`. 0; EINVAL: that does not fit, or they are no rules; ENOMEM. But for 0 it stays as it
 * was. */
int acl_list_splice(struct acl_list *, size_t at, size_t removed, size_t total, struct rd rules);

/* Are they the same rule, but for its line? */
bool acl_rule_equal(const struct acl_rule *, const struct acl_rule *);

/* Does the list of a crypto map's entry, written from our side (its source is the appliance),
 * permit UDP of our port between that address (host order, 0: not known) and anybody out there? */
bool acl_list_serves(const struct acl_list *, uint32_t us, uint16_t port);

/* One step from a list to another: where, how many go, how many of the other come. */
struct acl_step {
	size_t at, removed, added, total;
	size_t old; /* how far the old list has been walked */
};

/* The step behind this one; begin with a zeroed one. Of the list as the steps before have made it,
 * `removed` go from `at` on, and now->rule[at], so many as `added` says, come: at most
 * ACL_RULES_TOLD. False: there is no difference any more. */
bool acl_list_step(const struct acl_list *old, const struct acl_list *now, struct acl_step *);
/* The rules that come with a step, as acl_rule_write() writes them. */
void acl_step_write(const struct acl_list *now, const struct acl_step *, struct wr *);

#endif
