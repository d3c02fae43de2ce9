/* See ldap_sim.h. */
#include "tests/support/ldap_sim.h"

struct sim ldap_sim;
struct netsim ldap_net;
static struct aaa_listener listener;
struct aaa_world ldap_world;
struct cfg_aaa_host ldap_host;
static struct cfg_aaa_group config;
struct aaa_server ldap_server, *ldap_servers[1] = {&ldap_server};
static struct aaa_group group = {.name = "DIR", .config = &config, .server = ldap_servers, .n = 1};
static struct login logins[LOGINS];

static void done(struct conversation *c, const struct aaa_answer *a)
{
	struct login *l = container_of(c, struct login, c);

	l->ends++;
	l->result = a->result;
	l->reason = a->reason;
	l->attributes = a->attributes;
	snprintf(l->message, sizeof l->message, "%s", a->message ? a->message : "");
	snprintf(l->why, sizeof l->why, "%s", a->why ? a->why : "");
}

static void heard(void *arg, enum role to, const struct ipc_msg *m)
{
	(void)arg, (void)to;
	ck_assert_int_eq(m->type, MSG_TRACE_LINE);
	ck_assert_ptr_null(strstr(m->trace_line.text, "secret"));
}

void ldap_setup(void)
{
	memset(logins, 0, sizeof logins);
	sim_init(&ldap_sim, 1, NULL, NULL);
	netsim_init(&ldap_net);
	listener = (struct aaa_listener){.send = heard, .debug = {[TRACE_LDAP] = TRACE_EVENT}};
	ldap_world = (struct aaa_world){.env = &ldap_sim.env,
	    .net = &ldap_net.net,
	    .listener = &listener,
	    .directory = aaa_directory_create()};
	ldap_host = (struct cfg_aaa_host){.host = "10.0.0.9",
	    .base_dn = "dc=x",
	    .scope = "subtree",
	    .group_base_dn = "",
	    .login_dn = "cn=asa",
	    .login_password = "own-secret",
	    .naming_attribute = "uid",
	    .server_type = "",
	    .attribute_map = "MAP",
	    .trustpoint = "",
	    .timeout = 10};
	ldap_server = (struct aaa_server){.protocol = &ldap_protocol,
	    .group = &group,
	    .config = &ldap_host,
	    .address = addr_v4(0x0a000009)};
	ck_assert(ldap_protocol.open(&ldap_world, &ldap_server));
}

void ldap_teardown(void)
{
	for (size_t i = 0; i < LOGINS; i++)
		conversation_cancel(&logins[i].c);
	ldap_protocol.close(&ldap_server);
	netsim_fini(&ldap_net);
	aaa_directory_destroy((struct aaa_directory *)(uintptr_t)ldap_world.directory);
	ck_assert_uint_eq(timer_next(&ldap_sim.env), UINT64_MAX);
	sim_fini(&ldap_sim);
}

struct login *ldap_ask_for(size_t i, enum aaa_kind kind, const char *user, const char *password)
{
	struct aaa_request r = {.kind = kind, .method = AAA_PAP, .service = "ppp"};

	snprintf(r.user, sizeof r.user, "%s", user);
	snprintf(r.password, sizeof r.password, "%s", password);
	conversation_start(&logins[i].c, &ldap_sim.env, &group, &ldap_server, NULL, &r, done);
	return &logins[i];
}

uint32_t ldap_wanted(struct aaa_stream *s, uint8_t op, struct rd *body)
{
	static uint8_t copy[4096];
	struct ldap_message m;
	size_t len = ber_length(s->sent, s->sent_len);

	ck_assert_uint_gt(len, 0);
	ck_assert_uint_le(len, s->sent_len);
	ck_assert_uint_le(len, sizeof copy);
	memcpy(copy, s->sent, len);
	netsim_take(s, len);
	ck_assert(ldap_read(copy, len, &m));
	ck_assert_uint_eq(m.op, op);
	if (body)
		*body = m.body;
	return m.id;
}

void ldap_result(struct aaa_stream *s, uint32_t id, uint8_t op, uint32_t code, const char *text)
{
	uint8_t buf[512];
	struct wr w = wr_init(buf, sizeof buf);
	size_t message = ber_begin(&w, BER_SEQUENCE), body;

	ber_put_number(&w, BER_INTEGER, id);
	body = ber_begin(&w, op);
	ber_put_number(&w, BER_ENUMERATED, code);
	ber_put(&w, BER_OCTETS, NULL, 0);
	ber_put(&w, BER_OCTETS, text, strlen(text));
	ber_end(&w, body);
	ber_end(&w, message);
	netsim_say(s, buf, wr_len(&w));
}

void ldap_entry(struct aaa_stream *s, uint32_t id, const char *dn, const char *name,
    const char *value, const char *other)
{
	uint8_t buf[1024];
	struct wr w = wr_init(buf, sizeof buf);
	size_t message = ber_begin(&w, BER_SEQUENCE), body, list, attribute, values;

	ber_put_number(&w, BER_INTEGER, id);
	body = ber_begin(&w, LDAP_SEARCH_ENTRY);
	ber_put(&w, BER_OCTETS, dn, strlen(dn));
	list = ber_begin(&w, BER_SEQUENCE);
	if (name) {
		attribute = ber_begin(&w, BER_SEQUENCE);
		ber_put(&w, BER_OCTETS, name, strlen(name));
		values = ber_begin(&w, BER_SET);
		ber_put(&w, BER_OCTETS, value, strlen(value));
		if (other)
			ber_put(&w, BER_OCTETS, other, strlen(other));
		ber_end(&w, values);
		ber_end(&w, attribute);
	}
	ber_end(&w, list);
	ber_end(&w, body);
	ber_end(&w, message);
	netsim_say(s, buf, wr_len(&w));
}

struct aaa_stream *ldap_connection(size_t i)
{
	ck_assert_uint_gt(ldap_net.n_stream, i);
	return &ldap_net.stream[i];
}

struct aaa_stream *ldap_searcher(void)
{
	struct aaa_stream *s = ldap_connection(0);

	netsim_accept(s);
	ldap_result(s, ldap_wanted(s, BIND, NULL), LDAP_BIND_RESPONSE, 0, "");
	return s;
}

void ldap_found(struct aaa_stream *s)
{
	uint32_t id = ldap_wanted(s, SEARCH, NULL);

	ldap_entry(s, id, "uid=erin,dc=x", NULL, NULL, NULL);
	ldap_result(s, id, LDAP_SEARCH_DONE, 0, "");
}

void ldap_ck_end(const struct login *l, uint8_t expected, enum reason reason)
{
	ck_assert_uint_eq(l->ends, 1);
	ck_assert_int_eq(l->reason, reason);
	ck_assert_int_eq(l->result, expected);
}
