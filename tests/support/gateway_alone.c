/* See gateway_alone.h. */
#include "tests/support/gateway_alone.h"

#include "engine/session/liveness.h"

struct sim lone_time;
struct config lone_config;
static struct trace trace;
struct gateway *lone_gw;
unsigned lone_lines, lone_wires;
size_t lone_wire_len;
char lone_last_line[1100];

static void log_line(void *owner, unsigned severity, unsigned number, const char *text)
{
	(void)owner, (void)severity, (void)number;
	lone_lines++;
	snprintf(lone_last_line, sizeof lone_last_line, "%s", text);
}

static void on_wire(void *arg, const struct path *path, bool udp, const uint8_t *esp, size_t len)
{
	(void)arg, (void)path, (void)udp, (void)esp;
	lone_wires++;
	lone_wire_len = len;
}

static void on_tun(void *arg, const uint8_t *ip, size_t len)
{
	(void)arg, (void)ip, (void)len;
}

static const struct gateway_ops ops = {0};

void lone_setup(void)
{
	struct dp_output output = {on_wire, on_tun, NULL};

	sim_init(&lone_time, 3, NULL, NULL);
	config_init(&lone_config);
	log_init(&trace.log, log_line, NULL);
	lone_gw = gateway_create(&lone_time.env, &lone_config, &trace, one_crypto(), &ops, NULL);
	gateway_set_dataplane(lone_gw,
	    dp_create_inline(&lone_time.env, one_crypto(), &output, &gateway_dp_ops, lone_gw));
	lone_lines = lone_wires = 0;
}

void lone_teardown(void)
{
	struct dataplane *dp = lone_gw->dp;

	gateway_destroy(lone_gw);
	dp_destroy(dp);
	config_fini(&lone_config);
	sim_fini(&lone_time);
}

void lone_destroy(struct peer *p)
{
	liveness_stop(p);
	peer_destroy(p);
}

void lone_reap(struct timer *t)
{
	lone_destroy(container_of(t, struct peer, reap));
}

struct ike_sa_info lone_who(uint32_t address, uint16_t port, const char *group, const char *id)
{
	return (struct ike_sa_info){.path = {{addr_v4(0x0a000001), 4500}, {addr_v4(address), port}},
	    .tunnel_group = group,
	    .id_type = 1,
	    .id = (const uint8_t *)id,
	    .id_len = strlen(id)};
}

struct peer *lone_peer(uint32_t address, uint16_t port, const char *group, const char *id)
{
	struct ike_sa_info i = lone_who(address, port, group, id);
	struct peer *p = peer_create(lone_gw, &i, lone_reap);

	ck_assert_ptr_nonnull(p);
	liveness_start(p);
	return p;
}

void lone_destroy_all(void)
{
	struct dp_census n;

	while (lone_gw->n_peers)
		lone_destroy(lone_gw->peers[lone_gw->n_peers - 1]);
	dp_poll(lone_gw->dp);
	ck_assert(dp_consistent(lone_gw->dp, &n));
	ck_assert_uint_eq(n.spis + n.sas + n.sessions + n.peers, 0);
	ck_assert(LIST_EMPTY(&lone_gw->leaving));
	ck_assert_uint_eq(lone_gw->pairs.used, 0);
}

size_t lone_inform(uint8_t *to, size_t size)
{
	struct wr w = wr_init(to, size);
	size_t bootp = 240 + 7;

	wr_u32(&w, 0xff030021);
	ipv4_header(&w, IPPROTO_UDP, 0xc0a80101, UINT32_MAX, 0, 1, UDP_HEADER + bootp);
	udp_header(&w, 68, 67, bootp);
	wr_u32(&w, 0x01080600);
	wr_zero(&w, 8);
	wr_u32(&w, 0xc0a80101);
	wr_zero(&w, 240 - 16);
	wr_patch32(&w, wr_len(&w) - 4, 0x63825363);
	wr_bytes(&w, "\x35\x01\x08\x37\x01\x79\xff", 7); /* it asks for routes */
	ck_assert(!w.full);
	return wr_len(&w);
}
