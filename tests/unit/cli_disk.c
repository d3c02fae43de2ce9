/* disk0:, the places that copy knows, accepted host keys; passwords of URLs in what is remembered.
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/disk/disk.h"
#include "cli/disk/place.h"
#include "cli/disk/scp_hosts.h"
#include "parser/parser.h"
#include "parser/text.h"

static char state[64];

static void setup(void)
{
	strcpy(state, "/tmp/gatehouse-disk.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(state));
}

static void teardown(void)
{
	char command[100];

	snprintf(command, sizeof command, "rm -rf %s", state);
	ck_assert_int_eq(system(command), 0);
}

static void path_of(const char *name, char path[128])
{
	snprintf(path, 128, "%s/disk0/%s", state, name);
}

/* A file in pieces of seven bytes. */
static bool disk_write(const char *where, const char *name, const void *bytes, size_t len)
{
	struct disk_writer w;
	size_t at = 0, step = len > 1000 ? len : 7;

	if (!disk_begin(&w, where, name, len))
		return false;
	for (; at < len; at += step)
		ck_assert(
		    disk_put(&w, (const char *)bytes + at, len - at < step ? len - at : step));
	return disk_end(&w);
}

/* ---- disk0: ---------------------------------------------------------------------------- */

START_TEST(names)
{
	static const char *const good[] = {"a", "startup.cfg", "x-1_2+3@4%5=6", "A.B.C"};
	static const char *const bad[] = {
	    "", ".", "..", ".hidden", "a/b", "../x", "a b", "a\n", "a\\b", "\xc3\xa4", "a*", "a:b"};
	char longest[DISK_NAME_MAX + 2];

	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		ck_assert_msg(disk_name(good[i]), "%s", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ck_assert_msg(!disk_name(bad[i]), "%s", bad[i]);
	memset(longest, 'a', sizeof longest);
	longest[DISK_NAME_MAX + 1] = 0;
	ck_assert(!disk_name(longest));
	longest[DISK_NAME_MAX] = 0;
	ck_assert(disk_name(longest));
}
END_TEST

START_TEST(files_come_and_go)
{
	struct disk_file *all;
	size_t n, len;
	char *text;

	all = disk_list(state, &n);
	ck_assert_ptr_nonnull(all);
	ck_assert_uint_eq(n, 0);
	free(all);
	ck_assert_uint_eq(disk_free(state), DISK_SIZE);
	ck_assert(disk_write(state, "b", "two", 3));
	ck_assert(disk_write(state, "a", "", 0));
	ck_assert(disk_write(state, "b", "second", 6));
	all = disk_list(state, &n);
	ck_assert_uint_eq(n, 2);
	ck_assert_str_eq(all[0].name, "a");
	ck_assert_uint_eq(all[1].size, 6);
	free(all);
	ck_assert_uint_eq(disk_free(state), DISK_SIZE - 6);
	text = disk_read(state, "b", &len);
	ck_assert_uint_eq(len, 6);
	ck_assert_str_eq(text, "second");
	free(text);
	ck_assert(!disk_rename(state, "a", "b") && errno == EEXIST);
	ck_assert(!disk_rename(state, "c", "d") && errno == ENOENT);
	ck_assert(!disk_rename(state, "a", "../d") && errno == EINVAL);
	ck_assert(disk_rename(state, "a", "c"));
	ck_assert(!disk_has(state, "a") && disk_has(state, "c"));
	ck_assert(disk_remove(state, "c"));
	ck_assert(!disk_remove(state, "c") && errno == ENOENT);
	ck_assert_ptr_null(disk_read(state, "c", &len));
	ck_assert_int_eq(errno, ENOENT);
}
END_TEST

START_TEST(no_way_out_of_it)
{
	char path[128];
	size_t len;

	ck_assert(disk_write(state, "a", "x", 1));
	path_of("link", path);
	ck_assert_int_eq(symlink("/etc/passwd", path), 0);
	path_of("folder", path);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	ck_assert_ptr_null(disk_read(state, "link", &len));
	ck_assert_ptr_null(disk_read(state, "folder", &len));
	ck_assert_ptr_null(disk_read(state, "../../etc/passwd", &len));
	ck_assert(!disk_remove(state, "link") && !disk_remove(state, "folder"));
	ck_assert(!disk_write(state, "../startup-config", "x", 1) && errno == EINVAL);
	ck_assert(!disk_write(state, ".incoming.0", "x", 1) && errno == EINVAL);
}
END_TEST

START_TEST(half_a_file_is_none)
{
	struct disk_writer one, two;
	size_t n, len;
	char *text;

	ck_assert(disk_write(state, "a", "old", 3));
	ck_assert(disk_begin(&one, state, "a", 3) && disk_begin(&two, state, "a", 3));
	ck_assert(disk_put(&one, "ne", 2) && disk_put(&two, "two", 3) && disk_put(&one, "w", 1));
	free(disk_list(state, &n));
	ck_assert_uint_eq(n, 1); /* what is being written is not shown */
	disk_abandon(&two);
	disk_abandon(&two);
	text = disk_read(state, "a", &len);
	ck_assert_str_eq(text, "old");
	free(text);
	ck_assert(disk_end(&one));
	text = disk_read(state, "a", &len);
	ck_assert_str_eq(text, "new");
	free(text);
	/* Two who each fit, but not both. */
	ck_assert(disk_begin(&one, state, "b", 1) && disk_begin(&two, state, "c", DISK_SIZE - 3));
	text = calloc(1, DISK_SIZE);
	ck_assert(disk_put(&one, "b", 1) && disk_put(&two, text, DISK_SIZE - 3));
	free(text);
	ck_assert(disk_end(&one));
	ck_assert(!disk_end(&two) && errno == ENOSPC);
	ck_assert_uint_eq(disk_free(state), DISK_SIZE - 4);
}
END_TEST

START_TEST(it_gets_full)
{
	size_t half = DISK_SIZE / 2;
	char *bytes = calloc(1, half + 1);

	ck_assert(disk_write(state, "one", bytes, half));
	ck_assert(disk_write(state, "two", bytes, half));
	ck_assert_uint_eq(disk_free(state), 0);
	ck_assert(!disk_write(state, "three", bytes, 1) && errno == ENOSPC);
	ck_assert(!disk_has(state, "three"));
	/* In place of itself it fits; one byte more does not. */
	ck_assert(disk_write(state, "two", bytes, half));
	ck_assert(!disk_write(state, "two", bytes, half + 1) && errno == ENOSPC);
	ck_assert(disk_write(state, "three", bytes, 0));
	free(bytes);
}
END_TEST

/* ---- places ------------------------------------------------------------------------------- */

START_TEST(places)
{
	static const struct {
		const char *typed, *shown, *url; /* NULL: no place; no URL */
	} row[] = {
	    {"running-config", "running-config", NULL},
	    {"system:running-config", "running-config", NULL},
	    {"startup-config", "startup-config", NULL},
	    {"disk0:/a.cfg", "disk0:/a.cfg", NULL},
	    {"flash:a.cfg", "disk0:/a.cfg", NULL},
	    {"a.cfg", "disk0:/a.cfg", NULL},
	    {"disk0:", "disk0:/", NULL},
	    {"disk0:../a", NULL, NULL},
	    {"disk0:/a/b", NULL, NULL},
	    {"../a", NULL, NULL},
	    {"tftp:", "tftp:///", "tftp:///"},
	    {"tftp://10.1.1.1", "tftp://10.1.1.1/", "tftp://10.1.1.1/"},
	    {"tftp://10.1.1.1/a/b", "tftp://10.1.1.1/a/b", "tftp://10.1.1.1/a/b"},
	    {"FTP://h/x", "ftp://h/x", "ftp://h/x"},
	    {"ftp://u:p:q@h//abs", "ftp://u:*@h//abs", "ftp://u:p:q@h//abs"},
	    {"ftp://u:p@w@h/x", "ftp://u:*@h/x", "ftp://u:p%40w@h/x"},
	    {"scp://u@h:2222/x", "scp://u@h:2222/x", "scp://u@h:2222/x"},
	    {"https://h:8443/a?b=c", "https://h:8443/a?b=c", "https://h:8443/a?b=c"},
	    {"http://h/a#b", "http://h/a#b", "http://h/a%23b"},
	    {"http:/h/a", NULL, NULL},
	    {"http://-h/a", NULL, NULL},
	    {"http://h\r\nx/a", NULL, NULL},
	    {"http://@h/a", NULL, NULL},
	    {"file:///etc/passwd", NULL, NULL},
	    {"gopher://h/x", NULL, NULL},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		char text[PLACE_TEXT_MAX];
		struct place p;
		const char *why = NULL;

		ck_assert_msg(place_parse(row[i].typed, &p, &why) == (row[i].shown != NULL), "%s",
		    row[i].typed);
		ck_assert_ptr_nonnull(why);
		if (!row[i].shown)
			continue;
		place_show(&p, text);
		ck_assert_str_eq(text, row[i].shown);
		if (row[i].url) {
			ck_assert(place_url(&p, text));
			ck_assert_str_eq(text, row[i].url);
		}
	}
}
END_TEST

START_TEST(answers_about_places)
{
	struct place p;
	const char *why;

	ck_assert(place_parse("tftp:", &p, &why));
	ck_assert(!place_host(&p, "") && !place_host(&p, "a/b") && !place_host(&p, "a@b"));
	ck_assert(place_host(&p, "10.1.1.1") && place_file(&p, "dir/file"));
	ck_assert_str_eq(place_base(&p), "file");
	ck_assert(!place_has_password(&p));
	ck_assert(place_parse("disk0:", &p, &why));
	ck_assert(place_file(&p, "flash:/x") && !strcmp(p.file, "x"));
	ck_assert(!place_file(&p, "a/b"));
	ck_assert(place_parse("running-config", &p, &why));
	ck_assert(place_file(&p, "running-config") && !place_file(&p, "other"));
}
END_TEST

/* ---- host keys ------------------------------------------------------------------------------ */

START_TEST(host_keys)
{
	char key[SCP_KEY_MAX];

	scp_host_key(state, "h", key);
	ck_assert_str_eq(key, "");
	ck_assert(scp_host_accept(state, "h", "AAAA"));
	ck_assert(scp_host_accept(state, "h:22", "BBBB"));
	ck_assert(scp_host_accept(state, "h", "CCCC"));
	scp_host_key(state, "h", key);
	ck_assert_str_eq(key, "CCCC");
	scp_host_key(state, "h:22", key);
	ck_assert_str_eq(key, "BBBB");
	scp_host_key(state, "h:2", key);
	ck_assert_str_eq(key, "");
	ck_assert(!scp_host_forget(state, "h:2") && errno == ENOENT);
	ck_assert(scp_host_forget(state, "h"));
	scp_host_key(state, "h", key);
	ck_assert_str_eq(key, "");
	scp_host_key(state, "h:22", key);
	ck_assert_str_eq(key, "BBBB");
}
END_TEST

/* ---- what is remembered of a line
 * --------------------------------------------------------------- */

START_TEST(passwords_of_urls)
{
	static const struct {
		const char *line, *masked;
	} row[] = {
	    {"copy ftp://u:p@h/x disk0:", "copy ftp://u:*@h/x disk0:"},
	    {"copy ftp://u:p@q@h/x scp://v:w@i/y", "copy ftp://u:*@h/x scp://v:*@i/y"},
	    {"copy ftp://u:@h/x y", "copy ftp://u:*@h/x y"},
	    {"copy ftp://u@h/x:y@z", "copy ftp://u@h/x:y@z"},
	    {"copy http://h:80/x y", "copy http://h:80/x y"},
	    {"copy a://", "copy a://"},
	    {"copy tftp://h/x ftp://u:p@h/y", "copy tftp://h/x ftp://u:*@h/y"},
	    {"copy ftp://u:p/q@h/y z@", "copy ftp://u:*@h/y z@"},
	    {"copy ftp://u@h:21/x@y z", "copy ftp://u@h:21/x@y z"},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct text t = {0};
		struct gram_out out = text_out(&t);

		gram_mask_unknown(row[i].line, &out);
		ck_assert_str_eq(text_str(&t), row[i].masked);
		text_free(&t);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_disk");
	TCase *t = tcase_create("cli_disk");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, names);
	tcase_add_test(t, files_come_and_go);
	tcase_add_test(t, no_way_out_of_it);
	tcase_add_test(t, half_a_file_is_none);
	tcase_add_test(t, it_gets_full);
	tcase_add_test(t, places);
	tcase_add_test(t, answers_about_places);
	tcase_add_test(t, host_keys);
	tcase_add_test(t, passwords_of_urls);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
