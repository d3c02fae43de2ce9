/*
 * The ESP codec (RFC 4303), transport and tunnel mode alike: what lies between
 * the ESP header and the next-header byte. Key, sequence number and IV are the
 * caller's; the heavy work goes through crypt_run() in between:
 *
 *     esp_seal() -> crypt_run(encrypt)                  on the way out
 *     esp_open() -> crypt_run(decrypt) -> esp_strip()   on the way in
 *
 *     | SPI | sequence | IV | payload | 1 2 3 ... | pad length | next header | ICV |
 */
#ifndef GATEHOUSE_ESP_H
#define GATEHOUSE_ESP_H

#include "engine/ipsec/crypt.h"
#include "engine/net/packet.h"

/* Next header values that occur. */
enum { ESP_NEXT_IPV4 = 4, ESP_NEXT_UDP = 17, ESP_NEXT_NONE = 59 };

struct esp_header {
	uint32_t spi, sequence;
};

/* Encryption without authentication is refused (RFC 8221 section 3 and plain prudence). */
bool esp_suite_ok(enum cipher, enum hash);
/* Bytes that ESP adds to a payload of `len` bytes: header, IV, padding, trailer, ICV. */
size_t esp_overhead(enum cipher, enum hash, size_t len);
/* The first eight bytes. False when there are fewer. */
bool esp_peek(const struct packet *, struct esp_header *);
/* Wraps the packet and makes its job. `iv` has the cipher's length. False when the packet has
 * not enough room left. */
bool esp_seal(struct packet *, const struct crypt_key *, const struct esp_header *,
    const uint8_t *iv, uint8_t next, struct esp_job *);
/* Makes the job of a received packet. False when its length is impossible for this suite. */
bool esp_open(const struct packet *, const struct crypt_key *, struct esp_job *);
/* After a good decryption: leaves the payload in the packet. False when padding is malformed
 * (RFC 4303 2.4: it must be 1, 2, 3, ...). */
bool esp_strip(struct packet *, const struct crypt_key *, uint8_t *next);

#endif
