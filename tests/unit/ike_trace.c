/* `debug crypto ikev1 127`: the guide's transcript line by line, and the lines of failures. */
#include <check.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/trace_filter.h"
#include "tests/support/ike_world.h"
#include "tests/support/lists.h"

static struct ike_world w;
static struct ike_initiator i;
static struct initiator_message msg;
static struct path path;
static struct initiator_qm q;

static void setup(void)
{
	ike_world_init(&w, 7);
	w.trace.level[TRACE_IKE] = 127;
	initiator_init(&i, w.crypto, 1);
	path.local.port = path.remote.port = 500;
	addr_parse("172.16.1.2", &path.local.addr);
	addr_parse("10.1.1.2", &path.remote.addr);
	i.path.local = path.remote;
	i.path.remote = path.local;
}

static void teardown(void)
{
	ike_world_fini(&w);
}

static void say(void)
{
	w.n_sent = 0;
	ike_receive(w.ike, &path, msg.b, msg.len);
}

static void phase1(void)
{
	initiator_mm1(&i, &msg);
	say();
	initiator_mm2(&i, w.sent[0].b, w.sent[0].len);
	initiator_mm3(&i, &msg);
	say();
	initiator_mm4(&i, w.sent[0].b, w.sent[0].len);
	initiator_mm5(&i, &msg);
	say();
	initiator_mm6(&i, w.sent[0].b, w.sent[0].len);
}

static void phase2(void)
{
	initiator_qm1(&i, &q, &msg);
	say();
	initiator_qm2(&i, &q, w.sent[0].b, w.sent[0].len);
	initiator_qm3(&i, &q, &msg);
	say();
}

/* One space for any white space; what is free to differ becomes X: times, SPIs, opaque ids, and
 * the name of a group which that device did not know. */
static void plain(const char *from, char *to)
{
	static const char *const hidden[] = {"SPI = 0x", ", spi 0x", "cs_id=", "Rcv'd: Group ",
	    "Rcv'd: Unknown"};

	while (isspace((unsigned char)*from))
		from++;
	while (*from) {
		bool masked = false;

		for (size_t k = 0; !masked && k < sizeof hidden / sizeof *hidden; k++) {
			size_t n = strlen(hidden[k]);

			if (strncmp(from, hidden[k], n) != 0)
				continue;
			from += n;
			from += strspn(from, "0123456789abcdef");
			memcpy(to, hidden[k], k < 3 ? n : 6);
			to += k < 3 ? n : 6;
			*to++ = 'X';
			masked = true;
		}
		if (masked)
			continue;
		if (isspace((unsigned char)*from)) {
			from += strspn(from, " \t\n");
			*to++ = ' ';
		} else {
			*to++ = *from++;
		}
	}
	*to = '\0';
}

/* The next record of a transcript: a line that begins one, and those that belong to it. */
static const char *record(const char *at, const char *start, char *out)
{
	const char *end = at, *ipsec;

	do
		end = strchr(end, '\n') ? strchr(end, '\n') + 1 : end + strlen(end);
	while (*end && strncmp(end, start, strlen(start)) != 0);
	memcpy(out, at, (size_t)(end - at));
	out[end - at] = '\0';
	if ((ipsec = strstr(out, "\nIPSEC:")) != NULL)
		out[ipsec - out] = '\0';
	return end;
}

START_TEST(the_guide)
{
	static char guide[64 * 1024], raw[8192], want[8192], got[8192];
	FILE *f = fopen("tests/data/debug-guide.txt", "r");
	const char *a = guide, *b;
	size_t lines = 0;

	ck_assert_ptr_nonnull(f);
	guide[fread(guide, 1, sizeof guide - 1, f)] = '\0';
	fclose(f);
	phase1();
	phase2();
	for (b = w.text; *a && *b; lines++) {
		const char *tag;

		a = record(a, "May ", raw);
		tag = strchr(raw, '[');
		ck_assert_ptr_nonnull(tag);
		plain(tag, want);
		if (strstr(want, "Adding static route"))
			break; /* said when PPP is up, not here */
		b = record(b, "[", raw);
		plain(raw, got);
		for (char *end = got + strlen(got); end > got && end[-1] == ' ';)
			*--end = '\0';
		for (char *end = want + strlen(want); end > want && end[-1] == ' ';)
			*--end = '\0';
		ck_assert_str_eq(got, want);
	}
	ck_assert_uint_gt(lines, 100);
	ck_assert_str_eq(b, "");
}
END_TEST

static void has(const char *text)
{
	ck_assert_msg(strstr(w.text, text) != NULL, "no line: %s\n%s", text, w.text);
}

