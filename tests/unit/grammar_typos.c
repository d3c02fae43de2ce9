/*
 * A misspelled name in a grammar is refused with its file, its line and the nearest right name; all
 * of them at once; and no letter of the real grammar can be wrong without being told, but in what
 * people read and type.
 */
#include <check.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/acts/acts.h"
#include "cli/config/hooks.h"
#include "tests/support/grammar.h"

extern const char grammars_all[], grammars_all_end[];

static char error[20000];

static const char *hook_name(unsigned i)
{
	return store_functions[i].name;
}

static const char *role_name(unsigned i)
{
	static const char *const roles[] = {"engine", "aaa", "keeper"};

	return i < sizeof(roles) / sizeof(roles[0]) ? roles[i] : NULL;
}

static const struct gram_foreign_names foreign[] = {{"store", hook_name}, {"check", hook_name},
    {"run", acts_name}, {"notify", role_name}, {NULL, NULL}};

/* The grammar when nothing is wrong with it, else NULL and `error`. */
static struct gram *checked(const char *text, size_t len)
{
	struct gram *g = gram_read_foreign(text, len, foreign, error, sizeof(error));

	if (g && (acts_check(g, error, sizeof(error)) || gram_check(g, error, sizeof(error)))) {
		gram_free(g);
		return NULL;
	}
	return g;
}

/* ---- each kind of name ------------------------------------------------------------- */

/* The built-in grammar with the first `right` behind `where` replaced by `wrong`. */
static char *misspelled(const char *where, const char *right, const char *wrong, int *line,
    char file[100])
{
	size_t len = (size_t)(grammars_all_end - grammars_all);
	char *text = calloc(1, len + 100), *at, *start;

	memcpy(text, grammars_all, len);
	at = strstr(text, where);
	ck_assert_msg(at != NULL, "%s is not there", where);
	at = strstr(at, right);
	ck_assert_msg(at != NULL, "%s: %s is not there", where, right);
	for (start = at, *line = 0; start > text && strncmp(start, "\n#file ", 7); start--)
		*line += *start == '\n';
	start += *start == '\n';
	ck_assert_int_eq(sscanf(start, "#file %99s", file), 1);
	memmove(at + strlen(wrong), at + strlen(right), strlen(at + strlen(right)) + 1);
	memcpy(at, wrong, strlen(wrong));
	return text;
}

