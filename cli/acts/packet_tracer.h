/* What packet-tracer shows as the configuration of a phase: the lines that made a rule. */
#ifndef GATEHOUSE_ACTS_PACKET_TRACER_H
#define GATEHOUSE_ACTS_PACKET_TRACER_H

#include "cli/acts/act.h"
#include "engine/firewall/walk.h"

/* `access-group NAME in interface IF` */
void tracer_group_line(const struct access_group *, const char *nameif, struct text *to);
/* The line that made this rule of the list. */
void tracer_list_line(const struct act *, const char *list, size_t index, struct text *to);
/* The line of NAT, that of an object below its head. */
void tracer_nat_line(const struct act *, const struct nat_rule *, struct text *to);

#endif
