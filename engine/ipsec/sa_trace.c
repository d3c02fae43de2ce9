/* `debug crypto ipsec`: the blocks of an SA pair's life; see sa_trace.h. */
#include "engine/ipsec/sa_trace.h"

#include <inttypes.h>
#include <stdio.h>

/* The level at which an operator asks for these (`debug crypto ipsec 127`). */
#define SAY(t, i, ...) trace_plain(t, &(i)->about, TRACE_IPSEC, TRACE_DEBUG, __VA_ARGS__)

/* Opaque ids: a kind and a side (0 outbound, 1 inbound) of a pair. */
enum id_kind { ID_SA, ID_CHANNEL, ID_RULE_ENCRYPT, ID_RULE_PERMIT, ID_RULE_FLOW, ID_RULE_DECRYPT };

static uint64_t object(const struct sa_trace *i, enum id_kind kind, int side)
{
	return 0x00007fff00000000ULL + ((uint64_t)i->serial << 9) + ((uint64_t)kind << 5) +
	       ((uint64_t)side << 4);
}

static uint32_t handle(const struct sa_trace *i, int side)
{
	return i->serial * 8 + (side ? 6 : 4);
}

static uint32_t scb(const struct sa_trace *i, int side)
{
	return 0x0a000000U + i->serial * 16 + (unsigned)side;
}

static void embryonic(struct trace *t, const struct sa_trace *i, int side, uint32_t spi)
{
	SAY(t, i,
	    "IPSEC: New embryonic SA created @ 0x%016" PRIx64 ",\n"
	    "    SCB: 0x%08X,\n"
	    "    Direction: %s\n"
	    "    SPI      : 0x%08X\n"
	    "    Session ID: 0x%08X\n"
	    "    VPIF num  : 0x%08X\n"
	    "    Tunnel type: ra\n"
	    "    Protocol   : esp\n"
	    "    Lifetime   : 240 seconds",
	    object(i, ID_SA, side), scb(i, side), side ? "inbound" : "outbound", spi, i->session_id,
	    i->interface);
}

static void context(struct trace *t, const struct sa_trace *i, const char *doing, int side,
    uint32_t spi, uint32_t peer)
{
	SAY(t, i,
	    "IPSEC: %s, SPI 0x%08X\n"
	    "    Flags: 0x%08X\n"
	    "    SA   : 0x%016" PRIx64 "\n"
	    "    SPI  : 0x%08X\n"
	    "    MTU  : %u bytes\n"
	    "    VCID : 0x00000000\n"
	    "    Peer : 0x%08X\n"
	    "    SCB  : 0x%08X\n"
	    "    Channel: 0x%016" PRIx64,
	    doing, spi, side ? 0x206 : 0x205, object(i, ID_SA, side), spi, side ? 0 : i->mtu, peer,
	    scb(i, side), object(i, ID_CHANNEL, 0));
}

static void context_done(struct trace *t, const struct sa_trace *i, int side, uint32_t spi)
{
	SAY(t, i,
	    "IPSEC: Completed %s VPN context, SPI 0x%08X\n"
	    "    VPN handle: 0x%016X",
	    side ? "inbound" : "outbound", spi, handle(i, side));
}

static void rule_done(struct trace *t, const struct sa_trace *i, const char *rule, uint32_t spi,
    enum id_kind kind, int side)
{
	SAY(t, i,
	    "IPSEC: Completed %s, SPI 0x%08X\n"
	    "    Rule ID: 0x%016" PRIx64,
	    rule, spi, object(i, kind, side));
}

