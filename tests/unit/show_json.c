/* `| json`: what records look like as JSON, read by a reader that is not ours. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "cli/show/json.h"
#include "engine/ipc/shape.h"

static json_t *read_back(const struct ipc_msg *m)
{
	struct text t = {0};
	json_error_t why;
	json_t *j;

	json_record(&t, m);
	for (size_t i = 0; i < t.len; i++)
		ck_assert_msg((uint8_t)t.p[i] >= 0x20 && (uint8_t)t.p[i] < 0x7f, "%s", t.p);
	j = json_loads(text_str(&t), JSON_REJECT_DUPLICATES, &why);
	ck_assert_msg(j != NULL, "%s: %s", why.text, text_str(&t));
	text_free(&t);
	return j;
}

static const char *text_of(const json_t *j, const char *name)
{
	const char *s = json_string_value(json_object_get(j, name));

	ck_assert_msg(s != NULL, "%s", name);
	return s;
}

START_TEST(fields_by_their_names)
{
	struct ipc_msg m = {.type = MSG_REC_SESSION};
	json_t *j;

	m.rec_session = (struct msg_rec_session){.id = 77, .index = 4294967295u, .user = "test",
	    .public = addr_v4(0x0a010102), .bytes_in = 9007199254740993ull};
	j = read_back(&m);
	ck_assert_str_eq(text_of(j, "record"), "session");
	ck_assert_str_eq(text_of(j, "user"), "test");
	ck_assert_str_eq(text_of(j, "group_policy"), "");
	ck_assert_str_eq(text_of(j, "public"), "10.1.1.2");
	ck_assert(json_is_null(json_object_get(j, "assigned")));
	ck_assert_int_eq(json_integer_value(json_object_get(j, "index")), 4294967295);
	ck_assert_int_eq(json_integer_value(json_object_get(j, "bytes_in")), 9007199254740993);
	ck_assert_ptr_null(json_object_get(j, "id"));
	json_decref(j);
}
END_TEST

/* A session whose end nobody saw: no number is better than one of all ones. */
START_TEST(what_is_not_known)
{
	struct ipc_msg m = {.type = MSG_SESSION_RECORD};
	static const char *const names[] = {"end_time", "duration", "bytes_out"};
	json_t *j;

	m.session_record = (struct msg_session_record){.end_time = UINT64_MAX,
	    .duration = UINT32_MAX, .bytes_out = UINT64_MAX, .bytes_in = INT64_MAX};
	j = read_back(&m);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		ck_assert_msg(json_is_null(json_object_get(j, names[i])), "%s", names[i]);
	ck_assert(json_is_integer(json_object_get(j, "login_time")));
	ck_assert(json_is_integer(json_object_get(j, "bytes_in")));
	json_decref(j);
}
END_TEST

START_TEST(strings_of_strangers)
{
	static const struct {
		const char *said, *read;
	} row[] = {
	    {"\"\\/", "\"\\/"},
	    {"\n\t\x1b[2J\x7f", "\n\t\x1b[2J\x7f"},
	    {"D\xc3\xbcsseldorf \xe2\x82\xac \xf0\x9f\x98\x80",
	        "D\xc3\xbcsseldorf \xe2\x82\xac \xf0\x9f\x98\x80"},
	    {"a\xff" "b\xc3", "a\xef\xbf\xbd" "b\xef\xbf\xbd"},
	    {NULL, ""},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct ipc_msg m = {.type = MSG_REC_COUNTER, .rec_counter = {.name = row[i].said}};
		json_t *j = read_back(&m);

		ck_assert_str_eq(text_of(j, "name"), row[i].read);
		json_decref(j);
	}
}
END_TEST

/* The kinds of fields that records have seldom; no message is known to have a secret shown. */
START_TEST(every_message_is_valid_and_no_secret_is_in_it)
{
	static const uint8_t raw[] = {0xde, 0x01};

	for (int type = MSG_NONE + 1; type < MSG_COUNT; type++) {
		struct ipc_msg m = {.type = (enum msg_type)type};
		const struct ipc_shape *s = ipc_shape(m.type);
		json_t *j;

		for (unsigned i = 0; i < s->n; i++) {
			void *at = (char *)ipc_body(&m) + s->fields[i].offset;

			if (s->fields[i].kind == IPC_SECRET)
				*(const char **)at = "S3cret";
			else if (s->fields[i].kind == IPC_LIST)
				*(struct strlist *)at = (struct strlist){2, {"one", "two"}};
			else if (s->fields[i].kind == IPC_BYTES)
				*(struct bytes *)at = (struct bytes){sizeof raw, raw};
			else if (s->fields[i].kind == IPC_RANGE)
				*(struct range *)at = (struct range){0x0a000001, 0x0a0000fe};
		}
		j = read_back(&m);
		for (unsigned i = 0; i < s->n; i++) {
			const struct ipc_field *f = &s->fields[i];
			const json_t *v = json_object_get(j, f->name);

			if (f->kind == IPC_SECRET)
				ck_assert_ptr_null(v);
			else if (f->kind == IPC_LIST)
				ck_assert_str_eq(
				    json_string_value(json_array_get(v, 1)), "two");
			else if (f->kind == IPC_BYTES)
				ck_assert_str_eq(json_string_value(v), "de01");
			else if (f->kind == IPC_RANGE)
				ck_assert_str_eq(
				    json_string_value(json_array_get(v, 1)), "10.0.0.254");
		}
		json_decref(j);
	}
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("json");
	Suite *s = suite_create("show_json");
	SRunner *r = srunner_create(s);
	int failed;

	suite_add_tcase(s, tc);
	tcase_add_test(tc, fields_by_their_names);
	tcase_add_test(tc, what_is_not_known);
	tcase_add_test(tc, strings_of_strangers);
	tcase_add_test(tc, every_message_is_valid_and_no_secret_is_in_it);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
