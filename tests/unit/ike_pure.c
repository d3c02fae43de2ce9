/*
 * IKE's pure layer as truth tables: payload types and bodies, attributes, proposals. No SA is
 * built, nothing is sent.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ike/answered.h"
#include "engine/ike/codec.h"
#include "engine/ike/handshake.h"
#include "engine/ike/ident.h"
#include "engine/ike/incoming.h"
#include "engine/ike/msgid.h"
#include "engine/ike/natt_flavour.h"
#include "engine/ike/payload.h"
#include "engine/ike/proposal.h"
#include "engine/ike/proposal_esp.h"
#include "engine/ike/sa.h"
#include "engine/ike/vendor.h"
#include "engine/ike/whereabouts.h"
#include "engine/ipsec/sa.h"

static char text[4096];

static void sink(void *arg, enum trace_class cls, unsigned level, const char *line)
{
	(void)arg, (void)cls, (void)level;
	strncat(text, line, sizeof text - strlen(text) - 1);
	strncat(text, "\n", sizeof text - strlen(text) - 1);
}

static struct trace trace = {.level = {[TRACE_IKE] = TRACE_DEBUG}, .sink = sink};

/* ---- payloads ------------------------------------------------------------------ */

START_TEST(payload_types)
{
	static const struct {
		uint8_t type;
		const char *name;
		unsigned has;
	} want[] = {
	    {1, "SA", HAS_SA},
	    {4, "KE", HAS_KE},
	    {5, "ID", HAS_ID},
	    {6, "CERT", HAS_CERTS},
	    {7, "CERT_REQ", HAS_CERTS},
	    {8, "HASH", HAS_HASH},
	    {9, "SIG", HAS_CERTS},
	    {10, "NONCE", HAS_NONCE},
	    {11, "NOTIFY", HAS_NOTIFY},
	    {12, "DELETE", HAS_DELETE},
	    {13, "VENDOR", HAS_VENDOR},
	    {20, "NAT-D", HAS_NATD},
	    {21, "NAT-OA", HAS_NATOA},
	    {130, "NAT-D", HAS_NATD},
	    {131, "NAT-OA", HAS_NATOA},
	    {2, "UNKNOWN", HAS_OTHER},
	    {3, "UNKNOWN", HAS_OTHER},
	    {132, "UNKNOWN", HAS_OTHER},
	    {200, "UNKNOWN", HAS_OTHER},
	};

	for (size_t k = 0; k < sizeof want / sizeof *want; k++) {
		struct message m = {.pay = {{.type = want[k].type}}, .n = 1};

		ck_assert_str_eq(payload_name(want[k].type), want[k].name);
		ck_assert_uint_ne(message_has(&m), 0);
		ck_assert_uint_eq(message_has(&m) & ~want[k].has, 0);
		ck_assert_ptr_eq(message_get(&m, want[k].has, 0), &m.pay[0]);
		ck_assert_ptr_null(message_get(&m, want[k].has, 1));
		ck_assert_ptr_null(message_get(&m, ~want[k].has, 0));
	}
	ck_assert_str_eq(payload_name(PAY_NONE), "NONE");
}
END_TEST

START_TEST(both_numberings_are_one_bucket)
{
	struct message m = {
	    .pay = {{.type = PAY_NAT_D_DRAFT}, {.type = PAY_KE}, {.type = PAY_NAT_D}}, .n = 3};

	ck_assert_uint_eq(message_has(&m), HAS_NAT_D | HAS_NAT_D_DRAFT | HAS_KE);
	ck_assert_ptr_eq(message_get(&m, HAS_NATD, 1), &m.pay[2]);
}
END_TEST

