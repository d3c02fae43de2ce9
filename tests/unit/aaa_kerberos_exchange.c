/*
 * libkrb5 as it is used here: in a process without files and with aaa's system calls only; what a
 * server's refusals mean; keytabs, whole and broken.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "engine/wire/ber.h"
#include "engine/aaa/kerberos/exchange.h"
#include "engine/aaa/kerberos/keytab.h"
#include "engine/aaa/kerberos/reason.h"
#include "engine/ipc/message.h"
#include "engine/keeper/seccomp.h"

static const struct kerberos_question ALICE = {
    .user = "alice", .realm = "EXAMPLE.COM", .password = "Wonderland1"};

static struct rd text(const char *s)
{
	return rd_init(s, strlen(s));
}

/* ---- answers of a server ------------------------------------------------------------------ */

static uint8_t buf[2048];

static void field(struct wr *w, unsigned number, uint8_t tag, const void *p, size_t len)
{
	size_t at = ber_begin(w, (uint8_t)(0xa0 | number));

	ber_put(w, tag, p, len);
	ber_end(w, at);
}

static void number(struct wr *w, unsigned name, uint32_t v)
{
	size_t at = ber_begin(w, (uint8_t)(0xa0 | name));

	ber_put_number(w, BER_INTEGER, v);
	ber_end(w, at);
}

/* KRB-ERROR (RFC 4120 5.9.1); returns how long it is in `buf`. */
static size_t krb_error(uint32_t code, const char *words)
{
	enum { GENERAL_STRING = 0x1b, TIME = 0x18 };
	struct wr w = wr_init(buf, sizeof buf);
	size_t all = ber_begin(&w, 0x7e), fields = ber_begin(&w, BER_SEQUENCE), name, parts, list;
	time_t now = time(NULL);
	char stamp[16];

	strftime(stamp, sizeof stamp, "%Y%m%d%H%M%SZ", gmtime(&now));
	number(&w, 0, 5);
	number(&w, 1, 30);
	field(&w, 4, TIME, stamp, 15);
	number(&w, 5, 0);
	number(&w, 6, code);
	field(&w, 9, GENERAL_STRING, ALICE.realm, strlen(ALICE.realm));
	name = ber_begin(&w, 0xaa);
	parts = ber_begin(&w, BER_SEQUENCE);
	number(&w, 0, 2);
	list = ber_begin(&w, 0xa1);
	ber_put(&w, BER_SEQUENCE, "\x1b\6krbtgt\x1b\13EXAMPLE.COM", 21);
	ber_end(&w, list);
	ber_end(&w, parts);
	ber_end(&w, name);
	field(&w, 11, GENERAL_STRING, words, strlen(words));
	ber_end(&w, fields);
	ber_end(&w, all);
	ck_assert(!w.full);
	return wr_len(&w);
}

static const struct {
	uint32_t code;
	const char *words;
	int result;
	enum reason reason;
} REFUSED[] = {
    {6, "CLIENT_NOT_FOUND", AUTH_REJECT, REASON_AUTH_UNKNOWN_USER},
    {18, "CLIENT LOCKED OUT", AUTH_REJECT, REASON_AUTH_DISABLED}, /* MIT's words for -allow_tix */
    {18, "LOCKED_OUT", AUTH_REJECT, REASON_AUTH_LOCKED},
    {23, "CLIENT KEY EXPIRED", AUTH_REJECT, REASON_AUTH_EXPIRED},
    {1, "CLIENT EXPIRED", AUTH_REJECT, REASON_AUTH_ACCOUNT_EXPIRED},
    {12, "POLICY", AUTH_REJECT, REASON_AUTH_NOT_AUTHORIZED},
    {37, "CLOCK SKEW", AUTH_ERROR, REASON_AUTH_CLOCK},
    {7, "SERVER_NOT_FOUND", AUTH_ERROR, REASON_AUTH_SERVER_ERROR},
    {68, "WRONG REALM", AUTH_ERROR, REASON_AUTH_SERVER_ERROR},
    {60, "GENERIC", AUTH_ERROR, REASON_AUTH_SERVER_ERROR},
    {99, "?", AUTH_ERROR, REASON_AUTH_SERVER_ERROR},
};

