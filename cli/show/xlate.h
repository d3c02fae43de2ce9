/* show xlate: translations, standing ones of static rules and those of connections. Pure. */
#ifndef GATEHOUSE_SHOW_XLATE_H
#define GATEHOUSE_SHOW_XLATE_H

#include "cli/show/show.h"
#include "engine/ipc/message.h"

enum show_xlate_flags {
	XLATE_DNS = 1 << 0,
	XLATE_EXTENDED = 1 << 1,
	XLATE_IDENTITY = 1 << 2,
	XLATE_DYNAMIC = 1 << 3,
	XLATE_PORTMAP = 1 << 4,
	XLATE_STATIC = 1 << 5,
	XLATE_TWICE = 1 << 6,
	XLATE_NET = 1 << 7,
};

struct show_xlate {
	const char *real_if, *mapped_if; /* borrowed */
	struct range real, mapped;
	uint8_t protocol; /* of a translation of ports; 0 = of addresses */
	uint16_t real_low, real_high, mapped_low, mapped_high;
	unsigned flags;
	uint32_t idle, timeout; /* seconds; timeout 0: it stands */
};

/* The legend above translations. */
void show_xlate_flags(struct text *out);
void show_xlate(struct text *out, const struct show_xlate *);

#endif
