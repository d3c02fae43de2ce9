/* Base64 (RFC 4648 4) of short secrets: salts, keys and hashes of stored passwords. */
#ifndef GATEHOUSE_BASE64_H
#define GATEHOUSE_BASE64_H

#include <stddef.h>
#include <stdint.h>

#define BASE64_MAX 48 /* bytes that one text may stand for */
#define BASE64_TEXT(len) (((len) + 2) / 3 * 4 + 1) /* characters of a text with its NUL */

/* `text` takes BASE64_TEXT(len). */
void base64_encode(const uint8_t *bytes, size_t len, char *text);
/* `len` characters of text to at most `max` bytes; how many, -1 when it is not that. */
int base64_decode(const char *text, size_t len, uint8_t *to, size_t max);

#endif
