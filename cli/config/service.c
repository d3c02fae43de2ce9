/* Pure: columns in, a struct service out. */
#include "cli/config/service.h"

#include <string.h>

#include "engine/net/access_words.h"

static bool range_of(
    const char *op, const char *low, const char *high, uint16_t *from, uint16_t *to)
{
	uint16_t p = low ? port_number(low) : 0;

	*from = 0;
	*to = UINT16_MAX;
	if (!op || !*op)
		return true;
	if (strcmp(op, "eq") == 0)
		*from = *to = p;
	else if (strcmp(op, "range") == 0)
		*from = p, *to = high ? port_number(high) : p;
	else if (strcmp(op, "gt") == 0)
		*from = (uint16_t)(p + 1);
	else if (strcmp(op, "lt") == 0)
		*to = (uint16_t)(p - 1);
	else if (strcmp(op, "neq") == 0)
		*from = (uint16_t)(p + 1), *to = (uint16_t)(p - 1);
	return !(strcmp(op, "gt") == 0 && p == UINT16_MAX) && !(strcmp(op, "lt") == 0 && p == 0);
}

bool service_ports(const struct db_row *row, struct service *s)
{
	bool can = range_of(db_text(row, "src_op"), db_text(row, "src_port"),
	    db_text(row, "src_high"), &s->source_low, &s->source_high);

	return range_of(db_text(row, "op"), db_text(row, "port"), db_text(row, "port_high"),
		   &s->dest_low, &s->dest_high) &&
	       can;
}

void service_icmp(const struct db_row *row, struct service *s)
{
	const char *type = db_text(row, "port"), *code = db_text(row, "port_high");
	int number = type && *type ? icmp_type(type) : -1;

	s->source_low = s->dest_low = 0;
	s->source_high = s->dest_high = UINT16_MAX;
	if (number < 0)
		return;
	s->dest_low = (uint16_t)(number << 8);
	s->dest_high = (uint16_t)(s->dest_low | UINT8_MAX);
	if (code && *code)
		s->dest_low = s->dest_high = (uint16_t)(s->dest_low | port_number(code));
}
