/* Whole configurations of a device: loaded, each of their lines stands in what is shown; loaded
 * once more, nothing has changed; what is refused is what is listed. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/config.h"

static const struct {
	const char *file;
	const char *refused; /* first words of what later versions will act on */
} configs[] = {
    {"tests/data/device/branch.conf", ""},
    {"tests/data/device/core.conf", ""},
    {"tests/data/device/objects.conf", ""},
    {"tests/data/device/nat.conf", ""},
    {"tests/data/device/branch82.conf", ""},
    {"tests/data/device/small.conf", ""},
    {"tests/data/device/later.conf", "access-group "},
};

struct seen {
	struct text lines; /* refused */
	struct text says;  /* why */
	struct text heads; /* first words of those that no refused block has taken with it */
};

static void note(void *ctx, unsigned number, const char *line, bool refused, const char *says)
{
	struct seen *s = ctx;

	(void)number;
	if (!refused)
		return;
	text_addf(&s->lines, "%s\n", line);
	text_add(&s->says, says);
	if (strstr(says, "refused block"))
		return;
	line += strspn(line, " ");
	text_addf(&s->heads, "%.*s ", (int)strcspn(line, " "), line);
}

static void load(struct config_test *t, const char *text, struct seen *s)
{
	struct db_report report = {.line = note, .ctx = s};

	text_clear(&s->lines);
	text_clear(&s->heads);
	db_apply(t->db, text, strlen(text), 15, DB_APPLY_WHOLE, &report);
}

/* The text without the blanks at the ends of its lines, and their number at their beginning. */
static char *plain(const char *text)
{
	struct text t = {0};

	for (size_t n; *text; text += n + (text[n] == '\n')) {
		size_t len, skip = strspn(text, " ");

		n = strcspn(text, "\n");
		skip = skip < n ? skip : n;
		for (len = n; len > skip && text[len - 1] == ' ';)
			len--;
		text_addc(&t, '\n');
		text_addn(&t, text + skip, len - skip);
	}
	text_addc(&t, '\n');
	return t.p;
}

static bool is_frame(const char *line)
{
	return *line == ':' || *line == '!' || !*line || !strncmp(line, "ASA Version", 11) ||
	       !strncmp(line, "Cryptochecksum", 14);
}

/* Every line of the file stands in what is shown, or was refused. */
static void ck_all_there(const char *text, const char *shown, const char *refused)
{
	char *want = plain(text), *have = plain(shown), *not = plain(refused), *rest = want, *line;
	char needle[GRAM_LINE_MAX];

	while ((line = strsep(&rest, "\n"))) {
		if (is_frame(line))
			continue;
		snprintf(needle, sizeof(needle), "\n%s\n", line);
		ck_assert_msg(strstr(have, needle) || strstr(not, needle), "not shown: %s", line);
	}
	free(not );
	free(want);
	free(have);
}

START_TEST(comes_back)
{
	struct config_test t = {0};
	struct seen s = {0};
	char *text = config_file(configs[_i].file), *shown;
	char sum[33], again[33];

	config_open(&t);
	load(&t, text, &s);
	ck_assert_msg(!strcmp(text_str(&s.heads), configs[_i].refused), "%s: refused: %s\n%.2000s",
	    configs[_i].file, text_str(&s.heads), text_str(&s.lines));
	shown = strdup(config_show(&t, RENDER_CLEAR, ""));
	ck_all_there(text, shown, text_str(&s.lines));
	db_checksum(t.db, sum);
	load(&t, text, &s); /* over it */
	ck_assert_str_eq(config_show(&t, RENDER_CLEAR, ""), shown);
	ck_assert_uint_eq(config_load(&t, shown), 0);
	ck_assert_str_eq(config_show(&t, RENDER_CLEAR, ""), shown);
	db_checksum(t.db, again);
	ck_assert_str_eq(sum, again);
	ck_assert_ptr_nonnull(strstr(shown, "swordfish"));
	ck_assert_ptr_null(strstr(config_show(&t, 0, ""), "swordfish"));
	config_close(&t);
	text_free(&s.lines);
	text_free(&s.heads);
	text_free(&s.says);
	free(shown);
	free(text);
}
END_TEST

