/* Counters of IKE and IPsec, of what was asked of the cryptography and of who did it, as the device
 * lists them; and those that it has not. */
#include "cli/show/show.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool has_section(const struct msg_rec_counter *r)
{
	return r->section && *r->section;
}

void show_ike_stats(struct text *out, const struct msg_rec_counter *rec, size_t n)
{
	const char *last = NULL;
	char name[80];

	for (size_t i = 0; i < n; i++) {
		const struct msg_rec_counter *r = &rec[i];
		const char *title = has_section(r) ? r->section : "Further Statistics";

		if (!last || strcmp(last, title) != 0)
			text_addf(out, "\n%s\n", last = title);
		if (has_section(r)) {
			snprintf(name, sizeof name, "%s:", r->name);
			text_addf(out, "  %-28s %" PRIu64 "\n", name, r->value);
		} else {
			text_addf(out, "   %s: %" PRIu64 "\n", r->name, r->value);
		}
	}
}

/* Part of the row above it. */
static bool is_part(const char *name)
{
	return strncmp(name, "Pre-", 4) == 0 || strncmp(name, "Post-", 5) == 0;
}

void show_ipsec_stats(struct text *out, const struct msg_rec_counter *rec, size_t n)
{
	const char *last = "";

	text_add(out, "\nIPsec Global Statistics\n-----------------------\n");
	for (size_t i = 0; i < n; i++) {
		const struct msg_rec_counter *r = &rec[i];

		if (has_section(r) && strcmp(last, r->section) != 0)
			text_addf(out, "%s\n", last = r->section);
		text_addf(out, "%*s%s: %" PRIu64 "\n",
		    is_part(r->name) ? 8 : has_section(r) ? 4 : 0, "", r->name, r->value);
	}
}

void show_protocol_stats(struct text *out, const struct msg_rec_counter *rec, size_t n)
{
	const char *last = "";

	for (size_t i = 0; i < n; i++) {
		if (strcmp(last, rec[i].section) != 0)
			text_addf(out, "[%s]\n", last = rec[i].section);
		text_addf(out, "   %s: %" PRIu64 "\n", rec[i].name, rec[i].value);
	}
}

static void accelerator(struct text *out, size_t number, const struct msg_rec_accelerator *r)
{
	uint64_t good = r->in_packets - r->in_failed;

	text_addf(out, "\n[Accelerator %zu]\n   Status: OK\n   Software crypto engine: %s\n",
	    number, r->name);
	text_addf(out, "   Total crypto transforms: %" PRIu64 "\n", r->in_packets + r->out_packets);
	text_addf(out, "   Total dropped packets: %" PRIu64 "\n", r->in_failed);
	text_addf(out, "   [Input statistics]\n      Input packets: %" PRIu64
	    "\n      Input bytes: %" PRIu64 "\n      Input hashed packets: %" PRIu64
	    "\n      Decrypted packets: %" PRIu64 "\n", r->in_packets, r->in_bytes, r->in_packets,
	    good);
	text_addf(out, "   [Output statistics]\n      Output packets: %" PRIu64
	    "\n      Output bytes: %" PRIu64 "\n      Output hashed packets: %" PRIu64
	    "\n      Encrypted packets: %" PRIu64 "\n", r->out_packets, r->out_bytes,
	    r->out_packets, r->out_packets);
}

static void suites(struct text *out, const struct msg_rec_suite *rec, size_t n, bool encrypt)
{
	text_addf(out, "\n[%s, as measured at start]\n", encrypt ? "Encryption" : "Decryption");
	for (size_t i = 0; i < n; i++) {
		if (rec[i].encrypt != encrypt)
			continue;
		text_addf(out, "   %s %s: %s\n", rec[i].encryption, rec[i].authentication,
		    rec[i].served_by);
		if (rec[i].measured[0])
			text_addf(out, "      Mbit/s, OpenSSL's behind the slash: %s\n",
			    rec[i].measured);
		text_addf(out, "      Packets: %" PRIu64 ", bytes: %" PRIu64 ", failed: %" PRIu64
		    "\n", rec[i].packets, rec[i].bytes, rec[i].failed);
	}
}

void show_accelerators(struct text *out, const struct msg_rec_accelerator *rec, size_t n,
    const struct msg_rec_suite *suite, size_t n_suites)
{
	struct msg_rec_accelerator sum = {0};

	for (size_t i = 0; i < n; i++) {
		sum.in_packets += rec[i].in_packets;
		sum.in_bytes += rec[i].in_bytes;
		sum.in_failed += rec[i].in_failed;
		sum.out_packets += rec[i].out_packets;
		sum.out_bytes += rec[i].out_bytes;
	}
	text_addf(out, "\nCrypto Accelerator Status\n-------------------------\n"
	    "[Capability]\n   Supports hardware crypto: False\n"
	    "   Supports modular hardware crypto: False\n   Max accelerators: %zu\n", n);
	text_addf(out, "[Global Statistics]\n   Number of active accelerators: %zu\n"
	    "   Number of non-operational accelerators: 0\n   Input packets: %" PRIu64
	    "\n   Input bytes: %" PRIu64 "\n   Input error packets: %" PRIu64
	    "\n   Output packets: %" PRIu64
	    "\n   Output error packets: 0\n   Output bytes: %" PRIu64
	    "\n", n, sum.in_packets, sum.in_bytes, sum.in_failed, sum.out_packets, sum.out_bytes);
	for (size_t i = 0; i < n; i++)
		accelerator(out, i, &rec[i]);
	suites(out, suite, n_suites, false);
	suites(out, suite, n_suites, true);
}

void show_workers(struct text *out, const struct msg_rec_worker *rec, size_t n)
{
	text_addf(out, "\n[Packet workers]\n   Number at work: %zu\n", n);
	for (size_t i = 0; i < n; i++)
		text_addf(out, "   Worker %" PRIu32 "\n      Input packets: %" PRIu64
		    "\n      Output packets: %" PRIu64
		    "\n      Packets handed to other workers: %" PRIu64 "\n",
		    rec[i].number, rec[i].in_packets, rec[i].out_packets, rec[i].handed);
}

void show_dh_groups(struct text *out, const struct msg_rec_dh_group *rec, size_t n)
{
	text_add(out, "\n[Diffie-Hellman, processor time]\n");
	for (size_t i = 0; i < n; i++)
		text_addf(out, "   Group %u: %" PRIu64 " computed, %" PRIu64
		    " failed, %.1f us each\n", rec[i].group, rec[i].jobs, rec[i].failed,
		    rec[i].jobs ? (double)rec[i].spent / 1000 / (double)rec[i].jobs : 0.0);
}
