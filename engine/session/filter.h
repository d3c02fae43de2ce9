/* The filters of show, clear and logoff commands: "" is everything, for sessions "all" too; an
 * unknown filter fits nothing. */
#ifndef GATEHOUSE_SESSION_FILTER_H
#define GATEHOUSE_SESSION_FILTER_H

#include "engine/session/objects.h"

bool pair_fits(const struct sa_pair *, const char *filter, const char *value);
bool session_fits(const struct session *, const char *filter, const char *value);

#endif
