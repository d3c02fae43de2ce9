/* A typed line on its way to its turn: as text, matched, with its filter cut off, kept for the
 * history. */
#ifndef GATEHOUSE_OPERATOR_LINE_H
#define GATEHOUSE_OPERATOR_LINE_H

#include <stdbool.h>
#include <stddef.h>

struct operator;

/* Fills op->line, op->filter and op->act.match. False when the text cannot be a line, or its filter
 * not be one: it is refused then. */
bool line_take(struct operator *, const char *typed, size_t len);
/* A line that matches nothing as it stands: with the addresses that names in it stand for, which
 * are configuration; so the operator has the turn. */
void line_expand(struct operator *);
/* Is it an act that the match found, no line of the configuration? */
bool line_is_act(const struct operator *);

#endif
