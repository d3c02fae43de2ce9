/* The whole engine in one simulated world; see world.h. */
#include "tests/support/world.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/net/ipv4.h"
#include "tests/support/defaults.h"
#include "tests/support/steady.h"

#define SERVER 0xac100102 /* 172.16.1.2 */
#define NAT 0xac100101    /* 172.16.1.1 */
#define CLIENT 0x0a010102 /* 10.1.1.2 */
#define LATENCY 1000
#define AM2 12 /* message 2 of aggressive mode is waited for */

static struct endpoint at(uint32_t address, uint16_t port)
{
	return (struct endpoint){addr_v4(address), port};
}

/* ---- the clients' side -------------------------------------------------------------- */

static struct path server_view(const struct world_client *c, uint16_t port)
{
	struct path p = {
	    .local = at(SERVER, port), .remote = port == 4500 ? c->outer4500 : c->outer500};

	return p;
}

static double cpu_now(const struct world *w)
{
	return w->cpu_now ? w->cpu_now() : 0;
}

static void to_server_ike(void *arg, const struct path *path, const uint8_t *msg, size_t len)
{
	struct world *w = ((struct world_client *)arg)->w;
	double start = cpu_now(w);

	gateway_ike(w->gw, path, msg, len);
	w->server_cpu += cpu_now(w) - start;
	if (w->spy.to_server)
		w->spy.to_server(w->spy.arg, path, false, msg, len);
}

/* One datagram more; a client that is to fall silent does so in time. */
static bool may_speak(struct world_client *c)
{
	if (c->mute_after && c->said >= c->mute_after)
		client_vanish(c);
	c->said += !c->silent;
	return !c->silent;
}

void client_say(struct world_client *c, const struct initiator_message *m)
{
	bool floated = c->expect >= 6 && initiator_floats(&c->ike);
	struct path p = server_view(c, floated ? 4500 : 500);

	if (c->steady)
		steady_said(c->steady, m);
	if (may_speak(c) && !(c->renewal && renewal_loses(c)))
		sim_put(&c->w->sim, to_server_ike, c, &p, m->b, m->len);
}

static void to_server_esp(void *arg, const struct path *path, const uint8_t *msg, size_t len)
{
	struct world_client *c = arg;
	double start = cpu_now(c->w);

	dp_input(c->w->dp, path, c->tunnel.udp_encap, msg, len);
	dp_poll(c->w->dp);
	c->w->server_cpu += cpu_now(c->w) - start;
	if (c->w->spy.to_server)
		c->w->spy.to_server(c->w->spy.arg, path, true, msg, len);
}

static void lac_out(void *owner, const uint8_t *msg, size_t len)
{
	struct world_client *c = owner;
	struct packet p;
	struct path path = server_view(c, c->tunnel.udp_encap ? 4500 : 0);

	if (!c->has_tunnel || !may_speak(c) ||
	    !tunnel_seal(&c->tunnel, &c->w->sim.env, &p, msg, len))
		return;
	if (!c->tunnel.udp_encap)
		path.remote.port = 0;
	if (c->renewal)
		renewal_sent(c, len);
	sim_put(&c->w->sim, to_server_esp, c, &path, p.data, p.len);
}

static void lac_is_up(void *owner, const struct ppp_ip *ip)
{
	struct world_client *c = owner;

	c->ip = *ip;
	c->stage = CLIENT_UP;
}

static void lac_ip(void *owner, const uint8_t *packet, size_t len)
{
	struct world_client *c = owner;

	c->received++;
	c->last_len = len;
	memcpy(c->last, packet, len < sizeof c->last ? len : sizeof c->last);
}

static void lac_is_down(void *owner, enum lac_stage failed_at)
{
	(void)failed_at;
	((struct world_client *)owner)->stage = CLIENT_GONE;
}

