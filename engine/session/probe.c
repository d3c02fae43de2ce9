/*
 * Paths that swallow what is too big for them and say nothing (RFC 2923 2.1).
 * Once a session is up the longest packet that its path should carry goes to
 * the client as an Echo-Request of LCP, with DF, as users' packets have it. When
 * no answer comes the other questions are asked, too:
 *
 *     DF answered      so it is; what routers say meanwhile (path_mtu.c) makes
 *                      the next one shorter
 *     without DF       routers may cut what is too long; so nothing of the
 *                      users' leaves with DF
 *     less, neither    the path swallows fragments, too: its MTU is the most
 *                      that was answered
 *     nothing          the client answers nothing so long, and nothing is known:
 *                      routers may cut
 *
 * The answers are as long as the questions, so it holds for both ways.
 */
#include "engine/session/probe.h"

#include "engine/ppp/frame.h"
#include "engine/session/fit.h"

#define WAIT SEC
#define ROUNDS 3
#define ROUNDS_MOST 6 /* while routers, one behind the other, know of less */

static const struct {
	uint32_t outer; /* bytes; 0 = what the path is thought to carry */
	bool df;
} QUESTION[] = {{0, true}, {0, false}, {1400, false}, {1280, false}, {576, false}};

enum { WITH_DF, WITHOUT, LESS, QUESTIONS = sizeof QUESTION / sizeof *QUESTION };

static void ask_one(struct session *s, unsigned number)
{
	uint32_t mtu = s->peer->fit.mtu, outer = QUESTION[number].outer;
	struct ppp_info info;
	uint8_t frame[1600];
	size_t len, header;

	if (outer >= mtu || (s->probe.answered & 1u << number))
		return;
	ppp_get(s->ppp, &info);
	header = ppp_ip_header(info.acfc, info.pfc);
	len = session_room(s, outer ? outer : mtu);
	if (len == 0)
		return;
	len = ppp_probe(s->ppp, frame, sizeof frame, len + header - PPP_HEADER_MAX, number);
	if (len > 0)
		dp_send_ppp(s->gw->dp, s->id, frame, len, QUESTION[number].df);
}

/* Nothing else is asked while one is enough. */
static void ask(struct session *s)
{
	s->probe.mtu = s->peer->fit.mtu;
	for (unsigned i = 0; i < (s->probe.round ? QUESTIONS : 1u); i++)
		ask_one(s, i);
	s->probe.round++;
	timer_start(s->gw->env, &s->probe.wait, WAIT);
}

/* With DF nothing came through. */
static void conclude(struct session *s)
{
	struct peer *p = s->peer;

	p->path_mtu.silent = true;
	if (!(s->probe.answered & 1u << WITHOUT))
		for (unsigned i = LESS; i < QUESTIONS; i++)
			if (s->probe.answered & 1u << i) {
				p->path_mtu.learned = QUESTION[i].outer;
				break;
			}
	peer_fit(p);
}

static void waited(struct timer *t)
{
	struct session *s = container_of(t, struct session, probe.wait);
	bool shorter = s->probe.mtu != s->peer->fit.mtu;

	if (!s->up || s->why != REASON_NONE)
		return;
	if (s->probe.round < (shorter ? ROUNDS_MOST : ROUNDS))
		ask(s);
	else
		conclude(s);
}

void probe_answered(void *owner, unsigned number)
{
	struct session *s = owner;

	if (!timer_armed(&s->probe.wait) || number >= QUESTIONS)
		return;
	s->probe.answered |= 1u << number;
	if (number == WITH_DF)
		probe_stop(s);
}

void probe_start(struct session *s)
{
	s->probe.wait.fire = waited;
	s->probe.round = s->probe.answered = 0;
	ask(s);
}

void probe_stop(struct session *s)
{
	timer_stop(s->gw->env, &s->probe.wait);
}
