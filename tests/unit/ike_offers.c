/*
 * What is offered in phase 1 and what is taken of it: numbers of every length, the order of
 * policies, proposals and transforms, lives, groups, and what the trace says of the rest.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ike/payload.h"
#include "engine/ike/proposal.h"

static char text[8192];

static void sink(void *arg, enum trace_class cls, unsigned level, const char *line)
{
	(void)arg, (void)cls, (void)level;
	strncat(text, line, sizeof text - strlen(text) - 1);
	strncat(text, "\n", sizeof text - strlen(text) - 1);
}

static const struct trace_ctx nobody;
static struct trace trace = {.level = {[TRACE_IKE] = TRACE_DEBUG}, .sink = sink};

static unsigned lines(const char *what)
{
	unsigned n = 0;

	for (const char *at = text; (at = strstr(at, what)) != NULL; at++)
		n++;
	return n;
}

/* ---- numbers --------------------------------------------------------------------- */

/* RFC 2408 3.3: basic where sixteen bits do, else as long as needed. */
START_TEST(numbers_are_as_short_as_they_can_be)
{
	static const struct {
		uint64_t value;
		size_t len;
	} row[] = {{0, 4}, {1, 4}, {UINT16_MAX, 4}, {UINT16_MAX + 1, 8}, {UINT32_MAX, 8},
	    {1ULL << 32, 12}, {UINT64_MAX, 12}};

	for (size_t k = 0; k < sizeof row / sizeof *row; k++) {
		uint8_t buf[64];
		struct wr w = wr_init(buf, sizeof buf);
		struct transform t;
		struct rd r;
		uint64_t v;

		wr_transform(&w, &(struct transform){.number = 1}, true);
		ck_assert_uint_eq(wr_len(&w), 8);
		wr_attribute(&w, 12, row[k].value);
		ck_assert_uint_eq(wr_len(&w), 8 + row[k].len);
		wr_patch16(&w, 2, wr_len(&w));
		r = rd_init(buf, wr_len(&w));
		ck_assert(transform_next(&r, &t) && !t.strange);
		ck_assert(attribute_get(&t, 12, &v) && v == row[k].value);
		ck_assert_uint_eq(t.attr[0].len, row[k].len - 4);
		ck_assert(!transform_next(&r, &t) && !r.bad); /* the end is no error */
	}
}
END_TEST

/* A variable attribute is a number when it has one to eight bytes, and goes back as it came. */
START_TEST(numbers_of_any_length)
{
	for (uint8_t len = 0; len <= 9; len++) {
		uint8_t buf[64], back[64], body[9] = {0, 0, 0, 0, 0, 0, 0, 0, 0};
		struct wr w = wr_init(buf, sizeof buf), b = wr_init(back, sizeof back);
		struct transform t;
		struct rd r;

		wr_transform(&w, &(struct transform){.number = 9, .id = 1}, true);
		wr_u16(&w, 12);
		wr_u16(&w, len);
		for (uint8_t i = 0; i < len; i++)
			body[i] = (uint8_t)(i + 1);
		wr_bytes(&w, body, len);
		wr_patch16(&w, 2, wr_len(&w));
		r = rd_init(buf, wr_len(&w));
		ck_assert(transform_next(&r, &t));
		ck_assert_int_eq(t.strange, len == 0 || len > 8);
		if (t.strange)
			continue;
		wr_transform(&b, &t, true);
		ck_assert_uint_eq(wr_len(&b), wr_len(&w));
		ck_assert_mem_eq(back, buf, wr_len(&w));
	}
}
END_TEST

/* What an array held before lies behind its end, and is not of the message. */
START_TEST(nothing_is_behind_the_end)
{
	struct message m = {.n = 1, .pay = {{.type = PAY_SA}, {.type = PAY_KE}}};
	struct transform t = {.n = 1, .attr = {{12, 4, 5}, {12, 4, 6}, {13, 4, 7}}};
	uint8_t buf[64];
	struct wr w = wr_init(buf, sizeof buf);
	uint64_t v;

	ck_assert_uint_eq(message_has(&m), HAS_SA);
	ck_assert_ptr_null(message_get(&m, HAS_KE, 0));
	ck_assert(attribute_get(&t, 12, &v) && v == 5);
	wr_transform(&w, &t, true);
	ck_assert_uint_eq(wr_len(&w), 8 + 8);
	transform_shorten(&t);
	ck_assert(t.attr[0].len == 0 && t.attr[1].len == 4);
}
END_TEST

