/*
 * Acts that ask the keeper: `show route`, with its codes and names, and what the keeper refuses.
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/one_act.h"

static struct one_act one;

static void setup(void)
{
	one_act_setup(&one);
}

static void teardown(void)
{
	one_act_teardown(&one);
}

static void route(const char *dev, uint8_t kind, uint8_t protocol, const char *dest)
{
	struct ipc_msg m = {.type = MSG_REC_ROUTE,
	    .rec_route = {.device = dev, .kind = kind, .protocol = protocol}};

	addr_parse(dest, &m.rec_route.dest);
	addr_parse("255.255.255.0", &m.rec_route.mask);
	one_act_reply(&one, ROLE_KEEPER, m);
}

START_TEST(routes_go_by_the_names_of_interfaces)
{
	static const char *const line[] = {
	    "C        10.0.1.0 255.255.255.0 is directly connected, outside", "S        10.0.2.0",
	    "V        10.0.3.0", "O        10.0.4.0", "S K      10.0.5.0"};

	box_type(&one.box, "crypto map M interface inside");
	ck_assert_str_eq(one_act_run(&one, "show route"), "keeper: routes =\n");
	route("eth0", ROUTE_CONNECTED, 2, "10.0.1.0");
	route("eth1", ROUTE_STATIC, 71, "10.0.2.0");
	route("tun0", ROUTE_CLIENT, 71, "10.0.3.0");
	route("eth9", ROUTE_CLIENT + 20, 188, "10.0.4.0");
	route("eth9", ROUTE_CLIENT + 20, 4, "10.0.5.0");
	one_act_end(&one, ROLE_KEEPER);
	for (size_t i = 0; i < sizeof line / sizeof *line; i++)
		ck_assert_msg(strstr(one_act_said(&one), line[i]) != NULL, "%s in\n%s", line[i],
		    one_act_said(&one));
	ck_assert_ptr_nonnull(strstr(strstr(one_act_said(&one), "10.0.2.0"), "inside"));
	ck_assert_ptr_nonnull(
	    strstr(strstr(one_act_said(&one), "10.0.4.0"), "eth9")); /* it has no other name */
}
END_TEST

START_TEST(codes_of_routes)
{
	static const struct {
		uint8_t kind, protocol;
		char code;
	} row[] = {{ROUTE_CONNECTED, 188, 'C'}, {ROUTE_LOCAL, 188, 'L'}, {ROUTE_STATIC, 188, 'S'},
	    {ROUTE_CLIENT, 188, 'V'}, {99, 185, 'K'}, {99, 186, 'B'}, {99, 187, 'i'},
	    {99, 188, 'O'}, {99, 189, 'R'}, {99, 190, 'K'}, {99, 191, 'K'}, {99, 192, 'D'},
	    {99, 193, 'K'}, {99, 0, 'K'}};
	char text[40];

	one_act_run(&one, "show route");
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		snprintf(text, sizeof text, "10.0.%zu.0", i);
		route("eth9", row[i].kind, row[i].protocol, text);
	}
	one_act_end(&one, ROLE_KEEPER);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		snprintf(text, sizeof text,
		    row[i].code == 'K' ? "\nS %c      10.0.%zu.0 " : "\n%c        10.0.%zu.0 ",
		    row[i].code, i);
		ck_assert_msg(strstr(one_act_said(&one), text) != NULL, "%s in\n%s", text,
		    one_act_said(&one));
	}
	one_act_run(&one, "show route"); /* none at all */
	one_act_end(&one, ROLE_KEEPER);
	ck_assert_ptr_nonnull(strstr(one_act_said(&one), "Gateway of last resort is not set\n\n"));
}
END_TEST

/* A route is named by the interface of its device, be it known by a number or by its own name. */
START_TEST(names_of_routes)
{
	static const struct {
		const char *device, *name;
	} row[] = {{"eth0", "outside"}, {"eth1", "inside"}, {"eth2", "lab"}, {"eth3", "eth3"},
	    {"eth4", "eth4"}, {"GigabitEthernet0/5", "away"}};
	char text[100];

	box_type(&one.box, "interface eth2");
	box_type(&one.box, "nameif lab");
	box_type(&one.box, "interface eth3");
	box_type(&one.box, "interface g0/5"); /* no card has the number */
	box_type(&one.box, "nameif away");
	one_act_run(&one, "show route");
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		snprintf(text, sizeof text, "10.0.%zu.0", i);
		route(row[i].device, ROUTE_CONNECTED, 2, text);
	}
	one_act_end(&one, ROLE_KEEPER);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		snprintf(text, sizeof text, "10.0.%zu.0 255.255.255.0 is directly connected, %s\n",
		    i, row[i].name);
		ck_assert_msg(strstr(one_act_said(&one), text) != NULL, "%s in\n%s", text,
		    one_act_said(&one));
	}
}
END_TEST

START_TEST(a_keeper_that_cannot)
{
	one_act_run(&one, "show host-firewall");
	one_act_reply(&one, ROLE_KEEPER,
	    (struct ipc_msg){
		.type = MSG_KEEP_REPLY, .keep_reply = {.error = EIO, .text = "no nft"}});
	ck_assert_str_eq(one_act_said(&one), "ERROR: no nft\n");
	one_act_run(&one, "show route");
	ask_role_gone(&one.box.m->asks, ROLE_KEEPER);
	ck_assert_str_eq(one_act_said(&one), "ERROR: The keeper does not answer.\n");
	ck_assert(one.act.refused);
	ck_assert_uint_eq(one.done, 2);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_acts_routes");
	TCase *tc = tcase_create("cli_acts_routes");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, routes_go_by_the_names_of_interfaces);
	tcase_add_test(tc, codes_of_routes);
	tcase_add_test(tc, names_of_routes);
	tcase_add_test(tc, a_keeper_that_cannot);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
