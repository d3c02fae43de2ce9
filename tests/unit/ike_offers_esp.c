/*
 * What is offered in quick mode and what is taken of it: the order of sets, proposals and
 * transforms, lives, groups and modes; messages as long as they may be.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ike/codec.h"
#include "engine/ike/proposal_esp.h"

static char text[8192];

static void sink(void *arg, enum trace_class cls, unsigned level, const char *line)
{
	(void)arg, (void)cls, (void)level;
	strncat(text, line, sizeof text - strlen(text) - 1);
	strncat(text, "\n", sizeof text - strlen(text) - 1);
}

static struct trace trace = {.level = {[TRACE_IKE] = TRACE_DEBUG}, .sink = sink};

static unsigned lines(const char *what)
{
	unsigned n = 0;

	for (const char *at = text; (at = strstr(at, what)) != NULL; at++)
		n++;
	return n;
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
	    .spi = {(const uint8_t *)"\1\2\3\4", 4},
	    .transforms = {room[at], wr_len(&w)}};
}

/* ---- phase 2 --------------------------------------------------------------------- */

static struct transform esp(uint8_t number, uint8_t id, uint16_t auth)
{
	return (struct transform){.number = number, .id = id, .n = 2, .attr = {
	    {.type = IPS_AUTH, .value = auth},
	    {.type = IPS_ENCAPSULATION, .value = ENCAP_TUNNEL}}};
}

static struct transform_set sets[] = {
	{.set = {.name = "A"}, .cipher = CIPHER_AES256, .auth = HASH_SHA1},
	{.set = {.name = "B"}, .cipher = CIPHER_3DES, .auth = HASH_SHA1},
	{.set = {.name = "C"}, .cipher = CIPHER_3DES, .auth = HASH_NONE},
	{.set = {.name = "D"}, .cipher = CIPHER_DES, .auth = HASH_SHA1},
	{.set = {.name = "E"}, .cipher = CIPHER_NULL, .auth = HASH_SHA1},
};
static struct config config = {.transform_sets = sets, .n_transform_sets = 5};
static struct map_entry entry;
static struct phase2_terms terms = {.config = &config, .entry = &entry, .trace = &trace};

static bool chosen(const struct proposal *p, size_t n, struct phase2_choice *c)
{
	*text = '\0';
	return phase2_choose(&terms, p, n, c);
}

static void entry_is(const char *a, const char *b, uint16_t pfs)
{
	entry = (struct map_entry){.pfs_group = pfs, .set = {.name = (char *)(uintptr_t)"m",
	    .transform_sets = {.n = 2, .v = {(char *)(uintptr_t)a, (char *)(uintptr_t)b}}}};
}

/* The entry's order of sets, and the client's within; a set that is not there is passed over. */
START_TEST(the_order_of_phase_2)
{
	struct transform t[] = {esp(1, 2, 2), esp(2, 3, 2), esp(3, 3, 2)};
	struct proposal p[] = {proposal(0, 1, 2, t, 1), proposal(1, 1, PROTO_ESP, t, 3),
	    proposal(2, 2, PROTO_ESP, t, 1), proposal(3, 3, PROTO_ESP, t, 3)};
	struct phase2_choice c;

	entry_is("gone", "B", 0);
	ck_assert(chosen(p, 4, &c));
	ck_assert(c.set == &sets[1] && c.proposal == &p[3] && c.transform.number == 2);
	ck_assert(!chosen(p, 3, &c)); /* the first ESP is half of a bundle with AH */
	ck_assert(!chosen(p, 0, &c));
	p[0].number = 3;
	ck_assert(chosen((struct proposal[]){p[3], p[0]}, 1, &c));
	ck_assert(!chosen((struct proposal[]){p[3], p[0]}, 2, &c));
	p[0].number = 1;
	entry_is("B", "D", 0);
	ck_assert(chosen(p, 4, &c) && c.set == &sets[1]);
	entry_is("A", "D", 0);
	ck_assert(chosen(p, 4, &c) && c.set == &sets[3] && c.proposal == &p[2]);
	entry.set.transform_sets.n = 1;
	ck_assert(!chosen(p, 4, &c));
}
END_TEST

/* What we do not know is not nothing: not for a set without authentication either. */
START_TEST(hashes_of_phase_2)
{
	struct phase2_choice c;

	entry_is("C", "C", 0);
	for (uint16_t auth = 0; auth < 12; auth++) {
		struct transform t = esp(1, 3, auth);
		struct proposal p = proposal(0, 1, PROTO_ESP, &t, 1);

		ck_assert_msg(chosen(&p, 1, &c) == (auth == 0), "%u", auth);
		terms.l2tp = true;
		ck_assert(!chosen(&p, 1, &c));
		ck_assert_uint_eq(lines("Transform-set C without authentication"), 2);
		terms.l2tp = false;
	}
}
END_TEST