static const struct {
	const char *where, *right, *wrong, *says;
} rows[] = {
    {"table system", "default", "defualt",
	"`defualt` is no word of a type; did you mean `default`?"},
    /* the four that were accepted once */
    {"section \"ip local pool\"", "- check ", "- chekc ",
	"`chekc` is no attribute; did you mean `check`?"},
    {"section \"ip local pool\"", "delete", "delet",
	"`delet` is no word of no; did you mean `delete`?"},
    {"table pool", "engine", "engien", "notify engien is not there; did you mean `engine`?"},
    {"command ikev1-policy", "dh=1,2,5", "dh=1,3,5",
	"dh cannot be `3`, but 1 2 5 14 15 16 19 20 21"},
    /* attributes and their words */
    {"section access-list", "- trail", "- trial", "did you mean `trail`?"},
    {"section pager", "unset", "unsett", "`unsett` is no word of show; did you mean `unset`?"},
    {"mode config", "leave   one", "leave   onne", "did you mean `one`?"},
    {"running-config", "family         show", "family         shaw", "did you mean `show`?"},
    {"mode exec", "privilege 0", "privilege 16", "`16` is no number from 0 to 15"},
    {"mode exec", "privilege 0", "privilege O", "`O` is no number from 0 to 15"},
    {"section access-list", "- trail", "trail", ""},
    /* types, columns, tables, words of columns */
    {"table pool", "range  range", "range  rnage", "`rnage` is no type; did you mean `range`?"},
    {"table pool", "key ", "kye ", "`kye`: not understood in a table; did you mean `key`?"},
    {"table route", "order ifname", "order ifnmae",
	"no column ifnmae in route; did you mean `ifname`?"},
    {"table crypto_map_interface", "interface.nameif", "interfcae.nameif",
	"did you mean `interface`?"},
    {"table crypto_map_interface", "interface.nameif", "interface.namief",
	"did you mean `nameif`?"},
    {"table crypto_map_interface", "follows crypto_map", "follows crypto_mpa",
	"did you mean `crypto_map`?"},
    {"table ikev1_policy", "default sha", "default sah", "hash cannot be `sah`"},
    {"preset tunnel_group",
	"type=", "tpye=", "no column tpye in tunnel_group; did you mean `type`?"},
    {"preset tunnel_group", "remote-access", "remote-acess", "did you mean `remote-access`?"},
    {"preset tunnel_group", "tunnel_group", "tunel_group",
	"no table tunel_group; did you mean `tunnel_group`?"},
    {"section route", "<gateway>", "<gatewya>",
	"<gatewya> is no column, and has no type; did you mean `gateway`?"},
    {"section access-list", "<dst_kind:word host>", "<dst_knid:word host>",
	"did you mean `dst_kind`?"},
    {"section access-list", "inactive(inactive)", "inactive(inactvie)", "did you mean `inactive`?"},
    {"section access-list", "<kind:word extended>", "<kind:wrod extended>", "did you mean `word`?"},
    {"section \"crypto isakmp\"", "auto(identity)", "atuo(identity)", "identity cannot be `atuo`"},
    {"command ikev1-policy", "\"des=DES", "\"dse=DES", "is for no word of it; did you mean `des`?"},
    {"section \"crypto isakmp\"", "row          isakmp", "row          iskamp",
	"did you mean `isakmp`?"},
    /* modes, sections, fragments, blocks */
    {"section \"crypto ikev1 policy\"", "ikev1-policy", "ikev1-polciy",
	"no mode ikev1-polciy; did you mean `ikev1-policy`?"},
    {"mode ikev1-policy", "parent   config", "parent   confgi",
	"no mode confgi; did you mean `config`?"},
    {"mode ikev1-policy", "row      ikev1_policy", "row      ikev1_policie",
	"did you mean `ikev1_policy`?"},
    {"mode ikev1-policy", "heading", "haeding",
	"not understood in a mode; did you mean `heading`?"},
    {"command ikev1-policy", "ikev1-policy", "ikev1-policie",
	"no mode ikev1-policie; did you mean `ikev1-policy`?"},
    {"section pager", "pager", "pagre", "has no place in the order; did you mean `pager`?"},
    {"#file grammars/order", "sysopt", "sysotp",
	"no command is of section `sysotp`; did you mean `sysopt`?"},
    {"section \"crypto map\"", "+ map-match", "+ map-macth",
	"no fragment map-macth; did you mean `map-match`?"},
    {"table pool", "table", "tabel", "`tabel` opens no block; did you mean `table`?"},
    {"device-block  webvpn", "username", "usernmae", "no mode usernmae; did you mean `username`?"},
    {"device-block  webvpn", "inside", "insdie", "did you mean `inside`?"},
    /* C functions */
    {"section hostname", "check_hostname", "check_hotsname",
	"check check_hotsname is not there; did you mean `check_hostname`?"},
    {"section interface", "store_interface_name", "store_interfcae_name",
	"did you mean `store_interface_name`?"},
    {"command exec", "exec_enable", "exec_enabel",
	"run exec_enabel is not there; did you mean `exec_enable`?"},
    /* a shared word, an example */
    {"section \"crypto map\"", "\tmap ", "\tmpa ", ""},
    {"section hostname", "example   hostname", "example   hotsname",
	"`hotsname securevpn` is no example"},
};

START_TEST(each_kind_of_name)
{
	char file[100], place[200], *text;
	struct gram *g;
	int line;

	text = misspelled(rows[_i].where, rows[_i].right, rows[_i].wrong, &line, file);
	g = checked(text, strlen(text));
	ck_assert_msg(g == NULL, "%s: accepted", rows[_i].wrong);
	snprintf(place, sizeof(place), "%s:", file);
	ck_assert_msg(strstr(error, place) != NULL, "%s, not %s", error, place);
	if (*rows[_i].says)
		ck_assert_msg(
		    strstr(error, rows[_i].says) != NULL, "%s, not %s", error, rows[_i].says);
	/* The line, too: where the word stands, or the line of the command that an example is of.
	 */
	snprintf(place, sizeof(place), "%s:%d: ", file, line);
	if (*rows[_i].says && !strstr(rows[_i].says, "example"))
		ck_assert_msg(strstr(error, place) != NULL, "%s, not %s", error, place);
	free(text);
}
END_TEST

START_TEST(all_at_once)
{
	static const char text[] =
	    "#file x\n"
	    "table t\n\tkey k name\n\tcol c wrod a b\n\tcol d word a b default x\n\tnotfiy engine\n"
	    "\tnotify engien\n"
	    "mode exec\nmode config\n\tparent exce\n"
	    "comand config\n\tignored\n\t- row nothing\n"
	    "command config\n\tset \"Set\" <k> <cc>\n\t- rwo t\n\t- row t\n\t- no delet\n"
	    "\tget \"Get\" <k> <d>\n\t- row tt\n";
	static const char *const lines[] = {"x:3: `wrod` is no type", "x:4: d cannot be `x`",
	    "x:5: `notfiy`: not understood", "x:6: notify engien is not there", "x:9: no mode exce",
	    "x:10: `comand` opens no block", "x:14: <cc> is no column",
	    "x:15: `rwo` is no attribute", "x:17: `delet` is no word of no", "x:19: no table tt"};
	struct gram *g = gram_read_foreign(text, sizeof(text) - 1, foreign, error, sizeof(error));
	unsigned n = 1;

	ck_assert(g == NULL);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		ck_assert_msg(
		    strstr(error, lines[i]) != NULL, "%s is not told:\n%s", lines[i], error);
	for (const char *p = error; (p = strchr(p, '\n')); p++)
		n++;
	ck_assert_msg(n == sizeof(lines) / sizeof(lines[0]), "%u errors:\n%s", n, error);
}
END_TEST

