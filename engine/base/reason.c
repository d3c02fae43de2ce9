/* The texts of the reasons; see reason.def. */
#include "engine/base/reason.h"

#include "engine/base/cures.h"

static const struct reason_text texts[REASON_COUNT] = {
#define REASON(name, device, plain, windows, cure, cause) \
	{device, plain, windows, cure, CAUSE_##cause},
#include "engine/base/reason.def"
#undef REASON
};

const struct reason_text *reason_text(enum reason r)
{
	return &texts[(unsigned)r < REASON_COUNT ? r : REASON_NONE];
}