/* A line of a banner may be empty, wherever it stands. */
START_TEST(empty_lines_of_a_banner)
{
	static const char lines[] = "banner motd  \nbanner motd Welcome\nbanner motd  \n";
	struct config_test t = {0};

	config_open(&t);
	ck_assert_uint_eq(config_load(&t, "banner motd \nbanner motd Welcome\nbanner motd\n"), 0);
	ck_assert_str_eq(config_show(&t, 0, "banner"), lines);
	ck_assert_uint_eq(config_load(&t, lines), 0);
	ck_assert_str_eq(config_show(&t, 0, "banner"), lines);
	config_paste(&t, "no banner motd\n");
	ck_assert_str_eq(config_show(&t, 0, "banner"), "");
	config_close(&t);
}
END_TEST

/* What is known and cannot be served is refused with the reason, and changes nothing. */
START_TEST(told_why_not)
{
	static const char *const row[][2] = {
	    {"global (outside) 1 interface", "This syntax of nat command has been deprecated."},
	    {"nat (inside) 1 0 0", "This syntax of nat command has been deprecated."},
	    {"nat (inside) 0 access-list X", "This syntax of nat command has been deprecated."},
	    {"static (inside,outside) tcp interface www 10.1.1.5 www",
		"This syntax of nat command has been deprecated."},
	    {"route outside 0 0 10.0.0.2 1 track 1", "no gateway is probed here"},
	    {"route outside 0 0 10.0.0.2 tunneled", "there is no tunneled default route"},
	    {"route Null0 10.0.0.0 255.0.0.0 1", "there is no interface Null0"},
	    {"ipv6 route outside ::/0 2001:db8::1", "IPv6 is not served"},
	    {"object-group user ADMINS", "groups of users are not served"},
	    {"object-group security TAGS", "security tags are not served"},
	    {"object-group network-service WEB", "network-service objects are not served"},
	    {"object network-service WEB", "network-service objects are not served"},
	    {"access-list L2 ethertype permit bpdu", "lists of Ethernet frames are not served"},
	    {"access-list W webtype permit url any", "lists of web pages are not served"},
	    {"interface GigabitEthernet0/0\nip address pppoe setroute", "PPPoE is not spoken here"},
	    {"interface GigabitEthernet0/0\nipv6 address 2001:db8::1/64", "IPv6 is not served"},
	    {"interface GigabitEthernet0/0\nbridge-group 1", "interfaces are not bridged here"},
	};
	struct config_test t = {0};
	char before[33], after[33], lines[200];

	config_open(&t);
	config_paste(
	    &t, "interface GigabitEthernet0/0\nnameif outside\nip address 10.0.0.1 255.0.0.0\n");
	db_checksum(t.db, before);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct seen s = {0};
		struct db_report report = {.line = note, .ctx = &s};

		snprintf(lines, sizeof lines, "%s\n", row[i][0]);
		db_apply(t.db, lines, strlen(lines), 15, 0, &report);
		ck_assert_msg(
		    strstr(text_str(&s.says), row[i][1]), "%s: %s", row[i][0], text_str(&s.says));
		text_free(&s.lines);
		text_free(&s.heads);
		text_free(&s.says);
	}
	db_checksum(t.db, after);
	ck_assert_str_eq(before, after);
	config_close(&t);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("device_config");
	TCase *c = tcase_create("device_config");
	SRunner *r;
	int failed;

	tcase_set_timeout(c, 120);
	tcase_add_loop_test(c, comes_back, 0, sizeof(configs) / sizeof(configs[0]));
	tcase_add_test(c, empty_lines_of_a_banner);
	tcase_add_test(c, told_why_not);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
