/*
 * Tables whose index is a number that we chose ourselves (session ids, places of SPIs) have room
 * for every such number and are mostly empty. What is empty is passed over by the page, so that a
 * walk costs what is there.
 */
#ifndef GATEHOUSE_SPARSE_H
#define GATEHOUSE_SPARSE_H

#include <stddef.h>

/* Of `n` entries of `each` bytes, the number of the first at or behind `from` that is not all zero
 * bytes; `n`: there is none. */
size_t sparse_next(const void *table, size_t each, size_t n, size_t from);

#endif
