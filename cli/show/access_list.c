/* Access lists, element by element; see access_list.h. */
#include "cli/show/access_list.h"

#include <netinet/in.h>
#include <string.h>

#include "engine/base/addr.h"
#include "engine/net/access_words.h"

/* ---- rows ------------------------------------------------------------------------------ */

static const char *named(const struct show_names *names, const char *address)
{
	const char *name = names->of ? names->of(names->ctx, address) : NULL;

	return name ? name : address;
}

/* The texts of these columns, a blank before each. */
static void columns(struct text *t, const struct db_row *row, const struct show_names *names,
    const char *const *column, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *text = db_text(row, column[i]);

		if (text && *text)
			text_addf(t, " %s",
			    strcmp(column[i], "src") == 0 || strcmp(column[i], "dst") == 0
				? named(names, text)
				: text);
	}
}

static void group(struct text *t, const struct db_row *row, const char *column)
{
	const char *text = db_text(row, column);

	if (text && *text)
		text_addf(t, " object-group %s", text);
}

void show_access_tail(struct text *t, const struct db_row *row)
{
	static const char *const special[] = {"disable", "default"};
	const char *log = db_text(row, "log");
	bool plain = false;

	for (size_t i = 0; log && i < sizeof special / sizeof *special; i++)
		plain = plain || strcmp(log, special[i]) == 0;
	if (log && plain)
		text_addf(t, " log %s", log);
	else if (log && *log)
		text_addf(t, " log %s interval %d", log, (int)db_int(row, "interval", 300));
	if (db_text(row, "time_range"))
		text_addf(t, " time-range %s", db_text(row, "time_range"));
	if (db_bool(row, "inactive"))
		text_add(t, " inactive");
}

void show_access_row(struct text *t, const struct db_row *row, const struct show_names *names)
{
	static const char *const head[] = {"action", "protocol", "svc_kind", "svc"},
				 *const source[] = {"src_kind", "src", "src_object", "src_mask",
				     "src_op", "src_port", "src_high"},
				 *const dest[] = {"dst_kind", "dst", "dst_object", "dst_mask", "op",
				     "port", "port_high"},
				 *const remark[] = {"remark"};
	const char *kind = db_text(row, "kind");

	text_add(t, kind);
	if (strcmp(kind, "remark") == 0) {
		columns(t, row, names, remark, 1);
		return;
	}
	columns(t, row, names, head, sizeof head / sizeof *head);
	columns(t, row, names, source, sizeof source / sizeof *source);
	group(t, row, "src_svc");
	columns(t, row, names, dest, sizeof dest / sizeof *dest);
	group(t, row, "dst_svc");
	show_access_tail(t, row);
}

/* ---- rules ----------------------------------------------------------------------------- */

static void addresses(
    struct text *t, const struct show_names *names, uint32_t first, uint32_t last)
{
	struct addr a = addr_v4(first), b = addr_v4(last), mask = addr_v4(~(first ^ last));
	char x[ADDR_TEXT_MAX], y[ADDR_TEXT_MAX];

	if (first == 0 && last == UINT32_MAX)
		text_add(t, " any");
	else if (first == last)
		text_addf(t, " host %s", named(names, addr_text(&a, x)));
	else if (mask_prefix(&mask) >= 0 && (first & (first ^ last)) == 0)
		text_addf(t, " %s %s", named(names, addr_text(&a, x)), addr_text(&mask, y));
	else
		text_addf(t, " range %s %s", addr_text(&a, x), addr_text(&b, y));
}

static void side(struct text *t, const struct show_names *names, const struct show_host *host,
    uint32_t first, uint32_t last)
{
	if (host->name && host->as != HOST_ADDRESS) {
		text_addf(t, " fqdn %s (%s)", host->name,
		    host->as == HOST_RESOLVED ? "resolved" : "unresolved");
		return;
	}
	addresses(t, names, first, last);
	if (host->name)
		text_addf(t, " (%s)", host->name);
}

static void port(struct text *t, uint16_t number, bool tcp)
{
	const char *word = port_word(number, tcp);

	if (word)
		text_addf(t, " %s", word);
	else
		text_addf(t, " %u", number);
}

static void ports(struct text *t, uint16_t low, uint16_t high, bool tcp)
{
	if (low == 0 && high == UINT16_MAX)
		return;
	if (low > high) {
		text_add(t, " neq");
		port(t, (uint16_t)(low - 1), tcp);
	} else if (low == high) {
		text_add(t, " eq");
		port(t, low, tcp);
	} else if (high == UINT16_MAX) {
		text_add(t, " gt");
		port(t, (uint16_t)(low - 1), tcp);
	} else if (low == 0) {
		text_add(t, " lt");
		port(t, (uint16_t)(high + 1), tcp);
	} else {
		text_add(t, " range");
		port(t, low, tcp);
		port(t, high, tcp);
	}
}

static void icmp(struct text *t, uint16_t low, uint16_t high)
{
	uint8_t type = (uint8_t)(low >> 8);
	const char *word = icmp_word(type);

	if (low == 0 && high == UINT16_MAX)
		return;
	if (word)
		text_addf(t, " %s", word);
	else
		text_addf(t, " %u", type);
	if (low == high)
		text_addf(t, " %u", low & 0xff);
}

void show_access_rule(struct text *t, const struct acl_rule *r, const struct show_names *names,
    const struct show_host *source, const struct show_host *dest)
{
	const char *word = protocol_word(r->protocol);
	bool tcp = r->protocol != IPPROTO_UDP;

	text_add(t, r->permit ? "permit" : "deny");
	if (word)
		text_addf(t, " %s", word);
	else
		text_addf(t, " %u", r->protocol);
	side(t, names, source, r->source_first, r->source_last);
	if (r->protocol != IPPROTO_ICMP)
		ports(t, r->source_low, r->source_high, tcp);
	side(t, names, dest, r->dest_first, r->dest_last);
	if (r->protocol == IPPROTO_ICMP)
		icmp(t, r->dest_low, r->dest_high);
	else
		ports(t, r->dest_low, r->dest_high, tcp);
}