static void start_l2tp(struct world_client *c)
{
	static const struct lac_ops ops = {
	    .send = lac_out, .up = lac_is_up, .ip = lac_ip, .down = lac_is_down};
	const struct personality *like = c->like;
	struct lac_config lc = {.kind = like && !like->lac.identifies ? LAC_PPPD : LAC_WINDOWS,
	    .manners = like ? &like->lac : NULL,
	    .methods = c->methods,
	    .new_password = c->new_password,
	    .change = c->change,
	    .change_len = c->change_len,
	    .user = c->user,
	    .password = c->password,
	    .bare = c->bare,
	    .sequencing = c->sequencing,
	    .tunnel_id = c->tunnel_id};

	c->lac = lac_create(&c->w->sim.env, c->w->crypto, &lc, &ops, c);
	ck_assert_ptr_nonnull(c->lac);
	lac_start(c->lac);
}

static void quick_mode(struct world_client *c)
{
	struct initiator_message m;

	c->stage = c->lac ? c->stage : CLIENT_PHASE2;
	initiator_qm1(&c->ike, &c->qm, &m);
	client_say(c, &m);
}

static void quick_mode_done(struct world_client *c)
{
	struct initiator_message m;

	initiator_qm3(&c->ike, &c->qm, &m);
	client_say(c, &m);
	if (c->has_tunnel && c->renewal)
		renewal_keep(c);
	else if (c->has_tunnel)
		tunnel_fini(&c->tunnel);
	ck_assert(tunnel_init(&c->tunnel, c->w->crypt, &c->qm.child));
	c->has_tunnel = true;
	if (c->renewal)
		renewal_begins(c, &m);
	if (c->lac)
		return;
	c->stage = CLIENT_L2TP;
	start_l2tp(c);
}

static void client_ike(struct world_client *c, const uint8_t *msg, size_t len)
{
	struct initiator_message m;

	if (c->silent || (c->renewal && renewal_heard(c, msg, len)) ||
	    (c->steady && steady_hears(c->steady, msg, len)))
		return;
	if (c->expect == AM2 && initiator_am2(&c->ike, msg, len)) {
		c->expect = 6; /* message 3 goes to where message 5 would */
		initiator_am3(&c->ike, true, &m);
		client_say(c, &m);
		c->expect = 7;
		quick_mode(c);
		return;
	}
	if (c->expect == 2 && initiator_mm2(&c->ike, msg, len)) {
		c->expect = 4;
		initiator_mm3(&c->ike, &m);
	} else if (c->expect == 4 && initiator_mm4(&c->ike, msg, len)) {
		c->expect = 6;
		if (c->shy && c->ike.nat_server) {
			c->stage = CLIENT_GONE;
			return;
		}
		initiator_mm5(&c->ike, &m);
	} else if (c->expect == 6 && initiator_mm6(&c->ike, msg, len)) {
		c->expect = 7;
		if (c->like && !c->lac && c->like->ike.contact == CONTACT_AFTERWARDS) {
			initiator_contact(&c->ike, &m);
			client_say(c, &m);
		}
		quick_mode(c);
		return;
	} else if (c->expect == 7 && initiator_qm2(&c->ike, &c->qm, msg, len)) {
		quick_mode_done(c);
		return;
	} else {
		struct initiator_notice n;

		c->notices++;
		if (!c->ike.dpd || !initiator_notice(&c->ike, msg, len, &n) ||
		    n.type != NOTIFY_R_U_THERE)
			return;
		initiator_dpd(&c->ike, true, n.seq, &m);
	}
	client_say(c, &m);
}

static void client_esp(struct world_client *c, const uint8_t *msg, size_t len)
{
	size_t outer = 20 + (c->nat ? 8u : 0) + len;
	struct tunnel *t = c->has_tunnel ? &c->tunnel : NULL;
	struct packet p;

	if (outer > c->longest)
		c->longest = outer;
	if (c->renewal && !c->silent)
		t = renewal_tunnel(c, msg, len);
	if (!c->silent && !c->deaf && t && c->lac && tunnel_open(t, &p, msg, len))
		lac_receive(c->lac, p.data, p.len);
}

void client_connect(struct world_client *c)
{
	struct initiator_message m;

	c->stage = c->lac ? c->stage : CLIENT_PHASE1;
	c->expect = c->aggressive ? AM2 : 2;
	if (c->aggressive)
		initiator_am1(&c->ike, &m);
	else
		initiator_mm1(&c->ike, &m);
	client_say(c, &m);
}