/* Forty payloads are read, one more is not IKE. */
START_TEST(chains_are_bounded)
{
	uint8_t body[4 * (PAYLOADS_MAX + 1)] = {0};
	struct message m = {.h = {.next = PAY_VENDOR}};

	for (size_t k = 0; k <= PAYLOADS_MAX; k++) {
		body[4 * k] = PAY_VENDOR;
		body[4 * k + 3] = 4;
	}
	body[4 * PAYLOADS_MAX] = PAY_NONE;
	ck_assert(!isakmp_payloads_read(&m, body, sizeof body, false));
	body[4 * (PAYLOADS_MAX - 1)] = PAY_NONE;
	ck_assert(isakmp_payloads_read(&m, body, 4 * PAYLOADS_MAX, false));
	ck_assert_uint_eq(m.n, PAYLOADS_MAX);
	ck_assert_uint_eq(m.rest.len, 4 * (PAYLOADS_MAX - 1));
	ck_assert_uint_eq(m.length, ISAKMP_HEADER_LEN + 4 * PAYLOADS_MAX);
	/* Bytes behind the last are padding, or an error. */
	ck_assert(!isakmp_payloads_read(&m, body, sizeof body, false));
	ck_assert(isakmp_payloads_read(&m, body, sizeof body, true));
	m.h.next = PAY_NONE;
	ck_assert(!isakmp_payloads_read(&m, body, 0, false));
	/* A reserved byte, a length below its own header. */
	m.h.next = PAY_KE;
	ck_assert(!isakmp_payloads_read(&m, (uint8_t[]){0, 1, 0, 4}, 4, true));
	ck_assert(!isakmp_payloads_read(&m, (uint8_t[]){0, 0, 0, 3}, 4, true));
	ck_assert(isakmp_payloads_read(&m, (uint8_t[]){0, 0, 0, 4}, 4, true));
}
END_TEST

START_TEST(notify_and_delete_bodies)
{
	static const uint8_t spi[] = {1, 2, 3, 4};
	struct chunk name = {spi, sizeof spi};
	uint8_t buf[64];
	struct wr w = wr_init(buf, sizeof buf);
	struct notify n;
	struct delete_list d;

	wr_notify(&w, PROTO_ESP, name, NOTIFY_RESPONDER_LIFETIME);
	ck_assert_uint_eq(wr_len(&w), 12);
	ck_assert_mem_eq(buf, "\0\0\0\1\3\4\x60\0\1\2\3\4", 12);
	wr_u8(&w, 9);
	ck_assert(notify_read((struct chunk){buf, wr_len(&w)}, &n));
	ck_assert(n.doi == DOI_IPSEC && n.protocol == PROTO_ESP && n.type == 24576);
	ck_assert(n.spi.len == 4 && n.data.len == 1 && memcmp(n.data.p, "\t", 1) == 0);
	ck_assert(!notify_read((struct chunk){buf, 11}, &n));
	w = wr_init(buf, sizeof buf);
	wr_delete(&w, PROTO_ESP, name);
	ck_assert_uint_eq(wr_len(&w), 12);
	ck_assert_mem_eq(buf, "\0\0\0\1\3\4\0\1\1\2\3\4", 12);
	ck_assert(delete_read((struct chunk){buf, 12}, &d));
	ck_assert(d.n == 1 && d.spi_len == 4 && d.spis.len == 4);
	ck_assert(!delete_read((struct chunk){buf, 11}, &d));
	ck_assert(!delete_read((struct chunk){buf, 13}, &d));
	ck_assert_str_eq(notify_name(NOTIFY_INITIAL_CONTACT), "INITIAL_CONTACT");
	ck_assert_str_eq(notify_name(14), "NO_PROPOSAL_CHOSEN");
	ck_assert_str_eq(notify_name(NOTIFY_R_U_THERE), "Unknown");
	ck_assert_str_eq(notify_name(2), "Unknown");
}
END_TEST