START_TEST(failures_of_phase_1)
{
	if (_i == 0) {
		i.psk = "another";
		phase1();
		has("[IKEv1]Group = DefaultRAGroup, IP = 10.1.1.2, Received encrypted Oakley "
		    "Main Mode "
		    "packet with invalid payloads, MessID = 0\n");
		has("ERROR, had problems decrypting packet, probably due to mismatched "
		    "pre-shared key.  "
		    "Aborting\n");
		sim_run(&w.sim, 40 * SEC);
		has("IKE session establishment timed out [MM_WAIT_MSG5], aborting!\n");
	} else if (_i == 1) {
		w.policy[0].set.dh = 5;
		initiator_mm1(&i, &msg);
		say();
		has("[IKEv1]Phase 1 failure: Mismatched attribute types for class Group "
		    "Description: "
		    "Rcv'd: Group 2 Cfg'd: Group 5\n");
		has("[IKEv1 DEBUG]IP = 10.1.1.2, All SA proposals found unacceptable\n");
		has("[IKEv1]IP = 10.1.1.2, Error processing payload: Payload ID: 1\n");
	} else if (_i == 2) {
		initiator_mm1(&i, &msg);
		say();
		say();
		has("Duplicate Phase 1 packet detected.  Retransmitting last packet.\n");
		has("IKE_DECODE RESENDING Message (msgid=0) with payloads : HDR + SA (1) + "
		    "VENDOR (13) + "
		    "VENDOR (13) + NONE (0) total length : 124\n");
	} else if (_i == 3) {
		w.config.n_map_bindings = 0;
		initiator_mm1(&i, &msg);
		say();
		has("No crypto map bound to interface... dropping pkt\n");
	} else {
		w.group[0].psk = NULL;
		phase1();
		has("Can't find a valid tunnel group, aborting...!\n");
	}
}
END_TEST

/* The first class in which an offer and a policy differ, and the names of all algorithms. */
START_TEST(mismatches_of_phase_1)
{
	static const struct {
		enum cipher cipher;
		enum hash hash;
		const char *cls, *got, *want;
	} row[] = {
	    {CIPHER_DES, HASH_SHA1, "Encryption Alg", "DES-CBC", "3DES-CBC"},
	    {CIPHER_AES128, HASH_MD5, "Encryption Alg", "AES-CBC-128", "3DES-CBC"},
	    {CIPHER_AES192, HASH_SHA1, "Encryption Alg", "AES-CBC-192", "3DES-CBC"},
	    {CIPHER_AES256, HASH_SHA1, "Encryption Alg", "AES-CBC-256", "3DES-CBC"},
	    {CIPHER_3DES, HASH_MD5, "Hash Alg", "MD5", "SHA"},
	    {CIPHER_3DES, HASH_SHA256, "Hash Alg", "SHA256", "SHA"},
	    {CIPHER_3DES, HASH_SHA384, "Hash Alg", "SHA384", "SHA"},
	    {CIPHER_3DES, HASH_SHA512, "Hash Alg", "SHA512", "SHA"},
	    {CIPHER_3DES, HASH_SHA1, "Auth Method", "Preshared Key",
	        "RSA signature with Certificates"},
	};
	char line[200];

	w.policy[0].preshared = _i != 8;
	i.n_p1 = 1;
	i.p1[0].cipher = row[_i].cipher;
	i.p1[0].hash = row[_i].hash;
	i.p1[0].group = 2;
	initiator_mm1(&i, &msg);
	say();
	snprintf(line, sizeof line, "[IKEv1]Phase 1 failure: Mismatched attribute types for class "
	    "%s: Rcv'd: %s Cfg'd: %s\n", row[_i].cls, row[_i].got, row[_i].want);
	has(line);
	has("All SA proposals found unacceptable\n");
}
END_TEST

START_TEST(failures_of_phase_2)
{
	if (_i == 0)
		w.set[0].transport = false;
	else if (_i == 1)
		w.dynamic[0].set.match_acl = "nothing";
	phase1();
	if (_i == 2)
		w.refuse_l2tp = true;
	phase2();
	if (_i == 0) {
		has("Phase 2 failure: Mismatched attribute types for class Encapsulation Mode: "
		    "Rcv'd: Transport Cfg'd: Tunnel\n");
		has("All IPSec SA proposals found unacceptable!\n");
		has("Session is being torn down. Reason: Phase 2 Mismatch\n");
	} else if (_i == 1) {
		has("ACL does not match proxy IDs src:10.1.1.2 dst:172.16.1.2\n");
		has("Rejecting IPSec tunnel: no matching crypto map entry for remote proxy "
		    "10.1.1.2/255.255.255.255/17/1701 local proxy "
		    "172.16.1.2/255.255.255.255/17/1701 on "
		    "interface outside\n");
		has("Session is being torn down. Reason: crypto map policy not found\n");
	} else {
		has("Tunnel Rejected: Conflicting protocols specified by tunnel-group and "
		    "group-policy\n");
	}
}
END_TEST

/* The ports of an access-list element count on both sides, as they do for packets: ours 1701, the
 * client's 1701. */
