/*
 * The bus codec: every message of messages.def there and back, cut short at
 * every byte, and with every byte changed. The cases are written by the list.
 */
#include <check.h>
#include <stdlib.h>

#include "engine/ipc/message.h"

/* A stream of values, the same for filling and for comparing. */
static uint64_t seed;
static char text[64][40];
static unsigned texts;

static uint64_t next(void)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return seed >> 8;
}

static const char *next_text(void)
{
	char *t = text[texts++ % 64];
	size_t len = next() % 39;

	for (size_t i = 0; i < len; i++)
		t[i] = (char)('!' + next() % 90);
	t[len] = 0;
	return t;
}

static struct strlist next_list(void)
{
	struct strlist l = {.n = (uint8_t)(next() % (STRLIST_MAX + 1))};

	for (unsigned i = 0; i < l.n; i++)
		l.v[i] = next_text();
	return l;
}

static struct addr next_addr(void)
{
	struct addr a = {0};

	switch (next() % 3) {
	case 0:
		return a;
	case 1:
		return addr_v4((uint32_t)next());
	default:
		a.family = AF_INET6;
		for (int i = 0; i < 16; i++)
			a.b[i] = (uint8_t)next();
		return a;
	}
}

static struct bytes next_bytes(size_t max)
{
	static uint8_t pool[40000];
	struct bytes b = {.len = (uint16_t)(next() % (max + 1)), .p = pool};

	ck_assert_uint_le(max, sizeof pool);
	for (size_t i = 0; i < sizeof pool; i++)
		pool[i] = (uint8_t)(i * 7);
	return b;
}

static void same_list(const struct strlist *a, const struct strlist *b)
{
	ck_assert_uint_eq(a->n, b->n);
	for (unsigned i = 0; i < a->n; i++)
		ck_assert_str_eq(a->v[i], b->v[i]);
}

#define U8(f) m->f = (uint8_t)next();
#define U16(f) m->f = (uint16_t)next();
#define U32(f) m->f = (uint32_t)next();
#define U64(f) m->f = next();
#define I64(f) m->f = (int64_t)next() - 7;
#define STR(f) m->f = next_text();
#define SECRET(f) m->f = next_text();
#define LIST(f) m->f = next_list();
#define ADDR(f) m->f = next_addr();
#define BYTES(f, max) m->f = next_bytes(max);
#define FILL(name, tag, ...) \
	static void fill_##name(struct tag *m) \
	{ \
		__VA_ARGS__ \
	}
#define CFG(NAME, name, ROLE, table, ...) FILL(name, name, __VA_ARGS__)
#define MSG(NAME, name, ...) FILL(name, msg_##name, __VA_ARGS__)
#include "engine/ipc/messages.def"

#define SAME(f) ck_assert_msg(m->f == n->f, #f);
#define U8(f) SAME(f)
#define U16(f) SAME(f)
#define U32(f) SAME(f)
#define U64(f) SAME(f)
#define I64(f) SAME(f)
#define STR(f) ck_assert_str_eq(m->f, n->f);
#define SECRET(f) ck_assert_str_eq(m->f, n->f);
#define LIST(f) same_list(&m->f, &n->f);
#define ADDR(f) ck_assert(addr_equal(&m->f, &n->f));
#define BYTES(f, max) \
	ck_assert_uint_eq(m->f.len, n->f.len); \
	ck_assert(!m->f.len || !memcmp(m->f.p, n->f.p, m->f.len));
#define EQUAL(name, tag, ...) \
	static void same_##name(const struct tag *m, const struct tag *n) \
	{ \
		__VA_ARGS__ \
	}
#define CFG(NAME, name, ROLE, table, ...) EQUAL(name, name, __VA_ARGS__)
#define MSG(NAME, name, ...) EQUAL(name, msg_##name, __VA_ARGS__)
#include "engine/ipc/messages.def"

static void fill(struct ipc_msg *m, enum msg_type type)
{
	memset(m, 0, sizeof *m);
	m->type = type;
	m->fd = -1;
	switch (type) {
#define MSG(NAME, name, ...) \
	case MSG_##NAME: \
		fill_##name(&m->name); \
		break;
#include "engine/ipc/messages.def"
	default:
		ck_abort();
	}
}

static void same(const struct ipc_msg *m, const struct ipc_msg *n)
{
	ck_assert_int_eq(m->type, n->type);
	switch (m->type) {
#define MSG(NAME, name, ...) \
	case MSG_##NAME: \
		same_##name(&m->name, &n->name); \
		break;
#include "engine/ipc/messages.def"
	default:
		ck_abort();
	}
}

/* Decodes from memory of exactly that length, so that a sanitizer sees a step too far. */
static bool decode(struct ipc_msg *m, const uint8_t *buf, size_t len, uint8_t **copy)
{
	*copy = malloc(len ? len : 1);
	memcpy(*copy, buf, len);
	return ipc_decode(m, *copy, len);
}