/* One attribute twice has no value; many or long ones are strange. */
START_TEST(attributes)
{
	struct transform t = {.n = 2, .attr = {{.type = 1, .value = 5}, {.type = 1, .value = 6}}},
			 u;
	uint8_t buf[256];
	struct wr w = wr_init(buf, sizeof buf);
	struct rd r;
	uint64_t v;

	ck_assert(!attribute_get(&t, 1, &v));
	t.attr[1].type = 2;
	ck_assert(attribute_get(&t, 1, &v) && v == 5);
	t.attr[1].len = 8;
	t.attr[1].value = 0x0102030405060708;
	wr_transform(&w, &t, true);
	r = rd_init(buf, wr_len(&w));
	ck_assert(transform_next(&r, &u));
	ck_assert(!u.strange && u.n == 2 && u.attr[1].len == 8);
	ck_assert_uint_eq(u.attr[1].value, 0x0102030405060708);
	transform_shorten(&u);
	ck_assert_uint_eq(u.attr[1].len, 8); /* it does not fit */
	u.attr[1].value = UINT16_MAX;
	transform_shorten(&u);
	ck_assert_uint_eq(u.attr[1].len, 0);
	buf[8 + 4 + 3] = 9; /* longer than a number, and than what is there */
	r = rd_init(buf, wr_len(&w));
	ck_assert(!transform_next(&r, &u));
	/* As many as are kept, and one more. */
	for (t.n = 0; t.n < ATTRIBUTES_MAX; t.n++)
		t.attr[t.n] = (struct attribute){.type = 1, .value = 1};
	w = wr_init(buf, sizeof buf);
	wr_transform(&w, &t, true);
	r = rd_init(buf, wr_len(&w));
	ck_assert(transform_next(&r, &u) && !u.strange && u.n == ATTRIBUTES_MAX);
	wr_attribute_tv(&w, 1, 1);
	wr_patch16(&w, 2, wr_len(&w));
	r = rd_init(buf, wr_len(&w));
	ck_assert(transform_next(&r, &u) && u.strange && u.n == ATTRIBUTES_MAX);
	/* A transform that calls itself the last is. */
	wr_transform(&w, &t, true);
	r = rd_init(buf, wr_len(&w));
	ck_assert(!transform_next(&r, &u));
}
END_TEST

START_TEST(identities_in_the_trace)
{
	static const struct {
		uint8_t type;
		size_t len;
		const char *line;
	} want[] = {
	    {ID_IPV4_ADDR, 4, "ID_IPV4_ADDR ID received\n10.1.2.3\n"},
	    {ID_IPV4_ADDR_SUBNET, 8, "ID_IPV4_ADDR_SUBNET ID received--10.1.2.3--255.255.0.0\n"},
	    {ID_IPV4_ADDR, 3, "ID_IPV4_ADDR ID received, len 3\n"},
	    {ID_FQDN, 5, "ID_FQDN ID received, len 5\n"},
	    {ID_KEY_ID, 2, "ID_KEY_ID ID received, len 2\n"},
	    {6, 2, "Unknown ID received, len 2\n"},
	};
	static const uint8_t data[] = {10, 1, 2, 3, 255, 255, 0, 0};

	for (size_t k = 0; k < sizeof want / sizeof *want; k++) {
		struct ident id = {.type = want[k].type, .data = {data, want[k].len}};

		*text = '\0';
		ident_trace(&trace, NULL, &id);
		ck_assert_ptr_nonnull(strstr(text, want[k].line));
		ck_assert_str_eq(strstr(text, want[k].line), want[k].line);
	}
}
END_TEST

