/* A file on its way from one place to another, by whatever command. */
#ifndef GATEHOUSE_ACTS_COPY_H
#define GATEHOUSE_ACTS_COPY_H

#include "cli/acts/act.h"
#include "cli/disk/place.h"

/* Copies, after the device's questions unless `quiet`; the act ends with it. */
void copy_begin(struct act *, const struct place *from, const struct place *to, bool quiet);

#endif
