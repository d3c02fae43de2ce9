/*
 * What LDAP servers say: the input is pieces of streams, each behind its length
 * in two bytes and the number of the stream, in answer to a login with an
 * attribute map. Behind them the same bytes are a keytab, and a Kerberos
 * server's e-data. /
 */
#include <stdlib.h>
#include <string.h>

#include "engine/aaa/directory.h"
#include "engine/aaa/kerberos/keytab.h"
#include "engine/aaa/kerberos/reason.h"
#include "engine/aaa/ldap/ldap.h"
#include "engine/aaa/net.h"
#include "engine/aaa/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define STREAMS 8

struct aaa_stream {
	const struct aaa_stream_events *events;
	void *arg;
	bool open;
};

static struct aaa_stream streams[STREAMS];
static size_t opened;
static uint64_t clock_us;
static unsigned answers;

static uint64_t now(struct env *e)
{
	(void)e;
	return clock_us;
}

static int64_t wall(struct env *e)
{
	(void)e;
	return 0;
}

static struct aaa_stream *stream_open(struct aaa_net *n, const struct aaa_place *to,
    const struct aaa_tls *tls, const struct aaa_stream_events *events, void *arg)
{
	(void)n, (void)to, (void)tls;
	if (opened == STREAMS)
		return NULL;
	streams[opened] = (struct aaa_stream){events, arg, true};
	return &streams[opened++];
}

static bool stream_send(struct aaa_stream *s, const void *p, size_t len)
{
	(void)p, (void)len;
	return s->open;
}

static void stream_close(struct aaa_stream *s)
{
	if (s)
		s->open = false;
}

static void done(struct conversation *c, const struct aaa_answer *a)
{
	struct rd r = rd_init(a->attributes.bytes, a->attributes.len);
	struct aaa_value v;

	(void)c;
	while (aaa_attribute_next(&r, &v))
		;
	answers++;
}

static void heard(void *arg, enum role to, const struct ipc_msg *m)
{
	(void)arg, (void)to, (void)m;
}

/* One world for all inputs; every input leaves it empty. */
static struct {
	struct env env;
	struct aaa_net net;
	struct aaa_listener listener;
	struct aaa_world world;
	struct cfg_aaa_host host;
	struct cfg_aaa_group config;
	struct aaa_server server, *servers[1];
	struct aaa_group group;
} w;

static struct aaa_directory *map(void)
{
	static const char *const names[][2] = {{"memberOf", "Group-Policy"},
	    {"title", "Privilege-Level"}, {"ip", "Primary-DNS"}, {"t", "Tunneling-Protocols"},
	    {"s", "IETF-Radius-Service-Type"}};
	struct aaa_directory *d = aaa_directory_create();
	struct ipc_msg m = {.type = MSG_CFG_LDAP_NAME, .fd = -1};

	for (size_t i = 0; d && i < sizeof names / sizeof *names; i++) {
		m.cfg_ldap_name = (struct cfg_ldap_name){
		    .op = CFG_SET, .name = "M", .ldap = names[i][0], .cisco = names[i][1]};
		aaa_directory_message(d, &m);
	}
	m = (struct ipc_msg){.type = MSG_CFG_LDAP_VALUE,
	    .fd = -1,
	    .cfg_ldap_value = {
		.op = CFG_SET, .name = "M", .ldap = "memberOf", .value = "cn=a", .cisco = "A"}};
	aaa_directory_message(d, &m);
	return d;
}

static void build_world(void)
{
	w.env = (struct env){.now = now, .wall = wall};
	w.net = (struct aaa_net){
	    .stream_open = stream_open, .stream_send = stream_send, .stream_close = stream_close};
	w.listener = (struct aaa_listener){.send = heard, .debug = {[TRACE_LDAP] = TRACE_EVENT}};
	w.world = (struct aaa_world){
	    .env = &w.env, .net = &w.net, .listener = &w.listener, .directory = map()};
	w.host = (struct cfg_aaa_host){.host = "ldap",
	    .base_dn = "dc=x",
	    .scope = "subtree",
	    .group_base_dn = "ou=g",
	    .login_dn = "cn=a",
	    .login_password = "p",
	    .naming_attribute = "uid",
	    .server_type = "",
	    .attribute_map = "M",
	    .timeout = 10};
	w.server = (struct aaa_server){
	    .protocol = &ldap_protocol, .group = &w.group, .config = &w.host};
	w.servers[0] = &w.server;
	w.group = (struct aaa_group){.name = "G", .config = &w.config, .server = w.servers, .n = 1};
	if (!w.world.directory)
		abort();
}

static void say(struct rd r)
{
	while (rd_left(&r) > 3) {
		struct aaa_stream *s = &streams[rd_u8(&r) % STREAMS];
		size_t len = rd_u16(&r) % (rd_left(&r) + 1);
		uint8_t *exact = malloc(len ? len : 1);

		rd_copy(&r, exact, len);
		if (s->open && len == 0)
			s->events->opened(s->arg);
		else if (s->open)
			s->events->received(s->arg, exact, len);
		free(exact);
	}
}

static void kerberos(const uint8_t *data, size_t size)
{
	struct keytab_entry e;
	struct rd r;

	keytab_begin(data, size, &r);
	while (keytab_next(&r, &e))
		;
	kerberos_verdict(18, rd_init("", 0), rd_init(data, size));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct aaa_request ask = {.kind = AAA_AUTHENTICATE,
	    .method = AAA_PAP,
	    .user = "u",
	    .password = "p",
	    .service = "ppp"};
	struct conversation c = {0};

	if (!w.world.directory)
		build_world();
	opened = 0;
	memset(streams, 0, sizeof streams);
	answers = 0;
	if (!ldap_protocol.open(&w.world, &w.server))
		abort();
	conversation_start(&c, &w.env, &w.group, &w.server, NULL, &ask, done);
	if (opened && streams[0].open)
		streams[0].events->opened(streams[0].arg);
	say(rd_init(data, size));
	conversation_cancel(&c);
	ldap_protocol.close(&w.server);
	for (size_t i = 0; i < opened; i++)
		if (streams[i].open)
			abort();
	if (answers > 1 || timer_next(&w.env) != UINT64_MAX)
		abort();
	kerberos(data, size);
	return 0;
}
