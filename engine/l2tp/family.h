/*
 * What L2TP's first message adds to the family of clients that IKE found: the vendor's name and
 * firmware, the host's name, the order of the attributes. Pure; a table in family.c.
 */
#ifndef GATEHOUSE_L2TP_FAMILY_H
#define GATEHOUSE_L2TP_FAMILY_H

#include "engine/base/profile.h"
#include "engine/l2tp/l2tp.h"

/* The family, refined; `so_far` when L2TP says nothing that fits it. */
enum client_profile l2tp_family(enum client_profile so_far, const struct l2tp_session_info *);

#endif
