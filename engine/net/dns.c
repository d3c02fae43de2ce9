/*
 * Questions and answers of the domain name system (RFC 1035 4), pure. A recursive server names the
 * addresses together with the aliases that lead to them (RFC 1034 4.3.2).
 *
 *   id | flags | questions 1 | answers | authorities | additional | question | answers ...
 */
#include "engine/net/dns.h"

#include <string.h>

#include "engine/wire/wire.h"

#define HEADER 12
#define RECURSION_DESIRED 0x0100
#define IS_ANSWER 0x8000
#define TRUNCATED 0x0200
#define RCODE 0x000f
#define RCODE_NO_SUCH_NAME 3
#define TYPE_A 1
#define TYPE_CNAME 5
#define CLASS_IN 1
#define LABEL_MAX 63
#define NAME_MAX_WIRE 255
#define POINTER 0xc0

/* www.example.com -> 3www7example3com0 */
static bool write_name(struct wr *w, const char *name)
{
	size_t total = 1;

	while (*name) {
		size_t n = strcspn(name, ".");

		total += n + 1;
		if (!n || n > LABEL_MAX || total > NAME_MAX_WIRE)
			return false;
		wr_u8(w, (uint8_t)n);
		wr_bytes(w, name, n);
		name += n;
		if (*name == '.')
			name++;
	}
	wr_u8(w, 0);
	return total > 1;
}

size_t dns_question(uint16_t id, const char *name, uint8_t *to, size_t size)
{
	struct wr w = wr_init(to, size);

	wr_u16(&w, id);
	wr_u16(&w, RECURSION_DESIRED);
	wr_u16(&w, 1);
	wr_u16(&w, 0);
	wr_u16(&w, 0);
	wr_u16(&w, 0);
	if (!write_name(&w, name))
		return 0;
	wr_u16(&w, TYPE_A);
	wr_u16(&w, CLASS_IN);
	return w.full ? 0 : wr_len(&w);
}

/* Labels to the root, or to a pointer, which ends them. */
static void skip_name(struct rd *r)
{
	uint8_t n;

	while ((n = rd_u8(r)) != 0) {
		if ((n & POINTER) == POINTER) {
			rd_u8(r);
			return;
		}
		rd_bytes(r, n);
	}
}

static bool same_but_case(const uint8_t *a, const uint8_t *b, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		uint8_t x = a[i], y = b[i];

		x = x >= 'A' && x <= 'Z' ? (uint8_t)(x | 0x20) : x;
		y = y >= 'A' && y <= 'Z' ? (uint8_t)(y | 0x20) : y;
		if (x != y)
			return false;
	}
	return true;
}

static void find_addresses(struct rd *r, unsigned answers, struct dns_found *to)
{
	while (answers-- > 0 && !r->bad && to->n < DNS_ADDRESSES) {
		uint16_t type, class, len;
		const uint8_t *data;
		struct addr *a = &to->address[to->n];
		uint32_t lives;

		skip_name(r);
		type = rd_u16(r);
		class = rd_u16(r);
		lives = rd_u32(r);
		len = rd_u16(r);
		data = rd_bytes(r, len);
		if (!data || class != CLASS_IN || (type != TYPE_A && type != TYPE_CNAME))
			continue;
		to->lives = lives < to->lives ? lives : to->lives;
		if (type != TYPE_A || len != 4)
			continue;
		*a = (struct addr){.family = AF_INET};
		memcpy(a->b, data, 4);
		to->n++;
	}
}

enum dns_answer dns_answer(const uint8_t *question, size_t question_len, const uint8_t *answer,
    size_t len, struct dns_found *to)
{
	struct rd r = rd_init(answer, len), q = rd_init(question, question_len);
	uint16_t id = rd_u16(&r), flags = rd_u16(&r), questions = rd_u16(&r), n = rd_u16(&r);
	size_t asked = question_len - HEADER;
	const uint8_t *echo;

	rd_u32(&r);
	echo = rd_bytes(&r, asked);
	if (!echo || id != rd_u16(&q) || !(flags & IS_ANSWER) || questions != 1 ||
	    !same_but_case(echo, question + HEADER, asked))
		return DNS_OTHER;
	if ((flags & RCODE) == RCODE_NO_SUCH_NAME)
		return DNS_NONE;
	if (flags & RCODE)
		return DNS_FAILED;
	*to = (struct dns_found){.lives = UINT32_MAX};
	find_addresses(&r, n, to);
	if (to->n)
		return DNS_FOUND;
	return r.bad || flags & TRUNCATED ? DNS_FAILED : DNS_NONE;
}