/* The chain of transforms: its reserved byte, its types, its lengths (RFC 2408 3.6). */
START_TEST(chains_of_transforms)
{
	static const struct {
		uint8_t bytes[16];
		size_t len;
		unsigned reads;
		bool bad;
	} row[] = {
		{{0, 0, 0, 8, 1, 1, 0, 0}, 8, 1, false},
		{{3, 0, 0, 8, 1, 1, 0, 0, 0, 0, 0, 8, 2, 1, 0, 0}, 16, 2, false},
		{{3, 0, 0, 8, 1, 1, 0, 0}, 8, 1, false}, /* promised, and not there */
		{{0, 0, 0, 8, 1, 1, 0, 0, 0, 0, 0, 8, 2, 1, 0, 0}, 16, 0, true},
		{{2, 0, 0, 8, 1, 1, 0, 0}, 8, 0, true},
		{{0, 1, 0, 8, 1, 1, 0, 0}, 8, 0, true},
		{{0, 0, 0, 7, 1, 1, 0}, 7, 0, true},
		{{0, 0, 0, 4}, 4, 0, true},
		{{0, 0, 0, 3, 1, 1, 0, 0}, 8, 0, true},
		{{0, 0, 0, 9, 1, 1, 0, 0}, 8, 0, true},
		{{0, 0, 0, 11, 1, 1, 0, 0, 0x80, 1, 0}, 11, 0, true}, /* half an attribute */
		{{0, 0, 0, 12, 1, 1, 0, 0, 0x80, 1, 0, 1}, 12, 1, false},
		{{0}, 0, 0, false},
	};

	for (size_t k = 0; k < sizeof row / sizeof *row; k++) {
		struct rd r = rd_init(row[k].bytes, row[k].len);
		struct transform t;
		unsigned n = 0;

		while (transform_next(&r, &t))
			ck_assert_uint_eq(t.number, ++n);
		ck_assert_msg(n == row[k].reads && r.bad == row[k].bad, "%zu: %u", k, n);
	}
}
END_TEST

/* ---- phase 1 --------------------------------------------------------------------- */

static struct transform oakley(uint8_t number, uint16_t cipher, uint16_t bits, uint16_t hash,
    uint16_t group, uint16_t auth)
{
	struct transform t = {.number = number, .id = KEY_IKE, .n = 4, .attr = {
	    {.type = OAK_ENCRYPTION, .value = cipher}, {.type = OAK_HASH, .value = hash},
	    {.type = OAK_GROUP, .value = group}, {.type = OAK_AUTH, .value = auth}}};

	if (bits)
		t.attr[t.n++] = (struct attribute){.type = OAK_KEY_LENGTH, .value = bits};
	return t;
}

static uint8_t room[4][1024];

static struct proposal proposal(size_t at, uint8_t number, uint8_t protocol,
    const struct transform *t, size_t n)
{
	struct wr w = wr_init(room[at], sizeof room[at]);

	for (size_t i = 0; i < n; i++)
		wr_transform(&w, &t[i], i == n - 1);
	ck_assert(!w.full);
	return (struct proposal){.number = number, .protocol = protocol,
	    .spi = {(const uint8_t *)"\1\2\3\4", protocol == PROTO_ESP ? 4 : 0},
	    .transforms = {room[at], wr_len(&w)}};
}

