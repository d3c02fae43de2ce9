/* Help and completion: the layouts of the device, Tab. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/grammar.h"

static struct gram *g;
static struct parse_state state;
static char text[20000];

static void collect(void *ctx, const char *s, size_t len)
{
	(void)ctx;
	ck_assert_uint_lt(strlen(text) + len, sizeof(text));
	strncat(text, s, len);
}

static void names(void *ctx, const struct gram_table *t, int column, const struct gram_type *ref,
    const char *prefix, void (*name)(void *to, const char *text), void *to)
{
	static const char *const all[] = {"inside", "internet", "outside"};

	(void)ctx;
	(void)ref;
	if (strcmp(t->name, "interface") || column != 1)
		return;
	for (unsigned i = 0; i < 3; i++)
		if (!strncmp(all[i], prefix, strlen(prefix)))
			name(to, all[i]);
}

static const char *help(const char *line)
{
	struct gram_out out = {collect, NULL};
	struct gram_names n = {names, NULL};

	text[0] = '\0';
	gram_help(g, &state, 15, line, &n, 80, &out);
	return text;
}

static const char *tab(const char *line)
{
	struct gram_names n = {names, NULL};

	text[0] = '\0';
	gram_complete(g, &state, 15, line, &n, text, sizeof(text));
	return text;
}

static void in(const char *line)
{
	struct gram_match m;

	parse_state_init(&state, g, true);
	if (!line)
		return;
	gram_match(g, &state, 15, line, &m);
	ck_assert(parse_state_advance(g, &state, &m));
}

START_TEST(layouts_of_the_device)
{
	in(NULL);
	ck_assert_str_eq(help("crypto isakmp identity "),
	    "\nconfigure mode commands/options:\n"
	    "  address   Use the IP address of the interface for the identity\n"
	    "  auto      Identity automatically determined by the connection type: IP\n"
	    "            address for preshared key and Cert DN for Cert based connections\n"
	    "  hostname  Use the hostname of the router for the identity\n");
	ck_assert_str_eq(help("object network "),
	    "\nconfigure mode commands/options:\n  WORD  Specifies object ID (1-64 characters)\n");
	ck_assert_str_eq(help("crypto ikev1 policy "),
	    "\nconfigure mode commands/options:\n"
	    "  <1-65535>  Policy suite priority(1 highest, 65535 lowest)\n");
}
END_TEST

static const char *usage(const char *words)
{
	struct gram_out out = {collect, NULL};

	text[0] = '\0';
	return gram_usage(g, &state, 15, words, &out) ? text : NULL;
}

/* `help COMMAND`: the words cut short or not, of the present mode and those above it. */
START_TEST(usages)
{
	in(NULL);
	ck_assert_str_eq(usage("crypto isakmp ident"),
	    "\nUSAGE:\n\n"
	    "\t[no] crypto isakmp identity {address|hostname|auto}\n"
	    "\nDESCRIPTION:\n\n"
	    "identity        Set the identity\n"
	    "\nSYNTAX:\n\n"
	    "address                         Use the IP address of the interface for the identity\n"
	    "hostname                        Use the hostname of the router for the identity\n"
	    "auto                            Identity automatically determined by the connection "
	    "type: IP address for preshared key and Cert DN for Cert based connections\n"
	    "\nENDS SESSIONS:\n\n"
	    "\tthose that know the other identity\n\n");
	ck_assert_ptr_null(usage("frob"));
	ck_assert_ptr_null(usage("crypto isakmp identity address"));
	ck_assert_ptr_null(usage(" "));
	/* A word spelled out is not the beginning of another. */
	ck_assert_ptr_nonnull(strstr(usage("crypto ikev1 policy"), "policy <priority>"));
}
END_TEST

START_TEST(numbers_in_their_order)
{
	const char *at;

	in("crypto ikev1 policy 10");
	at = strstr(help("group "), "\n  1  ");
	ck_assert_msg(at != NULL, "%s", text);
	at = strstr(at, "\n  2  ");
	ck_assert_msg(at != NULL, "%s", text);
	at = strstr(at, "\n  14 ");
	ck_assert_msg(at != NULL, "%s", text);
}
END_TEST

START_TEST(levels_and_cr)
{
	in("tunnel-group DefaultRAGroup ipsec-attributes");
	ck_assert_str_eq(help("is"),
	    "\ntunnel-ipsec mode commands/options:\n  isakmp  ISAKMP\n");
	in(NULL);
	ck_assert_str_eq(help("show crypto isakmp sa "),
	    "\nexec mode commands/options:\n  detail  Show detail\n  <cr>\n");
	ck_assert_str_eq(help("cl"), "\nexec mode commands/options:\n  clear  Reset functions\n");
	ck_assert_str_eq(help("nothing at "), "ERROR: % Unrecognized command\n");
	ck_assert_str_eq(help("show curpriv "), "\nexec mode commands/options:\n  <cr>\n");
	ck_assert_ptr_nonnull(strstr(help("clear configure "), "  crypto        Configure IPSec"));
}
END_TEST

START_TEST(bare)
{
	in("crypto ikev1 policy 10");
	ck_assert_str_eq(help(""),
	    "\nIKEv1 policy configuration commands:\n"
	    "  authentication  Set authentication method\n"
	    "  default         Set a command to its defaults\n"
	    "  encryption      Set encryption algorithm\n"
	    "  end             Exit to privileged mode\n"
	    "  exit            Exit from the current mode\n"
	    "  group           Set Diffie-Hellman group\n"
	    "  lifetime        Set IKEv1 lifetime\n"
	    "  no              Negate a command or set its defaults\n"
	    "  quit            Exit from the current mode\n");
	ck_assert_int_eq(strncmp(help("no "), "\nikev1-policy mode commands/options:\n"
	    "  authentication  Set authentication method\n"
	    "  encryption      Set encryption algorithm\n", 80), 0);
	parse_state_init(&state, g, false);
	text[0] = '\0';
	struct gram_out out = {collect, NULL};
	gram_help(g, &state, 0, "", NULL, 80, &out);
	ck_assert_str_eq(text,
	    "\n  enable  Turn on privileged commands\n  exit    Exit from the current mode\n"
	    "  quit    Exit from the current mode\n");
}
END_TEST

START_TEST(existing_names)
{
	in(NULL);
	ck_assert_str_eq(help("crypto ikev1 enable "),
	    "\nconfigure mode commands/options:\n  WORD      Name of interface\n  inside\n"
	    "  internet\n  outside\n");
	ck_assert_str_eq(tab("crypto ikev1 enable o"), "utside ");
	ck_assert_str_eq(tab("crypto ikev1 enable in"), "");
}
END_TEST

START_TEST(completion)
{
	in(NULL);
	ck_assert_str_eq(tab("hos"), "tname ");
	ck_assert_str_eq(tab("cry"), "pto ");
	ck_assert_str_eq(tab("crypto ikev1 po"), "licy ");
	ck_assert_str_eq(tab("i"), "");
	ck_assert_str_eq(tab("show run"), "ning-config ");
	ck_assert_str_eq(tab("hostname "), "");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("parser_help");
	TCase *t = tcase_create("all");
	SRunner *r;
	int failed;

	g = test_grammar();
	tcase_add_test(t, layouts_of_the_device);
	tcase_add_test(t, usages);
	tcase_add_test(t, numbers_in_their_order);
	tcase_add_test(t, levels_and_cr);
	tcase_add_test(t, bare);
	tcase_add_test(t, existing_names);
	tcase_add_test(t, completion);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	gram_free(g);
	return failed ? 1 : 0;
}