static const struct {
	uint16_t source_low, source_high, low, high;
	bool permits;
} port_cases[] = {
	{0, 65535, 0, 65535, true},
	{1701, 1701, 0, 65535, true},
	{0, 65535, 1701, 1701, true},
	{0, 65535, 500, 500, false},
	{1700, 1700, 0, 65535, false},
	{1000, 1701, 1701, 1702, true},
	{1702, 1700, 0, 65535, false}, /* all but 1701 */
	{0, 65535, 501, 499, true},    /* all but 500 */
};

START_TEST(ports_of_an_access_list)
{
	struct acl_rule r = {.permit = true, .protocol = 17, .source_last = UINT32_MAX,
		.dest_last = UINT32_MAX, .source_low = port_cases[_i].source_low,
		.source_high = port_cases[_i].source_high, .dest_low = port_cases[_i].low,
		.dest_high = port_cases[_i].high};

	w.dynamic[0].set.match_acl = "L";
	list_is(&w.config, "L", false, &r, 1);
	phase1();
	phase2();
	if (port_cases[_i].permits)
		ck_assert_ptr_null(strstr(w.text, "ACL does not match"));
	else
		has("ACL does not match proxy IDs src:10.1.1.2 dst:172.16.1.2\n");
}
END_TEST

/* The first rule that fits says it, of this list. */
START_TEST(entries_of_an_access_list)
{
	const struct acl_rule r[] = {list_rule(true, 6, 0, UINT32_MAX),
	    list_rule(false, 17, 0, UINT32_MAX), list_rule(true, 0, 0, UINT32_MAX)};

	list_is(&w.config, "M", false, &r[2], 1);
	if (_i == 1) /* without the one that denies */
		list_is(&w.config, "L", false, (struct acl_rule[]){r[0], r[2]}, 2);
	else
		list_is(&w.config, "L", false, r, _i == 2 ? 1 : 3);
	w.dynamic[0].set.match_acl = "L";
	phase1();
	phase2();
	ck_assert_int_eq(strstr(w.text, "ACL does not match") == NULL, _i == 1);
}
END_TEST

/* Secrets never reach the trace, at any level. */
START_TEST(nothing_secret)
{
	w.trace.level[TRACE_IKE] = 255;
	phase1();
	phase2();
	has("MM_WAIT_MSG5 --> MM_ACTIVE");
	ck_assert_ptr_null(strstr(w.text, "C!sc0@123"));
}
END_TEST

/* At 255 the datagrams, both ways, as they are on the wire; with a condition only those of whom it
 * is about. */
START_TEST(datagrams_are_dumped)
{
	struct trace_filter filter = {.unmatched = false};
	struct addr far;

	w.trace.level[TRACE_IKE] = 255;
	initiator_mm1(&i, &msg);
	w.text[w.text_len = 0] = 0;
	say();
	ck_assert_ptr_nonnull(strstr(w.text, "IKEv1 Recv RAW packet dump\n"));
	ck_assert_ptr_nonnull(strstr(w.text, "\n RECV PACKET from 10.1.1.2\nISAKMP Header\n"));
	ck_assert_ptr_nonnull(strstr(w.text, "  Responder COOKIE: 00 00 00 00 00 00 00 00\n"
					      "  Next Payload: SA\n"
					      "  Version: 1.0\n"
					      "  Exchange Type: Identity Protection (Main Mode)\n"
					      "  Flags: (none)\n"
					      "  MessageID: 00000000\n"));
	ck_assert_ptr_nonnull(strstr(w.text, "IKEv1 Send RAW packet dump\n"));
	ck_assert_ptr_nonnull(strstr(w.text, " SENDING PACKET to 10.1.1.2\n"));
	/* A row: 16 bytes, and what of them can be read. */
	ck_assert_ptr_nonnull(strstr(w.text, "00 00 00 00 00 00 00 00    |  "));
	initiator_mm2(&i, w.sent[0].b, w.sent[0].len);
	initiator_mm3(&i, &msg);
	addr_parse("10.1.1.3", &far);
	ck_assert(trace_filter_add(&filter, TRACE_BY_PEER, "10.1.1.3"));
	w.trace.filter = &filter;
	w.text[w.text_len = 0] = 0;
	say();
	ck_assert_str_eq(w.text, "");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ike_trace");
	TCase *tc = tcase_create("trace");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, the_guide);
	tcase_add_loop_test(tc, failures_of_phase_1, 0, 5);
	tcase_add_loop_test(tc, mismatches_of_phase_1, 0, 9);
	tcase_add_loop_test(tc, failures_of_phase_2, 0, 3);
	tcase_add_loop_test(tc, entries_of_an_access_list, 0, 3);
	tcase_add_loop_test(tc, ports_of_an_access_list, 0, sizeof port_cases / sizeof *port_cases);
	tcase_add_test(tc, nothing_secret);
	tcase_add_test(tc, datagrams_are_dumped);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
