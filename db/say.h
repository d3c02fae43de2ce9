/* See say.c. */
#ifndef GATEHOUSE_DB_SAY_H
#define GATEHOUSE_DB_SAY_H

#include "db/internal.h"

/* Says a text of the grammar, its %s replaced. */
void say_text(struct db *, const char *text, const char *name);

#endif
