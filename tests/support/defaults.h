/* The settings that an appliance has from the start, as its grammar's defaults and presets say
 * them, for tests of the engine without a manager. */
#ifndef GATEHOUSE_TEST_DEFAULTS_H
#define GATEHOUSE_TEST_DEFAULTS_H

#include "engine/config/config.h"

/* Into an empty configuration. */
void config_defaults(struct config *);

#endif
