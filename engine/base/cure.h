/*
 * Cures of reason.def with the names of this configuration in them: what an operator can type to
 * mend it. Pure.
 */
#ifndef GATEHOUSE_CURE_H
#define GATEHOUSE_CURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/cures.h"
#include "engine/base/reason.h"

#define CURE_MAX 768

/* What {interface}, {tunnel-group} ... stand for; of what is NULL or "" the usual name is taken, or
 * one in capitals where there is none. */
struct cure_names {
	const char *interface, *tunnel_group, *policy, *user, *pool, *map, *dynamic_map,
	    *transform_set, *servers, *filter, *hours, *lock, *list, *method, *server_method,
	    *source;
	const char *kind, *name;   /* "group-policy" or "username", and which */
	const char *privilege;     /* of the user, "" or " privilege N" */
	const char *protocols;     /* that may be used, with l2tp-ipsec */
	const char *entry, *sets;  /* "crypto dynamic-map NAME SEQ"; "A B " */
	const char *number, *encryption, *hash, *group; /* of a policy, or a transform-set */
	const char *range;         /* FIRST-LAST */
};

/* CURE_LINES: as it can be pasted at (config)#, a `\n` between the lines, advice behind `! `.
 * CURE_SENTENCE: in one line, with "; " between. */
enum cure_form { CURE_LINES, CURE_SENTENCE };

/* Writes a cure, the reason's or a text that is written like one, cut where it does not fit; gives
 * `buf`. */
const char *cure_of(enum reason, const struct cure_names *, enum cure_form, char buf[CURE_MAX]);
const char *cure_text(const char *cure, const struct cure_names *, enum cure_form,
    char buf[CURE_MAX]);
/* Puts the lines of a text, with names, under those that are there. */
void cure_add(char buf[CURE_MAX], const char *cure, const struct cure_names *);

/* The first network 192.168.N.0/24 that is free, as the range of its hosts; gives `buf`. */
#define CURE_RANGE_MAX 32
typedef bool cure_free_fn(void *ctx, uint32_t first, uint32_t last); /* host order */
const char *cure_range(cure_free_fn *, void *ctx, char buf[CURE_RANGE_MAX]);
/* A name that is free: NAME-2, NAME-3 ...; gives `buf`. */
#define CURE_NAME_MAX 72
const char *cure_next_name(const char *name, bool (*is_free)(void *ctx, const char *name),
    void *ctx, char buf[CURE_NAME_MAX]);

#endif
