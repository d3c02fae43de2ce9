/*
 * The client of lac.h from the inside: what its files share. L2TP, LCP, IPCP and
 * authentication are a file each, so that a later initiator can take their lines.
 */
#ifndef GATEHOUSE_LAC_INSIDE_H
#define GATEHOUSE_LAC_INSIDE_H

#include "engine/l2tp/avp.h"
#include "engine/l2tp/channel.h"
#include "engine/ppp/decode.h"
#include "engine/ppp/frame.h"
#include "engine/ppp/fsm.h"
#include "engine/ppp/method.h"
#include "tests/support/lac.h"

struct lac {
	struct env *env;
	const struct crypto *crypto;
	struct lac_config config;
	struct lac_manners m; /* what it lives by */
	const struct lac_ops *ops;
	void *owner;
	char user[128], password[128];

	enum lac_stage stage;
	bool vanished, told;
	struct channel channel;
	uint16_t tunnel, session, ns, expect; /* ours; of data messages, where numbered */
	uint16_t mru;
	struct addr wish;
	uint16_t server_tunnel, server_session;
	struct lac_seen seen;

	struct fsm lcp, ipcp;
	struct timer start_ppp, pap;
	uint32_t magic;
	bool ask_callback, ask_comp, naked_eap, plain, agreeable;
	enum ppp_auth method;
	uint8_t auth_id, response[64], challenge[64];
	size_t response_len;
	char answer[256];
	size_t eap_unknown;

	struct ppp_ip ip;
	bool ask[5], ask_vj;
	uint8_t other_id;
};

#define LCP(f) container_of(f, struct lac, lcp)
#define IPCP(f) container_of(f, struct lac, ipcp)

enum { ADDRESS, DNS1, WINS1, DNS2, WINS2 };

/* lac.c */
void lac_ended(struct lac *);
/* One PPP packet in a data message. */
void lac_data(struct lac *, uint16_t protocol, bool compressed, const void *info, size_t len);

/* lac_l2tp.c */
void lac_transmit(struct channel *, const uint8_t *msg, size_t len);
void lac_channel_lost(struct channel *);
void lac_zlb(struct lac *);
void lac_send_sccrq(struct lac *);
void lac_send_cdn(struct lac *);
void lac_send_stopccn(struct lac *);
/* A control message in its turn. */
void lac_step(struct lac *, const struct l2tp_msg *);

/* lac_lcp.c, lac_ipcp.c */
extern const struct fsm_ops lac_lcp_ops, lac_ipcp_ops;
enum verdict lac_grant(struct fsm *, struct rd *value, struct wr *nak);
void lac_fresh(struct fsm *);
void lac_finished(struct fsm *, bool timed_out);

/* lac_auth.c */
void lac_pap_request(struct timer *);
/* The network protocols begin. */
void lac_network(struct lac *);
void lac_auth_receive(struct lac *, uint16_t protocol, struct rd);

#endif