/* Nor for a set without encryption: another cipher, or a length that is none, is not esp-null. */
START_TEST(ciphers_of_phase_2)
{
	struct phase2_choice c;

	entry_is("E", "E", 0);
	for (uint8_t id = 1; id < 25; id++) {
		struct transform t = esp(1, id, 2);
		struct proposal p;

		if (id == 12)
			t.attr[t.n++] = (struct attribute){.type = IPS_KEY_LENGTH, .value = 100};
		p = proposal(0, 1, PROTO_ESP, &t, 1);
		ck_assert_msg(chosen(&p, 1, &c) == (id == 11), "%u", id);
	}
}
END_TEST

/* RFC 2407 4.5: a duration belongs to the type before it. */
START_TEST(lives_of_phase_2)
{
	static const struct {
		struct attribute attr[4];
		uint32_t seconds, kilobytes;
	} row[] = {
		{{{1, 0, 1}, {2, 0, 3600}, {1, 0, 2}, {2, 4, 250000}}, 3600, 250000},
		{{{1, 0, 2}, {2, 4, 250000}, {1, 0, 1}, {2, 0, 3600}}, 3600, 250000},
		{{{1, 0, 1}, {2, 8, UINT32_MAX}}, UINT32_MAX, 0},
		{{{1, 0, 2}, {2, 8, (1ULL << 32) + 9}}, 0, UINT32_MAX},
		{{{2, 0, 3600}, {1, 0, 1}}, 0, 0}, /* of no type yet */
		{{{1, 0, 3}, {2, 0, 3600}}, 0, 0},
		{{{1, 0, 1}, {1, 0, 2}, {2, 0, 77}}, 0, 77},
	};

	entry_is("B", "B", 0);
	for (size_t k = 0; k < sizeof row / sizeof *row; k++) {
		struct transform t = esp(1, 3, 2);
		struct phase2_choice c;
		struct proposal p;

		for (size_t i = 0; i < 4 && row[k].attr[i].type; i++)
			t.attr[t.n++] = row[k].attr[i];
		p = proposal(0, 1, PROTO_ESP, &t, 1);
		ck_assert(chosen(&p, 1, &c));
		ck_assert_uint_eq(c.seconds, row[k].seconds);
		ck_assert_uint_eq(c.kilobytes, row[k].kilobytes);
	}
}
END_TEST

/* PFS is for the client to ask; what the entry demands is the least, and a group is one of ours:
 * not its lower sixteen bits. */
START_TEST(groups_of_phase_2)
{
	static const struct {
		uint16_t pfs;
		uint64_t offered;
		bool fits;
		const char *said;
	} row[] = {
		{0, 0, true, ""}, {0, 2, true, ""}, {0, 21, true, ""}, {0, 3, false, ""},
		{0, 0x10002, false, ""}, {0, 0x10000, false, ""},
		{2, 2, true, ""}, {2, 0, false, "Rcv'd: Group 0 Cfg'd: Group 2\n"},
		{2, 5, false, "Rcv'd: Group 5 Cfg'd: Group 2\n"}, {3, 3, false, ""},
	};

	for (size_t k = 0; k < sizeof row / sizeof *row; k++) {
		struct transform t = esp(1, 3, 2);
		struct phase2_choice c;
		struct proposal p;

		entry_is("B", "gone", row[k].pfs);
		if (row[k].offered)
			t.attr[t.n++] = (struct attribute){
			    .type = IPS_GROUP, .len = 4, .value = row[k].offered};
		p = proposal(0, 1, PROTO_ESP, &t, 1);
		ck_assert_msg(chosen(&p, 1, &c) == row[k].fits, "%zu", k);
		ck_assert_ptr_nonnull(strstr(text, row[k].said));
		ck_assert_int_eq(*text == '\0', *row[k].said == '\0');
		if (row[k].fits)
			ck_assert_uint_eq(c.group, row[k].offered);
	}
}
END_TEST

/* Another mode than the set's is told; a mode that we cannot serve is not even that. */
START_TEST(modes_of_phase_2)
{
	struct transform t = esp(1, 3, 2);
	struct phase2_choice c;
	struct proposal p;

	entry_is("B", "gone", 0);
	t.attr[1].value = ENCAP_TRANSPORT;
	p = proposal(0, 1, PROTO_ESP, &t, 1);
	ck_assert(!chosen(&p, 1, &c));
	ck_assert_uint_eq(lines("Rcv'd: Transport Cfg'd: Tunnel\n"), 1);
	sets[1].transport = true;
	ck_assert(chosen(&p, 1, &c) && c.transport && *text == '\0');
	t.attr[1].value = ENCAP_TUNNEL;
	p = proposal(0, 1, PROTO_ESP, &t, 1);
	ck_assert(!chosen(&p, 1, &c));
	ck_assert_uint_eq(lines("Rcv'd: Tunnel Cfg'd: Transport\n"), 1);
	sets[1].transport = false;
	t.attr[1].value = 5;
	p = proposal(0, 1, PROTO_ESP, &t, 1);
	ck_assert(!chosen(&p, 1, &c) && *text == '\0');
}
END_TEST

