/* What people are told of an X.509 certificate (RFC 5280), and its DER from what they paste. */
#ifndef GATEHOUSE_CERTIFICATE_H
#define GATEHOUSE_CERTIFICATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CERTIFICATE_DER_MAX 4095

struct certificate {
	uint8_t der[CERTIFICATE_DER_MAX];
	size_t len;
	char serial[48]; /* hexadecimal digits */
	char subject[512], issuer[512];
	int64_t from, until; /* Unix time */
	bool authority;	     /* it may sign others */
	uint8_t sha1[20], sha256[32];
};

/* From DER. False when it is no certificate, or too long. */
bool certificate_read(struct certificate *, const uint8_t *der, size_t len);
/* From base 64, with or without PEM's lines around it (RFC 7468), blanks ignored. */
bool certificate_paste(struct certificate *, const char *text);

#endif
