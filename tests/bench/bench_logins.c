/*
 * Logins a second through the role that checks them, on one core: requests as
 * the engine sends them, answered by LOCAL; with `bench_logins ADDRESS SECRET`
 * by a RADIUS server there (UDP 1812), over the role's own sockets, so many on
 * their way at a time. /
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/aaa/aaa.h"
#include "engine/crypto/base64.h"
#include "engine/crypto/mschap.h"
#include "engine/role/aaa_protocols.h"
#include "engine/role/aaa_net.h"
#include "engine/role/env_uv.h"
#include "tests/support/one_crypto.h"

#define LOGINS 5000
#define AT_ONCE 256

struct bench {
	uv_loop_t loop;
	struct env_uv world;
	struct aaa_net_uv net;
	struct aaa *aaa;
	const char *group, *method, *password;
	unsigned asked, answered, accepted;
	uint8_t challenge[16], response[49];
};

static double seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void ask(struct bench *b)
{
	bool pap = strcmp(b->method, "pap") == 0;
	struct ipc_msg m = {.type = MSG_AUTH_REQUEST,
	    .fd = -1,
	    .auth_request = {.id = ++b->asked,
		.kind = ASK_AUTHENTICATE,
		.server_group = b->group,
		.host = "",
		.method = b->method,
		.user = "alice",
		.password = pap ? b->password : "",
		.tunnel_group = "DefaultRAGroup",
		.service = "ppp",
		.port = "",
		.command = ""}};

	if (!pap) {
		m.auth_request.challenge = (struct bytes){16, b->challenge};
		m.auth_request.response = (struct bytes){49, b->response};
	}
	aaa_message(b->aaa, ROLE_ENGINE, &m);
}

static void heard(void *arg, enum role to, const struct ipc_msg *m)
{
	struct bench *b = arg;

	(void)to;
	if (m->type != MSG_AUTH_REPLY)
		return;
	b->answered++;
	b->accepted += m->auth_reply.result == AUTH_ACCEPT;
}

static void no_names(void *arg)
{
	(void)arg;
}

static void no_keeper(void *arg, const struct ipc_msg *m)
{
	(void)arg;
	(void)m;
}

static void tell(struct bench *b, struct ipc_msg m)
{
	m.fd = -1;
	aaa_message(b->aaa, ROLE_MANAGER, &m);
}

static void configure(struct bench *b, const char *address, const char *secret)
{
	uint8_t hash[MSCHAP_HASH];
	char form[BASE64_TEXT(MSCHAP_HASH)];

	mschap_nt_hash(one_crypto(), b->password, hash);
	base64_encode(hash, sizeof hash, form);
	tell(b, (struct ipc_msg){.type = MSG_CFG_BEGIN, .cfg_begin.snapshot = 1});
	tell(b, (struct ipc_msg){.type = MSG_CFG_USER,
		    .cfg_user = {.op = CFG_SET,
			.name = "alice",
			.form = "nt-encrypted",
			.password = form,
			.service_type = ""}});
	if (address) {
		tell(b, (struct ipc_msg){.type = MSG_CFG_AAA_GROUP,
			    .cfg_aaa_group = {.op = CFG_SET,
				.name = "RAD",
				.protocol = "radius",
				.max_failed = 3,
				.reactivation = "depletion",
				.accounting_mode = "single"}});
		tell(b, (struct ipc_msg){.type = MSG_CFG_AAA_HOST,
			    .cfg_aaa_host = {.op = CFG_SET,
				.group_name = "RAD",
				.host = address,
				.interface = "",
				.secret_key = secret,
				.timeout = 20,
				.retry = 5,
				.auth_port = 1812,
				.acct_port = 1813,
				.common_pw = "",
				.acl_netmask_convert = "standard",
				.mschapv2_capable = 1,
				.message_authenticator = 1,
				.trustpoint = "",
				.base_dn = "",
				.group_base_dn = "",
				.scope = "",
				.naming_attribute = "",
				.login_dn = "",
				.login_password = "",
				.server_type = "",
				.attribute_map = "",
				.realm = "",
				.domain_controller = "",
				.agent = ""}});
	}
	tell(b, (struct ipc_msg){.type = MSG_CFG_END});
}

/* That many logins by that method; false: not all were accepted. */
static bool measure(struct bench *b, const char *group, const char *method)
{
	double wall = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
	char what[64];

	b->group = group;
	b->method = method;
	b->asked = b->answered = b->accepted = 0;
	while (b->answered < LOGINS) {
		while (b->asked < LOGINS && b->asked - b->answered < AT_ONCE)
			ask(b);
		if (b->answered < b->asked)
			uv_run(&b->loop, UV_RUN_ONCE);
	}
	wall = seconds(CLOCK_MONOTONIC) - wall;
	cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	snprintf(what, sizeof what, "logins: %s, %s", group, method);
	printf("%-42s %-30.0f aim %d; %.0f us CPU each; %u of %u accepted\n", what, LOGINS / wall,
	    strcmp(group, "LOCAL") == 0 ? 1000 : 500, cpu / LOGINS * 1e6, b->accepted, LOGINS);
	return b->accepted == LOGINS;
}

static void respond(struct bench *b)
{
	uint8_t hash[MSCHAP_HASH], peer[16];

	memset(b->challenge, 0x5b, sizeof b->challenge);
	memset(peer, 0x21, sizeof peer);
	mschap_nt_hash(one_crypto(), b->password, hash);
	mschap_respond_v2(one_crypto(), hash, b->challenge, peer, "alice", b->response);
}

int main(int argc, char **argv)
{
	static struct bench b = {.password = "Wonderland1"};
	static const char *const method[] = {"pap", "ms-chap-v2"};
	const char *group = argc > 2 ? "RAD" : "LOCAL";
	bool ok = true;

	if (uv_loop_init(&b.loop) || !env_uv_init(&b.world, &b.loop, one_crypto()))
		return EXIT_FAILURE;
	aaa_net_uv_init(&b.net, &b.loop, &b.world.env, no_names, no_keeper, NULL);
	b.aaa = aaa_create(&b.world.env, one_crypto(), &b.net.on.net, aaa_protocol_find, heard, &b);
	if (!b.aaa)
		return EXIT_FAILURE;
	configure(&b, argc > 2 ? argv[1] : NULL, argc > 2 ? argv[2] : NULL);
	respond(&b);
	for (size_t i = 0; i < 2; i++)
		ok = measure(&b, group, method[i]) && ok;
	aaa_destroy(b.aaa);
	aaa_net_uv_fini(&b.net);
	env_uv_close(&b.world);
	uv_run(&b.loop, UV_RUN_NOWAIT);
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
