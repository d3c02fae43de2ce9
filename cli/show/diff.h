/*
 * What differs between two texts of a configuration, in their blocks. Pure.
 */
#ifndef GATEHOUSE_SHOW_DIFF_H
#define GATEHOUSE_SHOW_DIFF_H

#include <stdbool.h>
#include <stddef.h>

struct diff_line {
	char sign;	  /* '-', '+', or ' ': the head of a block in which something differs */
	unsigned depth;	  /* 0: of global configuration; each block's head was told before */
	const char *text; /* without its indentation, not terminated */
	size_t len;
};

/* Calls `each` for every line that stands in one of the texts only, in their order, and for the
 * heads of blocks that such lines stand in. The frame of a text (`:` lines, its version, its
 * checksum), separators and empty lines are no part of it; a line that stands twice in the same
 * block counts once. False without memory: then nothing, or not all, was told. */
bool diff_config(
    const char *from, const char *to, void (*each)(void *ctx, const struct diff_line *), void *ctx);

#endif
