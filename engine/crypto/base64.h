/* Base64 (RFC 4648 4) of secrets and keys. */
#ifndef GATEHOUSE_BASE64_H
#define GATEHOUSE_BASE64_H

#include <stddef.h>
#include <stdint.h>

#define BASE64_MAX 4095 /* bytes that one text may stand for: a public key of SSH */
#define BASE64_TEXT(len) (((len) + 2) / 3 * 4 + 1) /* characters of a text with its NUL */

/* `text` takes BASE64_TEXT(len). */
void base64_encode(const uint8_t *bytes, size_t len, char *text);
/* `len` characters of text to at most `max` bytes; how many, -1 when it is not that. */
int base64_decode(const char *text, size_t len, uint8_t *to, size_t max);

#endif
