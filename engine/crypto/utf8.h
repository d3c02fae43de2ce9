/* UTF-8, strict (RFC 3629): no overlong forms, no surrogates. */
#ifndef GATEHOUSE_UTF8_H
#define GATEHOUSE_UTF8_H

#include <stdbool.h>
#include <stdint.h>

/* The next code point of a text that ends with a NUL, behind which `p` never goes; 0 at the end,
 * -1 = it is none, and `p` stays. */
int32_t utf8_next(const uint8_t **p);
/* Is all of the text UTF-8? */
bool utf8_text(const char *text);

#endif