void client_like(struct world_client *c, const struct personality *p)
{
	c->like = p;
	personality_ike(p, &c->ike);
}

void client_rekey(struct world_client *c)
{
	quick_mode(c);
}

void client_renew(struct world_client *c)
{
	struct ike_initiator old = c->ike;

	initiator_init(&c->ike, c->w->crypto, old.seed);
	c->ike.psk = old.psk;
	c->ike.path = old.path;
	c->ike.natt = old.natt;
	c->ike.dpd = old.dpd;
	c->ike.initial_contact = old.initial_contact;
	if (c->like) {
		personality_ike(c->like, &c->ike);
		c->ike.initial_contact = false; /* at the first contact only */
	}
	client_connect(c);
}

void client_leave(struct world_client *c)
{
	struct initiator_message m;

	lac_hangup(c->lac);
	sim_run(&c->w->sim, 100 * MSEC);
	initiator_delete_child(&c->ike, c->tunnel.spi_in, &m);
	client_say(c, &m);
	initiator_delete_sa(&c->ike, &m);
	client_say(c, &m);
	if (c->renewal)
		renewal_leaves(c);
	c->stage = CLIENT_GONE;
}

void client_vanish(struct world_client *c)
{
	c->silent = true;
	if (c->lac)
		lac_vanish(c->lac);
}

void client_forget(struct world_client *c)
{
	c->silent = true;
	if (c->renewal)
		renewal_free(c);
	if (c->lac)
		lac_destroy(c->lac);
	if (c->has_tunnel)
		tunnel_fini(&c->tunnel);
	c->lac = NULL;
	c->has_tunnel = false;
}

/* A 28-byte IPv4 packet of protocol 253 (RFC 3692), checksummed. */
static void ip_packet(uint8_t ip[28], uint32_t from, uint32_t to)
{
	struct wr w = wr_init(ip, 28);

	ipv4_header(&w, 253, from, to, 0, 1, 8);
	wr_u64(&w, 0x0102030405060708);
}

bool client_send(struct world_client *c, uint32_t to)
{
	uint8_t ip[28];

	ip_packet(ip, addr_to_v4(&c->ip.client), to);
	return lac_send_ip(c->lac, ip, sizeof ip);
}

void client_force(struct world_client *c, uint32_t to)
{
	uint8_t ip[28];

	ip_packet(ip, addr_to_v4(&c->ip.client), to);
	lac_force_ip(c->lac, ip, sizeof ip);
}

bool client_dhcpinform(struct world_client *c)
{
	static const uint8_t options[] = {
	    0x63, 0x82, 0x53, 0x63, 53, 1, 8, 55, 4, 1, 15, 249, 121, 255};
	uint8_t ip[28 + 236 + sizeof options];
	struct wr w = wr_init(ip, sizeof ip);

	ip_packet(ip, addr_to_v4(&c->ip.client), 0xffffffff);
	wr_u16(&w, 0x4500);
	wr_u16(&w, sizeof ip);
	wr_u32(&w, 0x00010000);
	wr_u16(&w, 0x4011);
	wr_u16(&w, 0); /* the checksum is the link's business, not DHCP's */
	w = wr_init(ip + 20, sizeof ip - 20);
	wr_u16(&w, 68);
	wr_u16(&w, 67);
	wr_u16(&w, sizeof ip - 20);
	wr_u16(&w, 0);
	wr_u32(&w, 0x01080600);
	wr_u32(&w, 0x12345678); /* xid */
	wr_u32(&w, 0);
	wr_bytes(&w, c->ip.client.b, 4);
	wr_zero(&w, 236 - 16);
	wr_bytes(&w, options, sizeof options);
	return lac_send_ip(c->lac, ip, sizeof ip);
}

/* ---- the gateway's side ---------------------------------------------------------------- */

static struct world_client *find(struct world *w, const struct path *path, bool udp)
{
	for (size_t i = 0; i < w->n_clients; i++) {
		struct world_client *c = &w->client[i];

		if (!addr_equal(&path->remote.addr, &c->outer500.addr))
			continue;
		if (!udp ? !c->nat
			 : path->remote.port ==
			       (path->local.port == 4500 ? c->outer4500 : c->outer500).port)
			return c;
	}
	return NULL;
}