START_TEST(there_and_back)
{
	static uint8_t buf[65536];
	uint8_t *copy;
	struct ipc_msg m, n;

	for (int round = 0; round < 50; round++) {
		seed = (uint64_t)(_i * 1000 + round);
		fill(&m, (enum msg_type)_i);
		size_t len = ipc_encode(&m, buf, sizeof buf);

		ck_assert_uint_gt(len, 2);
		ck_assert_msg(decode(&n, buf, len, &copy), "%s", ipc_name(m.type));
		same(&m, &n);
		ck_assert_int_eq(n.fd, -1);
		free(copy);
		ck_assert_uint_eq(ipc_encode(&m, buf, len - 1), 0);
	}
}
END_TEST

START_TEST(cut_short_is_refused)
{
	static uint8_t buf[65536];
	uint8_t *copy;
	struct ipc_msg m, n;

	seed = (uint64_t)_i;
	fill(&m, (enum msg_type)_i);
	size_t len = ipc_encode(&m, buf, sizeof buf - 1);

	for (size_t cut = 0; cut < len; cut++) {
		ck_assert(!decode(&n, buf, cut, &copy));
		ck_assert_int_eq(n.type, MSG_NONE);
		free(copy);
	}
	buf[len] = 0;
	ck_assert(!decode(&n, buf, len + 1, &copy));
	free(copy);
}
END_TEST

START_TEST(changed_bytes_never_hurt)
{
	static uint8_t buf[65536], again[65536];
	uint8_t *copy;
	char line[4096];
	struct ipc_msg m, n;

	seed = (uint64_t)_i;
	fill(&m, (enum msg_type)_i);
	size_t len = ipc_encode(&m, buf, sizeof buf);

	for (size_t at = 0; at < len; at++)
		for (int v = 0; v < 256; v += 17) {
			uint8_t old = buf[at];

			buf[at] = (uint8_t)(old ^ v);
			if (decode(&n, buf, len, &copy)) {
				ck_assert_uint_eq(ipc_encode(&n, again, sizeof again), len);
				ipc_print(&n, line, sizeof line);
			}
			free(copy);
			buf[at] = old;
		}
}
END_TEST

START_TEST(unset_travels_as_empty)
{
	uint8_t buf[1024];
	struct ipc_msg m = {.type = MSG_CFG_USER, .fd = -1}, n;
	size_t len = ipc_encode(&m, buf, sizeof buf);

	ck_assert(ipc_decode(&n, buf, len));
	ck_assert_str_eq(n.cfg_user.name, "");
	ck_assert_str_eq(n.cfg_user.password, "");
}
END_TEST

START_TEST(secrets_are_not_printed)
{
	struct ipc_msg m = {.type = MSG_CFG_USER,
	    .fd = -1,
	    .cfg_user = {
		.op = CFG_SET, .name = "bob", .form = "nt-encrypted", .password = "topsecret"}};
	char line[256], small[16];

	ipc_print(&m, line, sizeof line);
	ck_assert_str_eq(line, "CFG_USER op=1 name=\"bob\" form=\"nt-encrypted\" password=***** "
	                       "privilege=0 service_type=\"\" password_date=0 otp_secret=\"\"");
	ipc_print(&m, small, sizeof small);
	ck_assert_str_eq(small, "CFG_USER op=1 n");
}
END_TEST

START_TEST(strange_types_are_refused)
{
	static const uint8_t row[][4] = {{0, 0}, {0xff, 0xff}, {MSG_COUNT >> 8, MSG_COUNT & 0xff}};
	struct ipc_msg n;

	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		ck_assert(!ipc_decode(&n, row[i], sizeof row[i]));
	ck_assert_str_eq(ipc_name(MSG_COUNT), "?");
	ck_assert_str_eq(ipc_name(MSG_KEEP_OPEN), "KEEP_OPEN");
}
END_TEST

static bool encodes(const struct ipc_msg *m, size_t size)
{
	static uint8_t buf[3 * IPC_PACKET_MAX];
	struct ipc_msg back;
	size_t len = ipc_encode(m, buf, size);

	return len && ipc_decode(&back, buf, len);
}

/* What has room is said whole, what has none is not said at all: never a part of it. */
START_TEST(as_long_as_can_be)
{
	static char long_text[IPC_PACKET_MAX + 1];
	static const uint8_t bytes[65];
	struct ipc_msg m = {.type = MSG_LOG_LINE, .log_line = {.text = long_text}};
	size_t fixed = 2 + 1 + 4 + 2 + 1 + 8; /* type, severity, number, length, NUL, time */

	ck_assert_uint_eq(ipc_encode(&m, (uint8_t[64]){0}, fixed), fixed);
	ck_assert_uint_eq(ipc_encode(&m, (uint8_t[64]){0}, fixed - 1), 0);
	memset(long_text, 'x', IPC_PACKET_MAX - 1);
	ck_assert(encodes(&m, 3 * IPC_PACKET_MAX));
	long_text[IPC_PACKET_MAX - 1] = 'x'; /* its length would have no place */
	ck_assert(!encodes(&m, 3 * IPC_PACKET_MAX));
	m = (struct ipc_msg){.type = MSG_AUTH_REQUEST,
	    .auth_request = {.challenge = {64, bytes}, .response = {64, bytes}}};
	ck_assert(encodes(&m, 1000));
	m.auth_request.response.len = 65;
	ck_assert(!encodes(&m, 1000));
}
END_TEST

