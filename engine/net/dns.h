/* The one question that we ask of name servers: which IPv4 addresses has this name (RFC 1035)? */
#ifndef GATEHOUSE_DNS_H
#define GATEHOUSE_DNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/addr.h"

#define DNS_QUESTION_MAX 512

/* The question into `to`; its length, 0 when the name is none, or there is no room. */
size_t dns_question(uint16_t id, const char *name, uint8_t *to, size_t size);

enum dns_answer {
	DNS_OTHER /* not of this question, or malformed */,
	DNS_FOUND,
	DNS_NONE,
	DNS_FAILED
};

#define DNS_ADDRESSES 64

struct dns_found {
	struct addr address[DNS_ADDRESSES]; /* those beyond are left out */
	unsigned n;
	uint32_t lives; /* seconds, the least of all of them */
};

/* What an answer to that question (which dns_question() wrote) says; DNS_FAILED: that server cannot
 * tell, another might. */
enum dns_answer dns_answer(const uint8_t *question, size_t question_len, const uint8_t *answer,
    size_t len, struct dns_found *);

#endif