static void from_server_ike(void *arg, const struct path *path, const uint8_t *msg, size_t len)
{
	struct world *w = arg;
	struct world_client *c = find(w, path, true);

	if (c)
		client_ike(c, msg, len);
	if (w->spy.from_server)
		w->spy.from_server(w->spy.arg, path, false, msg, len);
}

static void from_server_esp(void *arg, const struct path *path, const uint8_t *msg, size_t len)
{
	struct world *w = arg;
	struct world_client *c = find(w, path, path->local.port == 4500);

	if (c)
		client_esp(c, msg, len);
	if (w->spy.from_server)
		w->spy.from_server(w->spy.arg, path, true, msg, len);
}

static void wire(void *arg, const struct path *path, bool udp, const uint8_t *esp, size_t len)
{
	struct world *w = arg;
	struct path p = *path;

	p.local.port = udp ? 4500 : 0;
	sim_put(&w->sim, from_server_esp, w, &p, esp, len);
}

static void tun(void *arg, const uint8_t *ip, size_t len)
{
	struct world *w = arg;
	struct rd r = rd_init(ip, len);

	w->to_tun++;
	rd_skip(&r, 20);
	if (rd_u16(&r) != 0x0304)
		return;
	rd_skip(&r, 4);
	w->told_mtu = rd_u16(&r);
}

void world_inside_send(struct world *w, uint32_t to)
{
	uint8_t ip[28];

	ip_packet(ip, 0x0a0a0a0a, to);
	dp_tun(w->dp, ip, sizeof ip);
}

void world_inside_long(struct world *w, uint32_t to, size_t len, bool df)
{
	uint8_t ip[4096] = {0};
	struct wr b = wr_init(ip, sizeof ip);

	ip_packet(ip, 0x0a0a0a0a, to);
	wr_u16(&b, 0x4500);
	wr_u16(&b, (unsigned)len);
	wr_u16(&b, 1);
	wr_u16(&b, df ? 0x4000 : 0);
	dp_tun(w->dp, ip, len);
}

static void keepalive(struct env *e, const struct path *path)
{
	struct world *w = container_of(container_of(e, struct sim, env), struct world, sim);

	ck_assert_uint_eq(path->local.port, 4500);
	w->keepalives++;
}

static void ask_aaa(void *owner, const struct msg_auth_request *q)
{
	struct world *w = owner;

	w->held = *q;
	if (!w->hold_auth)
		world_answer(w);
}

void world_answer(struct world *w)
{
	struct ipc_msg m = {.type = MSG_AUTH_REQUEST, .fd = -1, .auth_request = w->held};

	struct ipc_msg cancel = {.type = MSG_AUTH_CANCEL, .fd = -1,
	    .auth_cancel = {.id = w->held_cancel}};

	if (w->no_answers)
		return;
	aaa_message(w->aaa, ROLE_ENGINE, &m);
	if (w->held_cancel)
		aaa_message(w->aaa, ROLE_ENGINE, &cancel);
	w->held_cancel = 0;
}

static void tell_aaa(void *owner, const struct msg_auth_next *n)
{
	struct world *w = owner;
	struct ipc_msg m = {.type = MSG_AUTH_NEXT, .fd = -1, .auth_next = *n};

	w->nexts++;
	w->next = *n;
	w->next_len = n->response.len;
	if (n->response.len)
		memcpy(w->next_response, n->response.p, n->response.len);
	if (!w->hold_auth)
		aaa_message(w->aaa, ROLE_ENGINE, &m);
}

static void cancel_aaa(void *owner, uint32_t id)
{
	struct world *w = owner;
	struct ipc_msg m = {.type = MSG_AUTH_CANCEL, .fd = -1, .auth_cancel = {.id = id}};

	if (w->hold_auth) /* it does not overtake the question */
		w->held_cancel = id;
	else
		aaa_message(w->aaa, ROLE_ENGINE, &m);
}

static void from_aaa(void *arg, enum role to, const struct ipc_msg *m)
{
	struct world *w = arg;
	uint8_t packet[16384];
	struct ipc_msg over;

	/* Through the codec, as over the bus: there are no NULL strings behind it. */
	if (to == ROLE_ENGINE && m->type == MSG_AUTH_REPLY &&
	    ipc_decode(&over, packet, ipc_encode(m, packet, sizeof packet)))
		gateway_auth_done(w->gw, &over.auth_reply);
}

