/* The banners of the configuration, as people read them. */
#ifndef GATEHOUSE_LOGIN_BANNER_H
#define GATEHOUSE_LOGIN_BANNER_H

#include "cli/manager/manager.h"
#include "parser/text.h"

/* Appends that banner ("exec", "login", "motd"), each line with its \n and the names of the
 * appliance in their places; nothing when there is none. False: there is none. */
bool banner_text(struct manager *, const char *kind, struct text *out);

#endif
