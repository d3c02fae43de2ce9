/* What the manager may ask the keeper to tell: rows of records.c. */
#ifndef GATEHOUSE_KEEPER_RECORDS_H
#define GATEHOUSE_KEEPER_RECORDS_H

#include "engine/ipc/message.h"

struct keeper;

/* Is there such a query? */
bool record_known(const char *what);
/* Answers it, KEEPER_LATER by nature. 0 or an errno. */
int record_query(struct keeper *, enum role from, const struct msg_query *);
/* Frees what the pages of queries were read from. */
void records_free(struct keeper *);

#endif
