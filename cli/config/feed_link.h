/*
 * The link between the configuration's messages and the grammar's tables, made
 * once at start: for each field of a CFG message the column it comes from and
 * the function that fills it. A field takes the column of its own name, by the
 * type of both; the few that do not are rows of a list of exceptions.
 */
#ifndef GATEHOUSE_FEED_LINK_H
#define GATEHOUSE_FEED_LINK_H

#include "db/db.h"
#include "engine/ipc/shape.h"

struct feed;
struct feed_column;

/* Writes one field of a row's message. The feed keeps the texts. */
typedef void feed_fill(struct feed *, const struct feed_column *, const struct db_row *, void *at);

/* One field of a message, linked. */
struct feed_column {
	const struct ipc_field *field;
	const struct gram_column *column; /* NULL: the table has none */
	const struct gram_column *other;  /* of an exception, NULL: none */
	feed_fill *fill;		  /* NULL: stays unset */
};

/* A field that does not come from the column of its name. */
struct feed_exception {
	const char *message,
	    *field;	    /* "CFG_POOL"; field NULL: all of the message is filled by hand */
	const char *column; /* NULL: the table has none for it */
	const char *other;  /* another column that `fill` needs, or NULL */
	feed_fill *fill;
};

/* A message and the table whose rows it tells of. */
struct feed_link {
	enum msg_type type;
	const struct ipc_shape *shape;
	const struct gram_table *table;
	struct feed_column *columns; /* one per field; NULL: filled by hand */
	struct feed_link *next;
};

/* What is linked with what. */
struct feed_lists {
	const struct gram *gram;
	const struct ipc_shape *(*shape)(enum msg_type); /* the messages, up to MSG_COUNT */
	const struct feed_exception *exceptions;	 /* ended by a NULL message */
};

/* All links. NULL when something does not fit, each told as a line of `errors` (what, where, and
 * the nearest right word), or without memory ("out of memory"). The lists must outlive them. */
struct feed_link *feed_links(const struct feed_lists *, char *errors, size_t size);
void feed_links_free(struct feed_link *);
/* The link of that table for that role; NULL: none, or by hand. */
const struct feed_link *feed_link_of(
    const struct feed_link *, const struct gram_table *, enum role);

/* feed_fill.c: how a field of that kind is filled from a column of that type; NULL: they do not
 * fit. */
feed_fill *feed_fill_for(const struct ipc_field *, const struct gram_type *);

#endif