/* Each thing that may be wrong in a message makes it none. */
START_TEST(refused_when_read)
{
	static const struct {
		const char *bytes; /* of a LOG_LINE behind its type */
		size_t len;
		bool good;
	} row[] = {
#define TIME "\0\0\0\0\0\0\0\1"
	    {"\6\0\0\0\1\0\2hi\0" TIME, 18, true},
	    {"\6\0\0\0\1\0\2hix" TIME, 18, false},
	    {"\6\0\0\0\1\0\2h\0\0" TIME, 18, false}, /* a NUL within */
	    {"\6\0\0\0\1\0\2hi\0" TIME, 17, false},
	    {"\6\0\0\0\1\0\2hi\0" TIME "\0", 19, false}, /* more behind it */
	    {"\6\0\0\0\1\0\0\0" TIME, 16, true},
	};
	struct ipc_msg m = {.type = MSG_LINK_STATE, .fd = -1}, back;
	uint8_t buf[2048];
	size_t len, at;

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		uint8_t exact[24] = {MSG_LOG_LINE >> 8, MSG_LOG_LINE & 0xff};

		memcpy(exact + 2, row[i].bytes, row[i].len);
		ck_assert_msg(
		    ipc_decode(&back, exact, 2 + row[i].len) == row[i].good, "row %zu", i);
		ck_assert_int_eq(back.type, row[i].good ? MSG_LOG_LINE : MSG_NONE);
	}
	/* a list of as many as can be, and of one more */
	m.link_state.addresses.n = STRLIST_MAX;
	for (int i = 0; i < STRLIST_MAX; i++)
		m.link_state.addresses.v[i] = "a";
	len = ipc_encode(&m, buf, sizeof buf);
	ck_assert(ipc_decode(&back, buf, len));
	ck_assert_uint_eq(back.link_state.addresses.n, STRLIST_MAX);
	for (at = 2; buf[at] != STRLIST_MAX || buf[at + 1] || buf[at + 2] != 1; at++)
		ck_assert_uint_lt(at, len);
	buf[at]++;
	memmove(buf + at + 5, buf + at + 1, len - at - 1);
	memcpy(buf + at + 1, "\0\1a", 4);
	ck_assert(!ipc_decode(&back, buf, len + 4));
	m.link_state.addresses.n = STRLIST_MAX + 1; /* only what there is is said */
	ck_assert_uint_eq(ipc_encode(&m, buf, sizeof buf), len);
}
END_TEST

/* A descriptor is named, of any number; a line is cut at its end and nowhere else. */
START_TEST(printed)
{
	struct ipc_msg m = {.type = MSG_LOG_LINE, .fd = -1, .log_line = {6, 1, "hi", 5}};
	static const char whole[] = "LOG_LINE severity=6 number=1 text=\"hi\" time=5";
	char line[64];

	for (size_t size = 1; size <= sizeof whole + 2; size++) {
		memset(line, '#', sizeof line);
		ipc_print(&m, line, size);
		ck_assert_uint_eq(strlen(line), size < sizeof whole ? size - 1 : sizeof whole - 1);
		ck_assert_mem_eq(line, whole, strlen(line));
		ck_assert_int_eq(line[size], '#');
	}
	m.fd = 0;
	ipc_print(&m, line, sizeof line);
	ck_assert_str_eq(line + sizeof whole - 1, " +fd");
	ipc_print(&(struct ipc_msg){.type = MSG_NONE, .fd = -1}, line, sizeof line);
	ck_assert_str_eq(line, "NONE");
	ipc_print(&(struct ipc_msg){.type = MSG_COUNT, .fd = -1}, line, sizeof line);
	ck_assert_str_eq(line, "?");
	ck_assert_ptr_null(ipc_id(&(struct ipc_msg){.type = MSG_COUNT}));
	ck_assert_ptr_null(ipc_op(&m));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ipc_message");
	TCase *tc = tcase_create("codec");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, there_and_back, MSG_NONE + 1, MSG_COUNT);
	tcase_add_loop_test(tc, cut_short_is_refused, MSG_NONE + 1, MSG_COUNT);
	tcase_add_loop_test(tc, changed_bytes_never_hurt, MSG_NONE + 1, MSG_COUNT);
	tcase_add_test(tc, unset_travels_as_empty);
	tcase_add_test(tc, secrets_are_not_printed);
	tcase_add_test(tc, strange_types_are_refused);
	tcase_add_test(tc, as_long_as_can_be);
	tcase_add_test(tc, refused_when_read);
	tcase_add_test(tc, printed);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