/* A transform that is strange is not ours, even where all that we look at fits. */
START_TEST(strange_transforms_are_passed_over)
{
	struct transform t[] = {esp(1, 3, 2), esp(2, 3, 2), esp(3, 3, 2)};
	struct phase2_choice c;
	struct proposal p;

	entry_is("B", "gone", 0);
	t[0].attr[t[0].n++] = (struct attribute){.type = 7, .value = 1};
	while (t[1].n < ATTRIBUTES_MAX)
		t[1].attr[t[1].n++] = (struct attribute){.type = IPS_LIFE_TYPE, .value = 1};
	p = proposal(0, 1, PROTO_ESP, t, 3);
	ck_assert(chosen(&p, 1, &c) && c.transform.number == 2); /* as many as are kept */
	t[1].attr[2].type = 9;
	p = proposal(0, 1, PROTO_ESP, t, 3);
	ck_assert(chosen(&p, 1, &c) && c.transform.number == 3);
	t[1].attr[2] = (struct attribute){.type = IPS_LIFE_TYPE, .len = 8, .value = 1};
	p = proposal(0, 1, PROTO_ESP, t, 3);
	ck_assert(chosen(&p, 1, &c) && c.transform.number == 2);
}
END_TEST

/* ---- writing ---------------------------------------------------------------------- */

/* The HASH that comes first is filled in when it is there in its whole length, padding goes to
 * whole blocks and no further, and what does not fit is told. */
START_TEST(messages_at_their_limits)
{
	static const uint8_t cky[COOKIE_LEN] = {1}, hash[20] = {9, 9, 9}, big[OUT_MAX];
	struct out o;

	out_begin(&o, cky, cky, XCHG_QUICK, FLAG_ENCRYPTED, 1);
	out_payload(&o, PAY_HASH, big, 20);
	out_patch_hash(&o, hash, 20);
	ck_assert_mem_eq(o.buf + ISAKMP_HEADER_LEN + 4, hash, 20);
	ck_assert_uint_eq(out_rest(&o).len, 0);
	ck_assert(out_end(&o, 8));
	ck_assert_uint_eq(wr_len(&o.w), ISAKMP_HEADER_LEN + 24); /* three blocks as it is */
	ck_assert_uint_eq(o.buf[27], ISAKMP_HEADER_LEN + 24);

	out_begin(&o, cky, cky, XCHG_QUICK, FLAG_ENCRYPTED, 1);
	out_payload(&o, PAY_HASH, big, 19);
	memset(o.buf + ISAKMP_HEADER_LEN + 4, 0, 20);
	out_patch_hash(&o, hash, 20);
	ck_assert_mem_eq(o.buf + ISAKMP_HEADER_LEN + 4, big, 20);
	ck_assert(out_end(&o, 8));
	ck_assert_uint_eq(wr_len(&o.w), ISAKMP_HEADER_LEN + 24);
	ck_assert_uint_eq(o.plain, ISAKMP_HEADER_LEN + 23);

	out_begin(&o, cky, cky, XCHG_MAIN, 0, 0);
	out_payload(&o, PAY_KE, big, OUT_MAX - ISAKMP_HEADER_LEN - 4);
	ck_assert(out_end(&o, 1));
	out_begin(&o, cky, cky, XCHG_MAIN, 0, 0);
	out_payload(&o, PAY_KE, big, OUT_MAX - ISAKMP_HEADER_LEN - 3);
	ck_assert(!out_end(&o, 1));
	out_begin(&o, cky, cky, XCHG_MAIN, 0, 0);
	for (size_t k = 1; k <= PAYLOADS_MAX + 1; k++) {
		out_payload(&o, PAY_VENDOR, big, 1);
		ck_assert_uint_eq(o.n, k <= PAYLOADS_MAX ? k : PAYLOADS_MAX);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ike_offers_esp");
	TCase *tc = tcase_create("offers");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, the_order_of_phase_2);
	tcase_add_test(tc, hashes_of_phase_2);
	tcase_add_test(tc, ciphers_of_phase_2);
	tcase_add_test(tc, lives_of_phase_2);
	tcase_add_test(tc, groups_of_phase_2);
	tcase_add_test(tc, modes_of_phase_2);
	tcase_add_test(tc, strange_transforms_are_passed_over);
	tcase_add_test(tc, messages_at_their_limits);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