static void begin(struct kerberos_exchange *x, struct kerberos_step *s)
{
	ck_assert_ptr_nonnull(x);
	*s = (struct kerberos_step){0};
	kerberos_exchange_step(x, s);
	ck_assert_int_eq(s->next, KERBEROS_SEND);
	ck_assert_uint_eq(s->out[0], 0x6a); /* AS-REQ */
	ck_assert_uint_eq(ber_length(s->out, s->out_len), s->out_len);
}

START_TEST(refused)
{
	struct kerberos_exchange *x = kerberos_exchange_create(&ALICE);
	struct kerberos_step s;

	begin(x, &s);
	s.in = buf;
	s.in_len = krb_error(REFUSED[_i].code, REFUSED[_i].words);
	ck_assert(kerberos_is_answer(s.in, s.in_len));
	kerberos_exchange_step(x, &s);
	ck_assert_int_eq(s.next, KERBEROS_OVER);
	ck_assert_int_eq(s.result, REFUSED[_i].result);
	ck_assert_int_eq(s.reason, REFUSED[_i].reason);
	ck_assert_int_eq(s.error, (int)REFUSED[_i].code);
	ck_assert_ptr_nonnull(strstr(s.why, REFUSED[_i].words));
	kerberos_exchange_destroy(x);
}
END_TEST

START_TEST(wrong_password)
{
	struct kerberos_verdict v = kerberos_verdict(24, text("PREAUTH_FAILED"), text(""));

	ck_assert_int_eq(v.result, AUTH_REJECT);
	ck_assert_int_eq(v.reason, REASON_AUTH_REJECTED);
	ck_assert_str_eq(kerberos_error_name(24), "KDC_ERR_PREAUTH_FAILED");
}
END_TEST

/* The answer does not fit a datagram: the same request once more, by TCP. */
START_TEST(too_big)
{
	struct kerberos_exchange *x = kerberos_exchange_create(&ALICE);
	struct kerberos_step s;
	uint8_t request[512];
	size_t len;

	begin(x, &s);
	len = s.out_len;
	ck_assert_uint_lt(len, sizeof request);
	memcpy(request, s.out, len);
	s.in = buf;
	s.in_len = krb_error(KERBEROS_TOO_BIG, "too big");
	kerberos_exchange_step(x, &s);
	ck_assert_int_eq(s.next, KERBEROS_SEND_STREAM);
	ck_assert_uint_eq(s.out_len, len);
	ck_assert_mem_eq(s.out, request, len);
	kerberos_exchange_destroy(x);
}
END_TEST

/* What is cut off, or something else, ends in an error and nothing worse. */
START_TEST(malformed)
{
	size_t whole = krb_error(6, "CLIENT_NOT_FOUND");
	struct kerberos_exchange *x;
	struct kerberos_step s;

	for (size_t n = 1; n < whole; n += 7) {
		ck_assert(!kerberos_is_answer(buf, n));
		x = kerberos_exchange_create(&ALICE);
		begin(x, &s);
		s.in = buf;
		s.in_len = n;
		kerberos_exchange_step(x, &s);
		ck_assert_int_eq(s.next, KERBEROS_OVER);
		ck_assert_int_eq(s.result, AUTH_ERROR);
		kerberos_exchange_destroy(x);
	}
	buf[0] = 0x30;
	ck_assert(!kerberos_is_answer(buf, whole));
}
END_TEST

