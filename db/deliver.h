/* See deliver.c. */
#ifndef GATEHOUSE_DB_DELIVER_H
#define GATEHOUSE_DB_DELIVER_H

#include "db/internal.h"

/* Hands all changes on and forgets them. */
void change_deliver(struct db *);

#endif