START_TEST(clients_betray_themselves)
{
	static const struct {
		const uint8_t id[24];
		size_t len;
		uint16_t vids;
		enum client_profile client;
		const char *line;
	} want[] = {
	    {{0x1e, 0x2b, 0x51, 0x69, 5, 0x99, 0x1c, 0x7d, 0x7c, 0x96, 0xfc, 0xbf, 0xb5, 0x87, 0xe4,
		 0x61, 0, 0, 0, 9},
		20, VID_MICROSOFT, PROFILE_WINDOWS, NULL},
	    {{0x4d, 0xf3, 0x79, 0x28, 0xe9, 0xfc, 0x4f, 0xd1, 0xb3, 0x26, 0x21, 0x70, 0xd5, 0x15,
		 0xc6, 0x62},
		16, 0, PROFILE_APPLE, NULL},
	    {{'O', 'E', 'x'}, 3, 0, PROFILE_LIBRESWAN, NULL},
	    {{0xaf, 0xca, 0xd7, 0x13, 0x68, 0xa1, 0xf1, 0xc9, 0x6b, 0x86, 0x96, 0xfc, 0x77, 0x57, 1,
		 0},
		16, VID_DPD, PROFILE_UNKNOWN, "Received DPD VID"},
	    {{0x40, 0x48, 0xb7, 0xd5, 0x6e, 0xbc, 0xe8, 0x85, 0x25, 0xe7, 0xde, 0x7f, 0, 0xd6, 0xc2,
		 0xd3},
		16, VID_FRAGMENTATION, PROFILE_UNKNOWN, "Received Fragmentation VID"},
	    {{0x40, 0x48, 0xb7, 0xd5, 0x6e, 0xbc, 0xe8, 0x85, 0x25, 0xe7, 0xde, 0x7f, 0, 0xd6, 0xc2,
		 0xd3, 0xc0, 0, 0, 0},
		20, VID_FRAGMENTATION, PROFILE_UNKNOWN, "capability flags"},
	    {{0x40, 0x48}, 2, 0, PROFILE_UNKNOWN, "processing VID payload"},
	};

	for (size_t k = 0; k < sizeof want / sizeof *want; k++) {
		struct message m = {
		    .pay = {{PAY_KE, {want[k].id, 1}}, {PAY_VENDOR, {want[k].id, want[k].len}}},
		    .n = 2};
		struct family_signs signs = {0};
		uint16_t vids = 0;

		*text = '\0';
		vendors_read(&m, &trace, NULL, &vids, &signs);
		ck_assert_uint_eq(vids, want[k].vids);
		ck_assert_uint_eq(family_of(&signs), want[k].client);
		if (want[k].line)
			ck_assert_ptr_nonnull(strstr(text, want[k].line));
		else
			ck_assert_ptr_null(strstr(text, "Received"));
		if (k == 4)
			ck_assert_ptr_null(strstr(text, "capability flags"));
	}
}
END_TEST

/* ---- proposals ------------------------------------------------------------------ */

static uint8_t transforms[512];

/* One proposal: the transform spoiled in some way, then as it should be. */
static struct proposal offer(
    uint8_t protocol, const struct transform *spoiled, const struct transform *good)
{
	struct wr w = wr_init(transforms, sizeof transforms);

	wr_transform(&w, spoiled, false);
	wr_transform(&w, good, true);
	return (struct proposal){.number = 1,
	    .protocol = protocol,
	    .spi = {(const uint8_t *)"\1\2\3\4", 4},
	    .transforms = {transforms, wr_len(&w)}};
}

