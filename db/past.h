/* See past.c. */
#ifndef GATEHOUSE_DB_PAST_H
#define GATEHOUSE_DB_PAST_H

#include "db/internal.h"

/* clang-format off */
#define PAST_SCHEMA \
	"CREATE TABLE IF NOT EXISTS past(number INTEGER PRIMARY KEY AUTOINCREMENT," \
	" key TEXT UNIQUE, ended INTEGER, session INTEGER, login INTEGER, end_time INTEGER," \
	" seconds INTEGER, bytes_out INTEGER, bytes_in INTEGER, user TEXT, assigned TEXT," \
	" public TEXT, client TEXT, protocol TEXT, tunnel_group TEXT, group_policy TEXT," \
	" reason TEXT, why TEXT);" \
	"CREATE INDEX IF NOT EXISTS past_ended ON past(ended, end_time, number);"
/* clang-format on */

#endif