/* Kept as over the bus. */
static void account(void *owner, const struct msg_account *record)
{
	struct world *w = owner;
	size_t at = w->n_told++ % WORLD_TOLD;
	struct ipc_msg m = {.type = MSG_ACCOUNT, .fd = -1, .account = *record};
	size_t len = ipc_encode(&m, w->told_bytes[at], sizeof w->told_bytes[at]);

	ck_assert(ipc_decode(&w->told[at], w->told_bytes[at], len));
}

static void past(void *owner, const struct msg_session_record *record)
{
	struct world *w = owner;
	size_t at = w->n_past++ % WORLD_PAST;
	struct ipc_msg m = {.type = MSG_SESSION_RECORD, .fd = -1, .session_record = *record};
	size_t len = ipc_encode(&m, w->past_bytes[at], sizeof w->past_bytes[at]);

	ck_assert(ipc_decode(&w->past[at], w->past_bytes[at], len));
}

static void route(void *owner, bool add, const struct addr *client)
{
	struct world *w = owner;

	(void)client;
	w->routes += add ? 1 : (size_t)-1;
}

static void keep_line(char *text, size_t size, size_t *len, const char *line)
{
	size_t n = strlen(line);

	if (*len + n + 2 > size)
		return;
	memcpy(text + *len, line, n);
	*len += n;
	text[(*len)++] = '\n';
	text[*len] = '\0';
}

static void log_line(void *owner, unsigned severity, unsigned number, const char *text)
{
	struct world *w = owner;
	char line[1200];

	snprintf(line, sizeof line, "%%ASA-%u-%u: %s", severity, number, text);
	keep_line(w->log, WORLD_LOG, &w->log_len, line);
}

static void trace_line(void *arg, enum trace_class cls, unsigned level, const char *text)
{
	struct world *w = arg;

	(void)cls;
	(void)level;
	keep_line(w->text, WORLD_TEXT, &w->text_len, text);
}

/* ---- the world ----------------------------------------------------------------------------- */

void world_config(struct world *w, enum msg_type type, struct ipc_msg m)
{
	m.type = type;
	m.fd = -1;
	ck_assert(config_apply(&w->config, &m));
}

static struct addr a(const char *text)
{
	struct addr x;

	ck_assert(addr_parse(text, &x));
	return x;
}

struct ipc_msg world_tunnel_group(void)
{
	return (struct ipc_msg){.cfg_tunnel_group = {.op = CFG_SET, .name = "DefaultRAGroup",
	    .type = "remote-access", .pools = {1, {"Address-pool"}}, .group_policy = "L2TP-VPN",
	    .auth_group = "LOCAL", .psk = "C!sc0@123", .threshold = 300, .retry = 2,
	    .mschapv1 = 1, .mschapv2 = 1}};
}