/* In an empty root, with the role's system calls only: nothing is opened, nobody is killed. */
START_TEST(without_files)
{
	char root[] = "/tmp/gatehouse-test.XXXXXX";
	struct kerberos_exchange *x;
	struct kerberos_step s = {0};
	int status;
	pid_t pid;

	if (geteuid() != 0)
		return;
	ck_assert_ptr_nonnull(mkdtemp(root));
	pid = fork();
	if (pid == 0) {
		tzset(); /* as confine() does */
		if (chroot(root) != 0 || chdir("/") != 0 || !seccomp_enter(ROLE_AAA))
			_exit(2);
		x = kerberos_exchange_create(&ALICE);
		if (!x)
			_exit(3);
		kerberos_exchange_step(x, &s);
		s.in = buf;
		s.in_len = krb_error(23, "CLIENT KEY EXPIRED");
		kerberos_exchange_step(x, &s);
		kerberos_exchange_destroy(x);
		_exit(s.reason == REASON_AUTH_EXPIRED ? 0 : 4);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	rmdir(root);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %#x", status);
}
END_TEST

/* ---- Active Directory's status ------------------------------------------------------------ */

static const struct {
	uint32_t status;
	enum reason reason;
} STATUS[] = {
    {0xc0000072, REASON_AUTH_DISABLED}, {0xc0000234, REASON_AUTH_LOCKED},
    {0xc0000193, REASON_AUTH_ACCOUNT_EXPIRED}, {0xc000006f, REASON_AUTH_HOURS},
    {0xc0000224, REASON_AUTH_EXPIRED},
    {0xc0ffffff, REASON_AUTH_DISABLED}, /* not known: what the number says */
};

START_TEST(status_of_active_directory)
{
	uint8_t e[64], status[12] = {0};
	struct wr w = wr_init(e, sizeof e);
	size_t all = ber_begin(&w, BER_SEQUENCE);
	struct kerberos_verdict v;

	for (int i = 0; i < 4; i++)
		status[i] = (uint8_t)(STATUS[_i].status >> 8 * i);
	number(&w, 1, 3);
	field(&w, 2, BER_OCTETS, status, sizeof status);
	ber_end(&w, all);
	v = kerberos_verdict(18, text(""), rd_init(e, wr_len(&w)));
	ck_assert_int_eq(v.result, AUTH_REJECT);
	ck_assert_int_eq(v.reason, STATUS[_i].reason);
	/* Cut off it says nothing. */
	for (size_t n = 0; n < wr_len(&w); n++)
		ck_assert_int_eq(
		    kerberos_verdict(18, text(""), rd_init(e, n)).reason, REASON_AUTH_DISABLED);
}
END_TEST

/* What Samba 4.17 said of henry, whose account has expired. */
static const uint8_t METHOD_DATA[] = {0x30, 0x4a, 0x30, 0x31, 0xa1, 0x03, 0x02, 0x01, 0x13, 0xa2,
    0x2a, 0x04, 0x28, 0x30, 0x26, 0x30, 0x24, 0xa0, 0x03, 0x02, 0x01, 0x12, 0xa1, 0x15, 0x1b, 0x13,
    0x41, 0x44, 0x2e, 0x45, 0x58, 0x41, 0x4d, 0x50, 0x4c, 0x45, 0x2e, 0x43, 0x4f, 0x4d, 0x68, 0x65,
    0x6e, 0x72, 0x79, 0xa2, 0x06, 0x04, 0x04, 0x00, 0x00, 0x10, 0x00, 0x30, 0x15, 0xa1, 0x03, 0x02,
    0x01, 0x03, 0xa2, 0x0e, 0x04, 0x0c, 0x93, 0x01, 0x00, 0xc0, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00,
    0x00, 0x00};

START_TEST(status_in_a_list)
{
	for (size_t n = 0; n <= sizeof METHOD_DATA; n++)
		ck_assert_int_eq(kerberos_verdict(18, text(""), rd_init(METHOD_DATA, n)).reason,
		    n < sizeof METHOD_DATA ? REASON_AUTH_DISABLED : REASON_AUTH_ACCOUNT_EXPIRED);
}
END_TEST

/* ---- keytabs ------------------------------------------------------------------------------- */

static void put_counted(struct wr *w, const char *s)
{
	wr_u16(w, (unsigned)strlen(s));
	wr_bytes(w, s, strlen(s));
}

static void put_entry(struct wr *w, const char *realm, uint32_t version)
{
	size_t at = wr_len(w);

	wr_u32(w, 0);
	wr_u16(w, 2);
	put_counted(w, realm);
	put_counted(w, "host");
	put_counted(w, "asa.example.com");
	wr_u32(w, 1);
	wr_u32(w, 0);
	wr_u8(w, version & 0xff);
	wr_u16(w, 18);
	put_counted(w, "0123456789abcdef0123456789abcdef");
	wr_u32(w, version);
	wr_patch32(w, at, (uint32_t)(wr_len(w) - at - 4));
}

static size_t keytab(void)
{
	struct wr w = wr_init(buf, sizeof buf);

	wr_u16(&w, 0x0502);
	put_entry(&w, "OTHER.ORG", 1);
	wr_u32(&w, -7U); /* a hole */
	wr_zero(&w, 7);
	put_entry(&w, "EXAMPLE.COM", 300);
	return wr_len(&w);
}

START_TEST(the_realms_key)
{
	size_t len = keytab();
	struct keytab_entry e;
	struct rd r;

	ck_assert(keytab_find(buf, len, "EXAMPLE.COM", &e));
	ck_assert_uint_eq(e.n, 2);
	ck_assert_mem_eq(e.component[1].p, "asa.example.com", 15);
	ck_assert_uint_eq(e.version, 300);
	ck_assert_uint_eq(e.type, 18);
	ck_assert_uint_eq(rd_left(&e.key), 32);
	ck_assert(!keytab_find(buf, len, "EXAMPLE", &e));
	for (size_t n = 0; n < len; n++)
		ck_assert(!keytab_find(buf, n, "EXAMPLE.COM", &e));
	ck_assert(keytab_begin(buf, len, &r));
	buf[1] = 1;
	ck_assert(!keytab_begin(buf, len, &r));
}
END_TEST

/* With a keytab our own service is asked for; without a key of the realm nobody is asked. */
START_TEST(a_server_that_has_to_prove_itself)
{
	struct kerberos_question q = ALICE;
	struct kerberos_exchange *x;
	struct kerberos_step s;

	q.keytab_len = keytab();
	q.keytab = buf;
	x = kerberos_exchange_create(&q);
	begin(x, &s);
	ck_assert_str_eq(kerberos_exchange_service(x), "host/asa.example.com@EXAMPLE.COM");
	s.in = buf;
	s.in_len = krb_error(KERBEROS_SERVICE_UNKNOWN, "SERVER_NOT_FOUND");
	kerberos_exchange_step(x, &s);
	ck_assert_int_eq(s.result, AUTH_ERROR);
	ck_assert_int_eq(s.reason, REASON_AUTH_KDC);
	kerberos_exchange_destroy(x);

	q.keytab_len = 0;
	x = kerberos_exchange_create(&q);
	ck_assert_ptr_nonnull(x);
	s = (struct kerberos_step){0};
	kerberos_exchange_step(x, &s);
	ck_assert_int_eq(s.next, KERBEROS_OVER);
	ck_assert_int_eq(s.result, AUTH_ERROR);
	ck_assert_int_eq(s.reason, REASON_AUTH_KDC);
	kerberos_exchange_destroy(x);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("aaa_kerberos_exchange");
	TCase *tc = tcase_create("aaa_kerberos_exchange");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_loop_test(tc, refused, 0, sizeof REFUSED / sizeof *REFUSED);
	tcase_add_test(tc, wrong_password);
	tcase_add_test(tc, too_big);
	tcase_add_test(tc, malformed);
	tcase_add_test(tc, without_files);
	tcase_add_loop_test(tc, status_of_active_directory, 0, sizeof STATUS / sizeof *STATUS);
	tcase_add_test(tc, status_in_a_list);
	tcase_add_test(tc, the_realms_key);
	tcase_add_test(tc, a_server_that_has_to_prove_itself);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