/* ---- any letter -------------------------------------------------------------------- */

static bool is_letter(char c)
{
	return c >= 'a' && c <= 'z';
}

/* Not in a comment or the name of a file, nor in what only tells kept lines apart and is looked up
 * nowhere: the last key, filled by its place, and the family that a line sets. */
static bool may_spoil(const char *text, const char *at)
{
	static const char key[] = "\n\tkey  part";
	const char *set, *end;

	while (at > text && *at != '\n' && *at != '#')
		at--;
	set = strstr(at, "family=");
	end = strchr(at + 1, '\n');
	return *at != '#' && strncmp(at, key, sizeof key - 1) != 0 && !(set && end && set < end);
}

/* Whatever is still accepted means the same: names and structure are those of the right grammar. */
START_TEST(any_letter)
{
	size_t len = (size_t)(grammars_all_end - grammars_all);
	char *text = malloc(len + 1), *right, *now;
	struct gram *g = checked(grammars_all, len);
	uint64_t seed = 7;
	unsigned refused = 0, accepted = 0;

	ck_assert_msg(g != NULL, "%s", error);
	right = grammar_dump(g, DUMP_NAMES);
	gram_free(g);
	memcpy(text, grammars_all, len + 1);
	while (refused + accepted < 1000) {
		size_t at = test_random(&seed, (uint32_t)len);
		char was = text[at], letter = (char)('a' + test_random(&seed, 26));

		if (!is_letter(was) || was == letter || !may_spoil(text, text + at))
			continue;
		text[at] = letter;
		g = checked(text, len);
		if (g) {
			now = grammar_dump(g, DUMP_NAMES);
			text[at + 1] = '\0';
			ck_assert_msg(
			    !strcmp(now, right), "accepted: %s", text + (at > 200 ? at - 200 : 0));
			text[at + 1] = grammars_all[at + 1];
			free(now);
			accepted++;
		} else {
			refused++;
		}
		gram_free(g);
		text[at] = was;
	}
	ck_assert_uint_gt(refused, accepted / 4);
	free(right);
	free(text);
}
END_TEST

/* ---- names that C functions ask a line for ----------------------------------------- */

static char *sources(void)
{
	static const char *const rooms[] = {"cli/acts/*.c", "cli/config/*.c"};
	char *all = calloc(1, 2000000);
	size_t used = 0;

	for (size_t i = 0; i < sizeof(rooms) / sizeof(rooms[0]); i++) {
		glob_t found;

		ck_assert_int_eq(glob(rooms[i], 0, NULL, &found), 0);
		for (size_t k = 0; k < found.gl_pathc; k++) {
			FILE *f = fopen(found.gl_pathv[k], "r");

			ck_assert_ptr_nonnull(f);
			used += fread(all + used, 1, 1999999 - used, f);
			fclose(f);
		}
		globfree(&found);
	}
	return all;
}

static const char *all_sources;

/* A value that no column has is asked for by its name somewhere. */
static void is_asked_for(const char *text, size_t len)
{
	char literal[100];

	snprintf(literal, sizeof(literal), "\"%.*s\"", (int)len, text);
	ck_assert_msg(
	    strstr(all_sources, literal) != NULL, "nobody asks for <%.*s>", (int)len, text);
}

START_TEST(values_are_asked_for)
{
	size_t len = (size_t)(grammars_all_end - grammars_all);
	struct gram *g = gram_read(grammars_all, len, error, sizeof(error));
	char *dump = grammar_dump(g, DUMP_ALL), *text = sources();

	all_sources = text;
	/* "text=`NAME` ... -1 key 0 [KIND": a value that fills no column; families are not asked.
	 */
	for (char *p = dump; (p = strstr(p, " text=`")); p++) {
		char *end = strchr(p + 7, '`'), *line = strchr(p, '\n');
		char *free_value = strstr(end, " -1 key 0 [");

		if (free_value && free_value < line && strncmp(free_value, " -1 key 0 [16 ", 14))
			is_asked_for(p + 7, (size_t)(end - p - 7));
	}
	free(dump);
	free(text);
	gram_free(g);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("grammar_typos");
	TCase *t = tcase_create("all");
	SRunner *r;
	int failed;

	tcase_set_timeout(t, 240);
	tcase_add_loop_test(t, each_kind_of_name, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_test(t, all_at_once);
	tcase_add_test(t, any_letter);
	tcase_add_test(t, values_are_asked_for);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? 1 : 0;
}
