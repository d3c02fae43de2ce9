/* The interfaces as show commands see them: those of the configuration, and the Ethernet cards
 * without one. */
#ifndef GATEHOUSE_ACTS_INTERFACES_H
#define GATEHOUSE_ACTS_INTERFACES_H

#include "cli/acts/act.h"
#include "cli/show/show.h"

struct interfaces {
	const struct links *links;
	struct show_link v[LINKS_MAX]; /* in order of their names */
	struct {
		char hardware[32], nameif[64], mac[24], device[32], description[204];
	} text[LINKS_MAX]; /* theirs */
	size_t n;
};

/* Malloc'ed; what could not be read the act says. */
struct interfaces *interfaces_collect(struct act *);

#endif