/* The operator's order comes before the client's; where it stood in the offer is kept. */
START_TEST(the_order_of_phase_1)
{
	struct transform t[] = {oakley(1, 5, 0, 1, 2, AUTH_PSK), oakley(2, 1, 0, 2, 2, AUTH_PSK),
	    oakley(3, 5, 0, 2, 2, AUTH_PSK), oakley(4, 7, 128, 2, 14, AUTH_PSK)};
	struct proposal p[] = {proposal(0, 1, PROTO_ESP, t + 3, 1),
	    proposal(1, 7, PROTO_ISAKMP, t, 2), proposal(2, 9, PROTO_ISAKMP, t + 2, 2)};
	struct ike_policy policy[] = {
	    {.set = {.dh = 14}, .preshared = false, .cipher = CIPHER_AES128, .hash = HASH_SHA1},
	    {.set = {.dh = 14}, .preshared = true, .cipher = CIPHER_AES128, .hash = HASH_SHA1},
	    {.set = {.dh = 2}, .preshared = true, .cipher = CIPHER_DES, .hash = HASH_SHA1}};
	struct config c = {.policies = policy, .n_policies = 3};
	struct phase1_choice got;

	phase1_choose(&c, p, 3, &got);
	ck_assert_ptr_eq(got.policy, &policy[1]);
	ck_assert_uint_eq(got.entry, 3);
	ck_assert(got.proposal_at == 2 && got.proposal == 9);
	ck_assert(got.transform_at == 1 && got.transform == 4);
	phase1_choose(&c, p, 2, &got);
	ck_assert_ptr_eq(got.policy, &policy[2]);
	ck_assert_uint_eq(got.entry, 4);
	ck_assert(got.proposal_at == 1 && got.proposal == 7);
	ck_assert(got.transform_at == 1 && got.transform == 2);
	ck_assert_uint_eq(got.oakley.lifetime, 0);
	c.n_policies = 2;
	phase1_choose(&c, p, 2, &got);
	ck_assert_ptr_null(got.policy);
}
END_TEST

/* Ordinals of transforms are bytes: the 256th is the last that is looked at. */
START_TEST(transforms_without_end)
{
	static uint8_t many[4096];
	struct transform good = oakley(7, 5, 0, 2, 2, AUTH_PSK);
	struct ike_policy policy = {.set = {.dh = 2}, .preshared = true, .cipher = CIPHER_3DES,
	    .hash = HASH_SHA1};
	struct config c = {.policies = &policy, .n_policies = 1};

	for (unsigned before = 255; before <= 256; before++) {
		struct wr w = wr_init(many, sizeof many);
		struct proposal p = {.number = 1, .protocol = PROTO_ISAKMP};
		struct phase1_choice got;

		for (unsigned k = 0; k < before; k++)
			wr_transform(&w, &(struct transform){.number = 1, .id = KEY_IKE}, false);
		wr_transform(&w, &good, true);
		p.transforms = (struct chunk){many, wr_len(&w)};
		phase1_choose(&c, &p, 1, &got);
		ck_assert_int_eq(got.policy != NULL, before == 255);
		if (got.policy)
			ck_assert(got.transform_at == 255 && got.transform == 7);
	}
}
END_TEST

/* A group that is none of ours is not taken, though policy and client agree on it. */
START_TEST(groups_of_phase_1)
{
	static const uint16_t group[] = {1, 2, 5, 14, 21, 3, 18, 22};

	for (size_t k = 0; k < sizeof group / sizeof *group; k++) {
		struct transform t = oakley(1, 5, 0, 2, group[k], AUTH_PSK);
		struct proposal p = proposal(0, 1, PROTO_ISAKMP, &t, 1);
		struct ike_policy policy = {.set = {.dh = (uint8_t)group[k]}, .preshared = true,
		    .cipher = CIPHER_3DES, .hash = HASH_SHA1};
		struct config c = {.policies = &policy, .n_policies = 1};
		struct phase1_choice got;

		phase1_choose(&c, &p, 1, &got);
		ck_assert_msg((got.policy != NULL) == (k < 5), "%u", group[k]);
	}
}
END_TEST

/* A life in seconds, and no other; more than thirty-two bits are the most there is. */
START_TEST(lives_of_phase_1)
{
	static const struct {
		uint64_t type, life;
		uint32_t want;
	} row[] = {{1, 28800, 28800}, {1, UINT32_MAX, UINT32_MAX},
	    {1, (1ULL << 32) + 5, UINT32_MAX}, {2, 28800, 0}, {0, 28800, 0}, {1, 0, 0}};

	for (size_t k = 0; k < sizeof row / sizeof *row; k++) {
		struct transform t = oakley(1, 5, 0, 2, 2, AUTH_PSK);
		struct ike_policy policy = {.set = {.dh = 2}, .preshared = true,
		    .cipher = CIPHER_3DES, .hash = HASH_SHA1};
		struct config c = {.policies = &policy, .n_policies = 1};
		struct phase1_choice got;
		struct proposal p;

		if (row[k].type)
			t.attr[t.n++] = (struct attribute){
			    .type = OAK_LIFE_TYPE, .value = row[k].type};
		t.attr[t.n++] = (struct attribute){
		    .type = OAK_LIFE_DURATION, .len = 8, .value = row[k].life};
		p = proposal(0, 1, PROTO_ISAKMP, &t, 1);
		phase1_choose(&c, &p, 1, &got);
		ck_assert_ptr_nonnull(got.policy);
		ck_assert_uint_eq(got.oakley.lifetime, row[k].want);
	}
}
END_TEST