/* A rule about the inner flow (protocol and ports of the selectors) or about ESP with that SPI. */
static void rule(struct trace *t, const struct sa_trace *i, const char *what, uint32_t spi,
    const struct selector *src, const struct selector *dst, bool inner)
{
	char sa[ADDR_TEXT_MAX], sm[ADDR_TEXT_MAX], da[ADDR_TEXT_MAX], dm[ADDR_TEXT_MAX];
	unsigned sport = inner ? src->port : 0, dport = inner ? dst->port : 0;

	SAY(t, i,
	    "IPSEC: New %s, SPI 0x%08X\n"
	    "    Src addr: %s\n"
	    "    Src mask: %s\n"
	    "    Dst addr: %s\n"
	    "    Dst mask: %s\n"
	    "    Src ports\n"
	    "      Upper: %u\n"
	    "      Lower: %u\n"
	    "      Op   : %s\n"
	    "    Dst ports\n"
	    "      Upper: %u\n"
	    "      Lower: %u\n"
	    "      Op   : %s\n"
	    "    Protocol: %u\n"
	    "    Use protocol: true\n"
	    "    SPI: 0x%08X\n"
	    "    Use SPI: %s",
	    what, spi, addr_text(&src->addr, sa), addr_text(&src->mask, sm),
	    addr_text(&dst->addr, da), addr_text(&dst->mask, dm), sport, sport,
	    sport ? "equal" : "ignore", dport, dport, dport ? "equal" : "ignore",
	    inner ? src->protocol : 50, inner ? 0 : spi, inner ? "false" : "true");
}

void sa_trace_embryonic(struct trace *t, const struct sa_trace *i, uint32_t spi_in)
{
	embryonic(t, i, 1, spi_in);
}

void sa_trace_outbound(struct trace *t, const struct sa_trace *i, const struct child *c)
{
	uint32_t spi = c->spi_out;

	embryonic(t, i, 0, spi);
	SAY(t, i, "IPSEC: Completed host OBSA update, SPI 0x%08X", spi);
	context(t, i, "Creating outbound VPN context", 0, spi, 0);
	context_done(t, i, 0, spi);
	rule(t, i, "outbound encrypt rule", spi, &c->local, &c->remote, true);
	rule_done(t, i, "outbound encrypt rule", spi, ID_RULE_ENCRYPT, 0);
	rule(t, i, "outbound permit rule", spi, &c->local, &c->remote, false);
	rule_done(t, i, "outbound permit rule", spi, ID_RULE_PERMIT, 0);
}

void sa_trace_inbound(struct trace *t, const struct sa_trace *i, const struct child *c)
{
	uint32_t spi = c->spi_in;
	char updating[64];

	embryonic(t, i, 1, spi);
	SAY(t, i, "IPSEC: Completed host IBSA update, SPI 0x%08X", spi);
	context(t, i, "Creating inbound VPN context", 1, spi, handle(i, 0));
	context_done(t, i, 1, spi);
	snprintf(updating, sizeof updating, "Updating outbound VPN context 0x%08X", handle(i, 0));
	context(t, i, updating, 0, c->spi_out, handle(i, 1));
	context_done(t, i, 0, c->spi_out);
	rule_done(t, i, "outbound inner rule", c->spi_out, ID_RULE_ENCRYPT, 0);
	rule_done(t, i, "outbound outer SPD rule", c->spi_out, ID_RULE_PERMIT, 0);
	rule(t, i, "inbound tunnel flow rule", spi, &c->remote, &c->local, true);
	rule_done(t, i, "inbound tunnel flow rule", spi, ID_RULE_FLOW, 1);
	rule(t, i, "inbound decrypt rule", spi, &c->remote, &c->local, false);
	rule_done(t, i, "inbound decrypt rule", spi, ID_RULE_DECRYPT, 1);
	rule(t, i, "inbound permit rule", spi, &c->remote, &c->local, false);
	rule_done(t, i, "inbound permit rule", spi, ID_RULE_PERMIT, 1);
}

void sa_trace_deleted(struct trace *t, const struct sa_trace *i, uint32_t spi_in, uint32_t spi_out)
{
	if (spi_out) {
		SAY(t, i, "IPSEC: Destroy current outbound SPI: 0x%08X", spi_out);
		SAY(t, i,
		    "IPSEC: Deleted outbound encrypt rule, SPI 0x%08X\n"
		    "    Rule ID: 0x%016" PRIx64,
		    spi_out, object(i, ID_RULE_ENCRYPT, 0));
	}
	SAY(t, i,
	    "IPSEC: Deleted inbound decrypt rule, SPI 0x%08X\n"
	    "    Rule ID: 0x%016" PRIx64,
	    spi_in, object(i, ID_RULE_DECRYPT, 1));
}
