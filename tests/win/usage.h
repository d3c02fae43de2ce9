/* What the command lines of winclient and of the load generator have in common. */
#ifndef GATEHOUSE_TESTS_WIN_USAGE_H
#define GATEHOUSE_TESTS_WIN_USAGE_H

#include "engine/base/addr.h"

/* The program's own: what --help tells. */
extern const char usage_text[];

/* Says it, and ends the program. */
void usage(void) __attribute__((noreturn));
/* An IPv4 address; what is none ends the program. */
struct addr usage_address(const char *text);

#endif