void world_guide(struct world *w)
{
	world_config(w, MSG_CFG_INTERFACE,
	    (struct ipc_msg){.cfg_interface = {.op = CFG_SET,
				 .hardware = "outside",
				 .device = "outside",
				 .nameif = "outside",
				 .address = a("172.16.1.2"),
				 .mask = a("255.255.255.0")}});
	world_config(w, MSG_CFG_INTERFACE,
	    (struct ipc_msg){.cfg_interface = {.op = CFG_SET,
				 .hardware = "inside",
				 .device = "inside",
				 .nameif = "inside",
				 .address = a("10.10.10.1"),
				 .mask = a("255.255.255.0")}});
	world_config(
	    w, MSG_CFG_IKE_ENABLE, (struct ipc_msg){.cfg_ike_enable = {CFG_SET, "outside"}});
	world_config(w, MSG_CFG_IKE_POLICY,
	    (struct ipc_msg){
		.cfg_ike_policy = {CFG_SET, 10, "pre-share", "3des", "sha", 2, 86400}});
	world_config(w, MSG_CFG_TRANSFORM_SET,
	    (struct ipc_msg){.cfg_transform_set = {CFG_SET, "TRANS-ESP-3DES-SHA", "esp-3des",
				 "esp-sha-hmac", "transport"}});
	world_config(w, MSG_CFG_DYNAMIC_MAP,
	    (struct ipc_msg){.cfg_dynamic_map = {.op = CFG_SET,
				 .name = "outside_dyn_map",
				 .seq = 10,
				 .transform_sets = {1, {"TRANS-ESP-3DES-SHA"}},
				 .match_acl = "",
				 .pfs = "",
				 .kilobytes = -1}});
	world_config(w, MSG_CFG_CRYPTO_MAP,
	    (struct ipc_msg){.cfg_crypto_map = {.op = CFG_SET,
				 .name = "outside_map",
				 .seq = 65535,
				 .dynamic = "outside_dyn_map",
				 .match_acl = "",
				 .pfs = "",
				 .kilobytes = -1}});
	world_config(w, MSG_CFG_CRYPTO_MAP_INTERFACE,
	    (struct ipc_msg){.cfg_crypto_map_interface = {CFG_SET, "outside", "outside_map"}});
	world_config(w, MSG_CFG_POOL, (struct ipc_msg){.cfg_pool = {CFG_SET, "Address-pool",
	    {0xc0a80101, 0xc0a801fe}, a("255.255.255.0")}}); /* 192.168.1.1-192.168.1.254 */
	world_config(w, MSG_CFG_GROUP_POLICY,
	    (struct ipc_msg){.cfg_group_policy = {.op = CFG_SET,
				 .name = "L2TP-VPN",
				 .protocols = PROTO_L2TP_IPSEC,
				 .dns = {2, {"8.8.8.8", "4.4.4.2"}},
				 .dns_state = STATE_VALUE,
				 .domain = "cisco.com",
				 .domain_state = STATE_VALUE,
				 .split_policy = "",
				 .split_list = "",
				 .group_lock = "",
				 .intercept = ATTR_UNSET,
				 .idle_timeout = ATTR_UNSET,
				 .session_timeout = ATTR_UNSET, .sleep_timeout = ATTR_UNSET,
				 .logins = ATTR_UNSET}});
	world_config(w, MSG_CFG_TUNNEL_GROUP, world_tunnel_group());
}

void world_aes(struct world *w)
{
	world_config(w, MSG_CFG_IKE_POLICY, (struct ipc_msg){
	    .cfg_ike_policy = {CFG_SET, 20, "pre-share", "aes-256", "sha", 14, 86400}});
	world_config(w, MSG_CFG_TRANSFORM_SET, (struct ipc_msg){
	    .cfg_transform_set = {CFG_SET, "AES", "esp-aes-256", "esp-sha-hmac", "transport"}});
	world_config(w, MSG_CFG_DYNAMIC_MAP, (struct ipc_msg){.cfg_dynamic_map = {.op = CFG_SET,
	    .name = "outside_dyn_map",
	    .seq = 10,
	    .transform_sets = {2, {"TRANS-ESP-3DES-SHA", "AES"}},
	    .match_acl = "",
	    .pfs = "",
	    .kilobytes = -1}});
}

void world_user(struct world *w, const char *name)
{
	struct ipc_msg user = {.type = MSG_CFG_USER, .fd = -1,
	    .cfg_user = {CFG_SET, name, "nt-encrypted", "DLaUiAX3l78qgoB5c7iVNw==", 2, ""}};

	aaa_message(w->aaa, ROLE_MANAGER, &user);
}

/* ---- DHCP servers of the inside ------------------------------------------------- */

static void relay_open(void *owner, const struct addr *server, const struct addr *scope)
{
	struct world *w = owner;
	struct addr own = addr_v4(0x0a0a0a01);

	w->relays++;
	if (scope->family)
		own = *scope;
	gateway_relay(w->gw, server, scope, w->dhcp ? &own : &(struct addr){0});
}

static void relay_end(void *owner, const struct addr *server, const struct addr *scope)
{
	struct world *w = owner;

	(void)server;
	(void)scope;
	ck_assert_uint_gt(w->relays, 0);
	w->relays--;
}