/* What is taken goes back with its own numbers, and shortened only to Windows. */
START_TEST(accepted_in_phase_1)
{
	static const uint8_t none[COOKIE_LEN];
	struct transform t[] = {oakley(1, 5, 0, 1, 2, AUTH_PSK), oakley(2, 1, 0, 2, 2, AUTH_PSK)};
	uint8_t sai[512];
	struct wr w = wr_init(sai, sizeof sai);

	t[1].attr[t[1].n++] = (struct attribute){
	    .type = OAK_LIFE_DURATION, .len = 4, .value = 28800};
	wr_u32(&w, DOI_IPSEC);
	wr_u32(&w, SIT_IDENTITY_ONLY);
	for (int k = 0; k < 2; k++) {
		size_t at = wr_len(&w);

		wr_u32(&w, k == 0 ? PAY_PROPOSAL << 24 : 0);
		wr_u32(&w, (k == 0 ? 5U : 6U) << 24 | PROTO_ISAKMP << 16 | 2);
		wr_transform(&w, &t[0], false);
		wr_transform(&w, &t[1], true);
		wr_patch16(&w, at + 2, wr_len(&w) - at);
	}
	for (unsigned shorten = 0; shorten < 2; shorten++) {
		struct proposal p[2];
		struct transform got;
		struct out o;
		struct rd r;
		size_t n, len;

		out_begin(&o, none, none, XCHG_MAIN, 0, 0);
		phase1_accept(&o, (struct chunk){sai, wr_len(&w)}, 1, 1, shorten);
		ck_assert(sa_read((struct chunk){out_body(&o, &len), wr_len(&o.w) -
			ISAKMP_HEADER_LEN}, p, 2, &n));
		ck_assert_uint_eq(n, 1);
		ck_assert(p[0].number == 6 && p[0].protocol == PROTO_ISAKMP && p[0].spi.len == 0);
		r = rd_init(p[0].transforms.p, p[0].transforms.len);
		ck_assert(transform_next(&r, &got));
		ck_assert_uint_eq(got.number, 2);
		ck_assert_uint_eq(got.attr[got.n - 1].len, shorten ? 0 : 4);
		ck_assert_uint_eq(got.attr[got.n - 1].value, 28800);
		ck_assert(!transform_next(&r, &got));
	}
}
END_TEST

/* ---- what is said about phase 1 --------------------------------------------------- */

