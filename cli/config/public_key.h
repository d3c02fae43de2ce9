/* The public keys of users, as SSH writes them (RFC 4253 6.6, RFC 5656 3.1, RFC 8709 4). */
#ifndef GATEHOUSE_PUBLIC_KEY_H
#define GATEHOUSE_PUBLIC_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/db.h"
#include "engine/crypto/crypto.h"

#define PUBLIC_KEY_MAX 1400 /* bytes of a blob: RSA of 8192 bits fits */
#define PUBLIC_KEY_PRINT (32 * 3) /* characters of a hash, "4b:bf:...", with its NUL */

/* The blob of a key that stands in `text` in base64, or as OpenSSH's line `TYPE BASE64 [COMMENT]`;
 * 0 when there is none, or none of RSA (2048 bits at least), ECDSA or Ed25519. */
size_t public_key_read(const char *text, uint8_t blob[PUBLIC_KEY_MAX]);
/* Its SHA-256 as it is stored: "4b:bf:...". False when the cryptographic library fails. */
bool public_key_print(const struct crypto *, const uint8_t *blob, size_t len,
    char out[PUBLIC_KEY_PRINT]);

/* `store`: the column `key`, a key or `HASH hashed`, becomes `HASH hashed`. */
bool store_ssh_key(struct db_line *);

#endif