static void relay_send(void *owner, const struct addr *server, const struct addr *scope,
    const uint8_t *msg, size_t len)
{
	struct world *w = owner;

	(void)scope;
	if (w->dhcp)
		w->dhcp(w, server, msg, len);
}

struct world *world_create(uint64_t seed)
{
	static const struct gateway_ops ops = {.authenticate = ask_aaa,
	    .next = tell_aaa, .cancel = cancel_aaa, .account = account,
	    .session = past, .route = route,
	    .relay_open = relay_open, .relay_end = relay_end, .relay_send = relay_send};
	struct world *w = calloc(1, sizeof *w);
	struct dp_output out = {.wire = wire, .tun = tun, .arg = w};

	ck_assert_ptr_nonnull(w);
	sim_init(&w->sim, seed, from_server_ike, w);
	w->sim.latency = LATENCY;
	w->sim.env.keepalive = keepalive;
	config_init(&w->config);
	config_defaults(&w->config);
	world_guide(w);
	w->trace = (struct trace){.sink = trace_line, .arg = w};
	log_init(&w->trace.log, log_line, w);
	w->crypto = crypto_create();
	w->crypt = crypt_create(w->crypto, CRYPT_OPENSSL);
	w->aaa = aaa_create(&w->sim.env, w->crypto, NULL, NULL, from_aaa, w);
	ck_assert(w->crypto && w->crypt && w->aaa);
	world_user(w, "test");
	w->gw = gateway_create(&w->sim.env, &w->config, &w->trace, w->crypto, &ops, w);
	ck_assert_ptr_nonnull(w->gw);
	w->dp = dp_create_inline(&w->sim.env, w->crypto, &out, &gateway_dp_ops, w->gw);
	ck_assert_ptr_nonnull(w->dp);
	gateway_set_dataplane(w->gw, w->dp);
	return w;
}

static void client_init(struct world_client *c, uint64_t seed)
{
	c->user = c->password = "test";
	c->methods = 1u << PPP_AUTH_MSCHAPV2;
	initiator_init(&c->ike, c->w->crypto, seed);
	c->ike.psk = "C!sc0@123";
	c->ike.path = (struct path){.local = at(CLIENT, 500), .remote = at(SERVER, 500)};
	c->ike.natt = true;
}

struct world_client *world_client(struct world *w, bool nat)
{
	struct world_client *c = &w->client[w->n_clients++];
	uint16_t port = (uint16_t)(20000 + 2 * w->n_clients);

	ck_assert_uint_le(w->n_clients, WORLD_CLIENTS);
	c->w = w;
	c->nat = nat;
	c->outer500 = nat ? at(NAT, port) : at(CLIENT, 500);
	c->outer4500 = nat ? at(NAT, (uint16_t)(port + 1)) : at(CLIENT, 4500);
	client_init(c, 1000 + w->n_clients);
	return c;
}

void client_again(struct world_client *c)
{
	struct world_client new = {
	    .w = c->w, .nat = c->nat, .outer500 = c->outer500, .outer4500 = c->outer4500};

	client_forget(c);
	*c = new;
	client_init(c, 1000000 + c->w->crashes++);
	c->ike.path.local.addr = c->nat ? c->ike.path.local.addr : c->outer500.addr;
}

void world_destroy(struct world *w)
{
	for (size_t i = 0; i < w->n_clients; i++)
		client_forget(&w->client[i]);
	gateway_destroy(w->gw);
	dp_destroy(w->dp);
	aaa_destroy(w->aaa);
	crypt_destroy(w->crypt);
	crypto_destroy(w->crypto);
	config_fini(&w->config);
	sim_fini(&w->sim);
	free(w);
}

struct counted {
	struct ipc_msg *last;
	uint32_t records;
};

static void count(void *arg, const struct ipc_msg *m)
{
	struct counted *c = arg;

	if (m->type == MSG_QUERY_END)
		return;
	c->records++;
	if (c->last)
		*c->last = *m;
}

uint32_t world_query(struct world *w, const char *what, struct ipc_msg *last)
{
	struct msg_query q = {.id = 1, .what = what, .filter = "", .value = ""};
	struct counted c = {.last = last};

	gateway_query(w->gw, &q, count, &c);
	return c.records;
}
