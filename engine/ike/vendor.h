/* Vendor ids: what a peer tells about itself, and what we tell about us. */
#ifndef GATEHOUSE_IKE_VENDOR_H
#define GATEHOUSE_IKE_VENDOR_H

#include "engine/base/trace.h"
#include "engine/ike/codec.h"
#include "engine/ike/family.h"

enum { /* what the peer's vendor ids say */
	VID_NATT_RFC = 1 << 0,
	VID_NATT_03 = 1 << 1,
	VID_NATT_02_N = 1 << 2,
	VID_NATT_02 = 1 << 3,
	VID_FRAGMENTATION = 1 << 4,
	VID_DPD = 1 << 5,
	VID_XAUTH = 1 << 6,
	VID_UNITY = 1 << 7,
	VID_MICROSOFT = 1 << 8
};

struct vendor {
	uint8_t len;         /* of `id`; the peer's may be longer when `prefix` */
	bool prefix;
	uint16_t flag;       /* VID_*, 0 = nothing to act upon */
	uint32_t sign;       /* SIGN_*: what it tells of the family, 0 = nothing */
	const char *name;    /* "Received %s VID", NULL = the device says nothing */
	uint8_t id[20];
};

/* NULL when we do not know it, which is no fault of the peer. */
const struct vendor *vendor_find(struct chunk body);
/* The row with that flag, one of VID_*, to send it. */
const struct vendor *vendor_by_flag(unsigned flag);

/* All of a message: flags are added to `vids`, what they tell of the family to the signs. */
void vendors_read(const struct message *, struct trace *, const struct trace_ctx *, uint16_t *vids,
    struct family_signs *);

#endif