/* An attribute that is unknown, doubled, missing or wrong: the next transform is taken. */
/* RFC 2407 4.6.1, RFC 2408 3.5: the head of an SA payload, and its chain of proposals. */
START_TEST(sa_payloads)
{
	static const uint8_t good[] = {0, 0, 0, 1, 0, 0, 0, 1, /* DOI, situation */
	    2, 0, 0, 12, 1, 3, 4, 1, 0xa, 0xb, 0xc, 0xd,       /* a proposal with an SPI */
	    0, 0, 0, 10, 2, 1, 0, 1, 0x55, 0x66};	       /* the last one */
	static const struct {
		size_t at;
		uint8_t value;
	} spoil[] = {{3, 0}, {7, 2}, {0, 1}, {8, 3}, {9, 1}, {11, 3}, {11, 11}, {20, 2}, {23, 9},
	    {23, 11}, {26, 3}};
	uint8_t b[sizeof good + 1];
	struct proposal p[3];
	size_t n;

	ck_assert(sa_read((struct chunk){good, sizeof good}, p, 3, &n));
	ck_assert_uint_eq(n, 2);
	ck_assert_uint_eq(p[0].number, 1);
	ck_assert_uint_eq(p[0].protocol, 3);
	ck_assert_uint_eq(p[0].spi.len, 4);
	ck_assert_mem_eq(p[0].spi.p, "\xa\xb\xc\xd", 4);
	ck_assert_uint_eq(p[0].transforms.len, 0);
	ck_assert_uint_eq(p[1].number, 2);
	ck_assert_uint_eq(p[1].protocol, 1);
	ck_assert_uint_eq(p[1].transforms.len, 2);
	ck_assert_mem_eq(p[1].transforms.p, "\x55\x66", 2);
	ck_assert(sa_read((struct chunk){good, sizeof good}, p, 2, &n));
	ck_assert(!sa_read((struct chunk){good, sizeof good}, p, 1, &n)); /* more than fit */
	for (size_t i = 0; i < sizeof spoil / sizeof *spoil; i++) {
		memcpy(b, good, sizeof good);
		b[spoil[i].at] = spoil[i].value;
		ck_assert_msg(!sa_read((struct chunk){b, sizeof good}, p, 3, &n), "%zu", i);
	}
	for (size_t len = 0; len < sizeof good; len++)
		ck_assert(!sa_read((struct chunk){good, len}, p, 3, &n));
	memcpy(b, good, sizeof good);
	ck_assert(!sa_read((struct chunk){b, sizeof b}, p, 3, &n)); /* something behind it */
}
END_TEST

START_TEST(phase_1_takes_what_it_understands)
{
	struct transform good = {.number = 2,
	    .id = KEY_IKE,
	    .n = 6,
	    .attr = {{.type = OAK_ENCRYPTION, .value = 7}, {.type = OAK_KEY_LENGTH, .value = 256},
		{.type = OAK_HASH, .value = 2}, {.type = OAK_GROUP, .value = 2},
		{.type = OAK_AUTH, .value = AUTH_PSK}, {.type = OAK_LIFE_TYPE, .value = 1}}};
	struct ike_policy policy = {.set = {.priority = 1, .dh = 2},
	    .preshared = true,
	    .cipher = CIPHER_AES256,
	    .hash = HASH_SHA1};
	struct config c = {.policies = &policy, .n_policies = 1};
	struct transform spoiled = good;
	struct phase1_choice choice;
	struct proposal p;

	spoiled.number = 1;
	if (_i == 0)
		spoiled.attr[5].type = 15; /* of no list */
	else if (_i == 1)
		spoiled.attr[5].type = 10;
	else if (_i == 2)
		spoiled.attr[5].type = OAK_GROUP; /* twice */
	else if (_i < 8)
		spoiled.attr[_i - 3].type = OAK_LIFE_TYPE; /* missing */
	else if (_i < 13)
		spoiled.attr[_i - 8].value += 1; /* another one */
	else
		spoiled.id = 2;
	p = offer(PROTO_ISAKMP, &spoiled, &good);
	phase1_choose(&c, &p, 1, &choice);
	ck_assert_ptr_eq(choice.policy, &policy);
	ck_assert_uint_eq(choice.transform, 2);
	ck_assert_uint_eq(choice.transform_at, 1);
	p.protocol = PROTO_ESP;
	phase1_choose(&c, &p, 1, &choice);
	ck_assert_ptr_null(choice.policy);
	p.protocol = PROTO_ISAKMP;
	policy.preshared = false;
	phase1_choose(&c, &p, 1, &choice);
	ck_assert_ptr_null(choice.policy);
}
END_TEST

