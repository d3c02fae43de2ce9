/* What checks and feeds ask of a row's columns. */
#ifndef GATEHOUSE_ROW_H
#define GATEHOUSE_ROW_H

#include <string.h>

#include "db/db.h"
#include "engine/base/addr.h"

/* Does the column hold this text (NULL: nothing)? */
static inline bool row_is(const struct db_row *row, const char *column, const char *text)
{
	const char *held = db_text(row, column);

	return held && text ? strcmp(held, text) == 0 : held == text;
}

/* The IPv4 address in a column, in host order; 0 when it is unset. */
static inline uint32_t row_v4(const struct db_row *row, const char *column)
{
	const char *text = db_text(row, column);
	struct addr a;

	return text && addr_parse(text, &a) ? addr_to_v4(&a) : 0;
}

/* The address in a column; unset when the column is. */
static inline struct addr row_addr(const struct db_row *row, const char *column)
{
	const char *text = db_text(row, column);
	struct addr a = {0};

	if (text)
		addr_parse(text, &a);
	return a;
}

/* May one machine have this address (host order)? Not 0.x, loopback, multicast, reserved or
 * broadcast. */
static inline bool addr_is_host(uint32_t a)
{
	return a >> 24 != 0 && a >> 24 != 127 && a >> 28 < 14;
}

#endif
