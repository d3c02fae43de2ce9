/* The names that cures speak of (engine/base/cure.h), as this configuration has them. */
#ifndef GATEHOUSE_CONFIG_CURE_NAMES_H
#define GATEHOUSE_CONFIG_CURE_NAMES_H

#include "engine/base/cure.h"
#include "engine/config/config.h"

/* Of whoever came by that interface (NULL: unknown) and landed on that tunnel group ("": on none).
 * What is not configured stays NULL; texts are the configuration's. */
void config_cure_names(const struct config *, const struct interface *, const char *tunnel_group,
    struct cure_names *);

#endif
