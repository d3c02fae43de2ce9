/* The table of vendor ids. Most are MD5 sums of a text; what matters is only equality. */
#include "engine/ike/vendor.h"

#include <string.h>

static const struct vendor table[] = {
	/* len prefix flag      client      name */
	{16, false, VID_NATT_RFC, PROFILE_UNKNOWN, "NAT-Traversal RFC",
	    {0x4a, 0x13, 0x1c, 0x81, 0x07, 0x03, 0x58, 0x45,
	        0x5c, 0x57, 0x28, 0xf2, 0x0e, 0x95, 0x45, 0x2f}},
	{16, false, VID_NATT_03, PROFILE_UNKNOWN, "NAT-Traversal ver 03",
	    {0x7d, 0x94, 0x19, 0xa6, 0x53, 0x10, 0xca, 0x6f,
	        0x2c, 0x17, 0x9d, 0x92, 0x15, 0x52, 0x9d, 0x56}},
	{16, false, VID_NATT_02_N, PROFILE_UNKNOWN, "NAT-Traversal ver 02", /* text with newline */
	    {0x90, 0xcb, 0x80, 0x91, 0x3e, 0xbb, 0x69, 0x6e,
	        0x08, 0x63, 0x81, 0xb5, 0xec, 0x42, 0x7b, 0x1f}},
	{16, false, VID_NATT_02, PROFILE_UNKNOWN, "NAT-Traversal ver 02",
	    {0xcd, 0x60, 0x46, 0x43, 0x35, 0xdf, 0x21, 0xf8,
	        0x7c, 0xfd, 0xb2, 0xfc, 0x68, 0xb6, 0xa4, 0x48}},
	{16, true, VID_FRAGMENTATION, PROFILE_UNKNOWN, "Fragmentation",
	    {0x40, 0x48, 0xb7, 0xd5, 0x6e, 0xbc, 0xe8, 0x85,
	        0x25, 0xe7, 0xde, 0x7f, 0x00, 0xd6, 0xc2, 0xd3}},
	{16, false, VID_DPD, PROFILE_UNKNOWN, "DPD",
	    {0xaf, 0xca, 0xd7, 0x13, 0x68, 0xa1, 0xf1, 0xc9,
	        0x6b, 0x86, 0x96, 0xfc, 0x77, 0x57, 0x01, 0x00}},
	{8, false, VID_XAUTH, PROFILE_UNKNOWN, "xauth V6",
	    {0x09, 0x00, 0x26, 0x89, 0xdf, 0xd6, 0xb7, 0x12}},
	{16, false, VID_UNITY, PROFILE_UNKNOWN, "Cisco Unity client",
	    {0x12, 0xf5, 0xf2, 0x8c, 0x45, 0x71, 0x68, 0xa9,
	        0x70, 0x2d, 0x9f, 0xe2, 0x74, 0xcc, 0x01, 0x00}},
	/* MS NT5 ISAKMPOAKLEY and a version word */
	{16, true, VID_MICROSOFT, PROFILE_WINDOWS, NULL,
	    {0x1e, 0x2b, 0x51, 0x69, 0x05, 0x99, 0x1c, 0x7d,
	        0x7c, 0x96, 0xfc, 0xbf, 0xb5, 0x87, 0xe4, 0x61}},
	/* draft-ietf-ipsec-nat-t-ike, Apple's own */
	{16, false, 0, PROFILE_APPLE, NULL,
	    {0x4d, 0xf3, 0x79, 0x28, 0xe9, 0xfc, 0x4f, 0xd1,
	        0xb3, 0x26, 0x21, 0x70, 0xd5, 0x15, 0xc6, 0x62}},
	{16, false, 0, PROFILE_STRONGSWAN, NULL,
	    {0x88, 0x2f, 0xe5, 0x6d, 0x6f, 0xd2, 0x0d, 0xbc,
	        0x22, 0x51, 0x61, 0x3b, 0x2e, 0xbe, 0x5b, 0xeb}},
	/* "OE" and a digest in letters */
	{2, true, 0, PROFILE_LIBRESWAN, NULL, {'O', 'E'}},
};
#define N_VENDORS (sizeof table / sizeof *table)

const struct vendor *vendor_find(struct chunk body)
{
	for (size_t i = 0; i < N_VENDORS; i++)
		if ((table[i].prefix ? body.len >= table[i].len : body.len == table[i].len) &&
		    memcmp(body.p, table[i].id, table[i].len) == 0)
			return &table[i];
	return NULL;
}

const struct vendor *vendor_by_flag(unsigned flag)
{
	size_t i = 0;

	while (table[i].flag != flag)
		i++;
	return &table[i];
}

static void vendor_read(struct chunk body, struct trace *t, const struct trace_ctx *ctx,
    uint16_t *vids, enum client_profile *client)
{
	const struct vendor *v = vendor_find(body);

	trace_ike_debug(t, 715047, ctx, "processing VID payload");
	if (!v)
		return;
	*vids |= v->flag;
	if (v->client)
		*client = v->client;
	if (v->name)
		trace_ike_debug(t, 715049, ctx, "Received %s VID", v->name);
	if (v->flag == VID_FRAGMENTATION && body.len > v->len)
		trace_ike_debug(t, 715064, ctx,
		    "IKE Peer included IKE fragmentation capability flags: "
		    "Main Mode: True Aggressive Mode: True");
}

void vendors_read(const struct message *m, struct trace *t, const struct trace_ctx *ctx,
    uint16_t *vids, enum client_profile *client)
{
	const struct payload *p;

	for (size_t i = 0; (p = message_get(m, HAS_VENDOR, i)) != NULL; i++)
		vendor_read(p->body, t, ctx, vids, client);
}