START_TEST(phase_2_takes_what_it_understands)
{
	struct transform good = {.number = 2,
	    .id = 12,
	    .n = 5,
	    .attr = {{.type = IPS_KEY_LENGTH, .value = 256}, {.type = IPS_AUTH, .value = 2},
		{.type = IPS_ENCAPSULATION, .value = ENCAP_TRANSPORT},
		{.type = IPS_LIFE_TYPE, .value = 1}, {.type = IPS_LIFE_DURATION, .value = 3600}}};
	struct transform_set set = {
	    .set = {.name = "S"}, .cipher = CIPHER_AES256, .auth = HASH_SHA1, .transport = true};
	struct config c = {.transform_sets = &set, .n_transform_sets = 1};
	struct map_entry e = {.set = {.name = "m", .transform_sets = {.n = 1, .v = {"S"}}}};
	struct phase2_terms terms = {.config = &c, .entry = &e, .trace = &trace};
	struct transform spoiled = good;
	struct phase2_choice choice;
	struct proposal p[2];

	spoiled.number = 1;
	if (_i == 0)
		spoiled.attr[3].type = 7; /* of no list */
	else if (_i == 1)
		spoiled.attr[3].type = 0;
	else if (_i < 5)
		spoiled.attr[_i - 2].value += 1; /* another one */
	else if (_i == 5)
		spoiled.attr[0].type = IPS_LIFE_TYPE; /* AES without a length is AES-128 */
	else
		spoiled.id = 20;
	p[0] = offer(PROTO_ESP, &spoiled, &good);
	ck_assert(phase2_choose(&terms, p, 1, &choice));
	ck_assert_uint_eq(choice.transform.number, 2);
	ck_assert(choice.set == &set && choice.proposal == &p[0]);
	ck_assert(choice.transport && !choice.udp_encap);
	ck_assert(choice.seconds == 3600 && choice.kilobytes == 0 && choice.group == 0);
	/* Two protocols at once, an SPI that is none, another protocol. */
	p[1] = p[0];
	p[1].protocol = 2;
	ck_assert(!phase2_choose(&terms, p, 2, &choice));
	p[1].number = 2;
	ck_assert(phase2_choose(&terms, p, 2, &choice));
	ck_assert(!phase2_choose(&terms, p + 1, 1, &choice));
	p[0].spi = (struct chunk){(const uint8_t *)"\0\0\0\377", 4};
	ck_assert(!phase2_choose(&terms, p, 1, &choice));
	p[0].spi = (struct chunk){(const uint8_t *)"\0\0\1\0", 4};
	ck_assert(phase2_choose(&terms, p, 1, &choice));
	p[0].spi.len = 3;
	ck_assert(!phase2_choose(&terms, p, 1, &choice));
	/* L2TP is never without authentication; PFS that the entry demands has to be offered. */
	p[0].spi.len = 4;
	e.pfs_group = 2;
	ck_assert(!phase2_choose(&terms, p, 1, &choice));
	e.pfs_group = 0;
	terms.l2tp = true;
	ck_assert(phase2_choose(&terms, p, 1, &choice));
	set.auth = HASH_NONE;
	ck_assert(!phase2_choose(&terms, p, 1, &choice));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ike_pure");
	TCase *tc = tcase_create("pure");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, payload_types);
	tcase_add_test(tc, both_numberings_are_one_bucket);
	tcase_add_test(tc, chains_are_bounded);
	tcase_add_test(tc, notify_and_delete_bodies);
	tcase_add_test(tc, attributes);
	tcase_add_test(tc, identities_in_the_trace);
	tcase_add_test(tc, clients_betray_themselves);
	tcase_add_test(tc, sa_payloads);
	tcase_add_loop_test(tc, phase_1_takes_what_it_understands, 0, 14);
	tcase_add_loop_test(tc, phase_2_takes_what_it_understands, 0, 7);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
