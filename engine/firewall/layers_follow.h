/* A list's elements made those of another, with as few of them changed as a look at both tells. */
#ifndef GATEHOUSE_FIREWALL_LAYERS_FOLLOW_H
#define GATEHOUSE_FIREWALL_LAYERS_FOLLOW_H

#include "engine/firewall/firewall.h"
#include "engine/firewall/layers.h"

/* The elements become those of `to`: what says the same stays as it is, new ones are in no layer;
 * those that went stand in *gone, *n_gone of them, still in their layers: the caller takes them
 * out and frees both. False: out of memory, nothing has changed. */
bool layers_follow(
    struct layers *, const struct access_list *to, struct element ***gone, size_t *n_gone);

#endif