/* Nothing fits: each transform that is understood is held against each policy. */
START_TEST(every_mismatch_is_told)
{
	struct transform t[] = {oakley(1, 5, 0, 1, 2, AUTH_PSK), oakley(2, 65, 0, 2, 2, AUTH_PSK),
	    oakley(3, 5, 0, 9, 2, AUTH_PSK), oakley(4, 7, 100, 2, 2, AUTH_PSK),
	    oakley(5, 5, 0, 2, 2, AUTH_RSA_SIG), oakley(6, 5, 0, 2, 2, 64),
	    oakley(7, 5, 0, 1, 2, AUTH_PSK), oakley(8, 5, 0, 1, 2, AUTH_PSK),
	    oakley(9, 5, 0, 1, 2, AUTH_PSK), oakley(10, 5, 0, 1, 2, AUTH_PSK)};
	struct proposal p[2];
	struct ike_policy policy[] = {
	    {.set = {.dh = 2}, .preshared = true, .cipher = CIPHER_3DES, .hash = HASH_SHA1},
	    {.set = {.dh = 2}, .preshared = false, .cipher = CIPHER_NULL, .hash = HASH_SHA1},
	    {.set = {.dh = 2}, .preshared = false, .cipher = CIPHER_3DES, .hash = HASH_NONE}};
	struct config c = {.policies = policy, .n_policies = 3};
	struct phase1_choice got = {.policy = NULL};
	struct trace deaf = {.sink = sink};

	for (size_t k = 0; k < 4; k++) /* something is missing */
		t[6 + k].attr[k].type = OAK_LIFE_TYPE;
	p[0] = proposal(0, 1, PROTO_ISAKMP, t, 4);
	p[1] = proposal(1, 2, PROTO_ISAKMP, t + 4, 6);
	*text = '\0';
	phase1_trace(&deaf, &nobody, &c, p, 2, &got);
	ck_assert_str_eq(text, "");
	phase1_trace(&trace, &nobody, &c, p, 2, &got);
	ck_assert_uint_eq(lines("Phase 1 failure"), 9);
	ck_assert_uint_eq(lines("Hash Alg: Rcv'd: MD5 Cfg'd: SHA\n"), 1);
	ck_assert_uint_eq(lines("Auth Method: Rcv'd: RSA signature with Certificates Cfg'd: "
				"Preshared Key\n"), 1);
	ck_assert_uint_eq(lines("Auth Method: Rcv'd: Unknown Cfg'd: Preshared Key\n"), 1);
	ck_assert(strstr(text, "Rcv'd: Unknown") > strstr(text, "Rcv'd: RSA")); /* as offered */
	ck_assert_uint_eq(lines("Encryption Alg: Rcv'd: 3DES-CBC Cfg'd: Unknown\n"), 3);
	ck_assert_uint_eq(lines("Hash Alg: Rcv'd: MD5 Cfg'd: Unknown\n"), 1);
	ck_assert_uint_eq(lines("Hash Alg: Rcv'd: SHA Cfg'd: Unknown\n"), 2);
	*text = '\0';
	c.n_policies = 1;
	phase1_trace(&trace, &nobody, &c, p, 1, &got);
	ck_assert_uint_eq(lines("Phase 1 failure"), 1);
}
END_TEST

/* Something fits: only of the curves, up to the policy that it is, and not of its own group. */
START_TEST(curves_are_told)
{
	struct transform t[] = {oakley(1, 5, 0, 2, 18, AUTH_PSK),
	    oakley(2, 5, 0, 2, 19, AUTH_PSK), oakley(3, 5, 0, 2, 20, AUTH_PSK)};
	struct proposal p = proposal(0, 1, PROTO_ISAKMP, t, 3);
	struct ike_policy policy[] = {
	    {.set = {.dh = 2}, .preshared = true, .cipher = CIPHER_3DES, .hash = HASH_SHA1},
	    {.set = {.dh = 19}, .preshared = true, .cipher = CIPHER_3DES, .hash = HASH_SHA1},
	    {.set = {.dh = 5}, .preshared = true, .cipher = CIPHER_3DES, .hash = HASH_SHA1}};
	struct config c = {.policies = policy, .n_policies = 3};
	struct phase1_choice got;

	*text = '\0';
	phase1_choose(&c, &p, 1, &got);
	ck_assert_ptr_eq(got.policy, &policy[1]);
	phase1_trace(&trace, &nobody, &c, &p, 1, &got);
	ck_assert_uint_eq(lines("Phase 1 failure"), 3);
	ck_assert_uint_eq(lines("Rcv'd: Group 19 Cfg'd: Group 2\n"), 1);
	ck_assert_uint_eq(lines("Rcv'd: Group 20 Cfg'd: Group 2\n"), 1);
	ck_assert_uint_eq(lines("Rcv'd: Group 20 Cfg'd: Group 19\n"), 1);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ike_offers");
	TCase *tc = tcase_create("offers");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, numbers_are_as_short_as_they_can_be);
	tcase_add_test(tc, numbers_of_any_length);
	tcase_add_test(tc, nothing_is_behind_the_end);
	tcase_add_test(tc, chains_of_transforms);
	tcase_add_test(tc, the_order_of_phase_1);
	tcase_add_test(tc, transforms_without_end);
	tcase_add_test(tc, groups_of_phase_1);
	tcase_add_test(tc, lives_of_phase_1);
	tcase_add_test(tc, accepted_in_phase_1);
	tcase_add_test(tc, every_mismatch_is_told);
	tcase_add_test(tc, curves_are_told);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
