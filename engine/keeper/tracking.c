/* The switches and waits of nf_conntrack (Documentation/networking/nf_conntrack-sysctl.rst of
 * Linux), of this network namespace. */
#include "engine/keeper/tracking.h"

#include <linux/netfilter/nf_conntrack_tcp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/keeper/sysctl.h"

#define FOLDER "netfilter/nf_conntrack_"

static const char *const switches[] = {"acct", "timestamp"};

static void turn_on(struct host_state *host, const char *path, const char *key)
{
	char value[16];

	if (!sysctl_get(path, value, sizeof value) || strcmp(value, "1") == 0)
		return;
	if (host_state_remember(host, key, value) == 0)
		(void)sysctl_put(path, "1");
}

static void put_back(struct host_state *host, const char *path, const char *key)
{
	const char *was = host_state_get(host, key);

	if (!was)
		return;
	(void)sysctl_put(path, was);
	host_state_forget(host, key);
}

void tracking_count(struct host_state *host, bool on)
{
	char key[64];

	for (size_t i = 0; i < sizeof switches / sizeof *switches; i++) {
		snprintf(key, sizeof key, "sysctl " FOLDER "%s", switches[i]);
		(on ? turn_on : put_back)(host, key + strlen("sysctl "), key);
	}
}

/* ---- waits ------------------------------------------------------------------------------ */

static uint32_t wait_of(const char *name)
{
	char path[64], value[16];

	snprintf(path, sizeof path, FOLDER "%s", name);
	return sysctl_get(path, value, sizeof value) ? (uint32_t)strtoul(value, NULL, 10) : 0;
}

void tracking_waits_read(struct tracking_waits *w)
{
	static const struct {
		uint8_t state;
		const char *name;
	} tcp[] = {{TCP_CONNTRACK_SYN_SENT, "tcp_timeout_syn_sent"},
	    {TCP_CONNTRACK_SYN_RECV, "tcp_timeout_syn_recv"},
	    {TCP_CONNTRACK_ESTABLISHED, "tcp_timeout_established"},
	    {TCP_CONNTRACK_FIN_WAIT, "tcp_timeout_fin_wait"},
	    {TCP_CONNTRACK_CLOSE_WAIT, "tcp_timeout_close_wait"},
	    {TCP_CONNTRACK_LAST_ACK, "tcp_timeout_last_ack"},
	    {TCP_CONNTRACK_TIME_WAIT, "tcp_timeout_time_wait"},
	    {TCP_CONNTRACK_CLOSE, "tcp_timeout_close"},
	    {TCP_CONNTRACK_SYN_SENT2, "tcp_timeout_syn_sent"}};

	*w = (struct tracking_waits){.udp = wait_of("udp_timeout"),
	    .udp_stream = wait_of("udp_timeout_stream"),
	    .icmp = wait_of("icmp_timeout"),
	    .generic = wait_of("generic_timeout"),
	    .sctp = wait_of("sctp_timeout_established")};
	for (size_t i = 0; i < sizeof tcp / sizeof *tcp; i++)
		w->tcp[tcp[i].state] = wait_of(tcp[i].name);
}

uint32_t tracking_wait(
    const struct tracking_waits *w, uint8_t protocol, uint8_t state, bool answered)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return state < sizeof w->tcp / sizeof *w->tcp ? w->tcp[state] : 0;
	case IPPROTO_UDP:
		return answered ? w->udp_stream : w->udp;
	case IPPROTO_ICMP:
		return w->icmp;
	case IPPROTO_SCTP:
		return w->sctp;
	default:
		return w->generic;
	}
}
