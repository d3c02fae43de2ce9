/*
 * RADIUS: the input is what a server sends, each packet behind two bytes of length. It is read, its
 * attributes become ours, and it is thrown at an exchange's checks; an order to change sessions is
 * signed first, so that it gets through.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/aaa/radius/packet.h"
#include "engine/aaa/radius/reply.h"
#include "tests/support/one_crypto.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What became of it can be read again, to the end. */
static void check_list(const struct aaa_attributes *list)
{
	struct rd r = rd_init(list->bytes, list->len);
	struct aaa_value v;

	while (aaa_attribute_next(&r, &v))
		;
	if (rd_left(&r))
		abort();
}

static void one(uint8_t *exact, size_t len, struct radius_said *said)
{
	static const char *const masks[] = {"standard", "wildcard", "auto-detect"};
	static const uint8_t authenticator[RADIUS_AUTHENTICATOR];
	struct radius_key key = {one_crypto(), "secret"};
	struct radius_packet p;
	struct radius_cursor c;
	struct radius_value v;
	size_t total = 0;

	if (!radius_read(&p, exact, len))
		return;
	for (c = radius_cursor(&p); radius_next(&c, &v);) {
		if (v.len && (v.p < exact || v.p + v.len > exact + len))
			abort();
		total += v.len;
		radius_reply_knows(&v);
	}
	if (total > len)
		abort();
	if (radius_answer_verify(&p, &key, authenticator, false) == RADIUS_GENUINE && p.code == 0)
		abort(); /* nobody finds that by chance */
	radius_request_verifies(&p, &key);
	if (p.code & 1)
		radius_reply_take(said, &p, masks[p.id % 3]);
	else
		radius_reply_take_acl(said, &p, masks[p.id % 3]);
	radius_reply_finish(said);
	check_list(&said->answer.attributes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rd r = rd_init(data, size);
	struct radius_said *said = calloc(1, sizeof *said);

	while (said && rd_left(&r) > 2) {
		size_t len = rd_u16(&r) % (rd_left(&r) + 1);
		uint8_t *exact = malloc(len ? len : 1);

		rd_copy(&r, exact, len);
		one(exact, len, said);
		free(exact);
	}
	free(said);
	return 0;
}
