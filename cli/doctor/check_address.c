/* Checks of addresses for clients: is there one, and do answers find it? */
#include <stdio.h>
#include <string.h>

#include "cli/doctor/served.h"
#include "engine/base/addr.h"

static bool pool_range(const struct db_row *pool, struct range *to)
{
	const char *text = db_text(pool, "range"), *dash = text ? strchr(text, '-') : NULL;
	char first[ADDR_TEXT_MAX];
	struct addr a, b;

	if (!dash)
		return false;
	snprintf(first, sizeof first, "%.*s", (int)(dash - text), text);
	if (!addr_parse(first, &a) || !addr_parse(dash + 1, &b))
		return false;
	*to = (struct range){addr_to_v4(&a), addr_to_v4(&b)};
	return true;
}

static bool overlap(struct range a, struct range b)
{
	return a.first <= b.last && b.first <= a.last;
}

static struct range network(uint32_t address, uint32_t mask)
{
	return (struct range){address & mask, (address & mask) | ~mask};
}

/* Does nobody have any of it: no interface, no pool, nobody to whom a route leads? */
static bool range_free(struct exam *e, struct range r)
{
	struct range other;

	EACH_ROW (e, "interface", i)
		if (cell_v4(i, "address") &&
		    overlap(r, network(cell_v4(i, "address"), cell_v4(i, "mask"))))
			return false;
	EACH_ROW (e, "pool", p)
		if (pool_range(p, &other) && overlap(r, other))
			return false;
	for (size_t i = 0; e->facts->routes && i < e->facts->n_routes; i++)
		if (e->facts->routes[i].mask &&
		    overlap(r, network(e->facts->routes[i].dest, e->facts->routes[i].mask)))
			return false;
	return true;
}

/* The network of a pool that a cure makes: none that another cure of this examination has. */
static bool network_free(void *exam, uint32_t first, uint32_t last)
{
	struct exam *e = exam;

	if (first <= e->last_pool || !range_free(e, (struct range){first, last}))
		return false;
	e->last_pool = first;
	return true;
}

static void cure_new_pool(struct exam *e, const char *name)
{
	char range[CURE_RANGE_MAX];

	prescribe(e, CURE_NEW_POOL,
	    &(struct cure_names){.pool = name, .range = cure_range(network_free, e, range)});
}

static void cure_named(struct exam *e, const struct db_row *group, const char *pool)
{
	prescribe(e, CURE_GROUP_POOL,
	    &(struct cure_names){.tunnel_group = db_text(group, "name"), .pool = pool});
}

static const struct db_row *policy_with_pools(struct exam *e, const struct db_row *group)
{
	const struct db_row *p = served_says(e, served_policy(e, group), "pools");

	return p && cell_set(p, "pools") && !cell_is(p, "pools", "none") ? p : NULL;
}

static bool has_dhcp(const struct db_row *group)
{
	return cell_set(group, "dhcp") || cell_set(group, "dhcp_by_link") ||
	       cell_set(group, "dhcp_by_subnet");
}

/* Have all local users an address of their own? */
static bool all_framed(struct exam *e)
{
	unsigned n = 0;

	EACH_ROW (e, "user", u) {
		if (!served_user(u))
			continue;
		n++;
		if (!cell_set(u, "framed_ip"))
			return false;
	}
	return n > 0;
}

void doctor_pool_none(struct exam *e)
{
	const struct sheet *pools = exam_sheet(e, "pool");
	bool made = false;

	EACH_SERVED_GROUP (e, g) {
		bool local = cell_is(g, "auth_group", "LOCAL");

		if (cell_set(g, "pools") || policy_with_pools(e, g) || has_dhcp(g) ||
		    (local && all_framed(e)))
			continue;
		found_as(e, local ? DOCTOR_PREVENTS : DOCTOR_MAY_PREVENT,
		    "tunnel-group %s has no address pool%s", db_text(g, "name"),
		    local ? "" : ": only who gets an address from the login server can connect");
		if (!pools->n && !made)
			cure_new_pool(e, NULL);
		made = true;
		cure_named(e, g, pools->n ? db_text(pools->row, "name") : NULL);
	}
}

void doctor_pool_unused(struct exam *e)
{
	const struct sheet *assign = exam_sheet(e, "addr_assign");

	if (!assign->n || db_bool(assign->row, "local"))
		return;
	EACH_SERVED_GROUP (e, g) {
		if (has_dhcp(g) || !(cell_set(g, "pools") || policy_with_pools(e, g)))
			continue;
		found(e, "tunnel-group %s has address pools, and addresses of pools are not given",
		    db_text(g, "name"));
		prescribe_reason(e, &(struct cure_names){0});
		return; /* the one line is all that any group needs */
	}
}

/* ---- how many are left --------------------------------------------------------------------- */

/* Has the pool an address that it can give? One that the engine says nothing of has. */
static bool has_free(const struct exam *e, const char *name)
{
	for (size_t i = 0; i < e->facts->n_pools; i++)
		if (strcmp(e->facts->pools[i].name, name) == 0)
			return e->facts->pools[i].free > 0;
	return true;
}

/* Has a cure of this examination made it already? */
static bool is_made(const struct exam *e, const char *name)
{
	char line[EXAM_NAME + 16];

	snprintf(line, sizeof line, "ip local pool %s ", name);
	for (size_t i = 0; i < e->to->n; i++)
		if (strstr(text_str(&e->to->v[i].cure), line))
			return true;
	return false;
}

static bool name_free(void *exam, const char *name)
{
	return !exam_find(exam, "pool", "name", name) && !is_made(exam, name);
}

void doctor_pool_exhausted(struct exam *e)
{
	char name[EXAM_NAME], next[CURE_NAME_MAX];

	if (!e->facts->pools)
		return;
	EACH_SERVED_GROUP (e, g) {
		const struct db_row *policy = policy_with_pools(e, g);
		const struct db_row *of = policy ? policy : g;
		bool any = false;

		for (unsigned i = 0; !any && db_word(of, "pools", i, name, sizeof name); i++)
			any = has_free(e, name);
		if (any || !cell_set(of, "pools") || has_dhcp(g))
			continue;
		db_word(of, "pools", 0, name, sizeof name);
		cure_next_name(name, name_free, e, next);
		found(e, "no address of pool %s is left for clients of tunnel-group %s", name,
		    db_text(g, "name"));
		cure_new_pool(e, next);
		if (policy)
			prescribe(e, CURE_POLICY_POOL,
			    &(struct cure_names){.name = db_text(policy, "name"), .pool = next});
		else
			cure_named(e, g, next);
	}
}

/* ---- whether answers find them ------------------------------------------------------------- */

/* A client who is connected has a host route of his own, which wins over the route of any network:
 * only another host route collides. */
void doctor_pool_elsewhere(struct exam *e)
{
	struct range pool;

	EACH_ROW (e, "pool", p) {
		if (!pool_range(p, &pool))
			continue;
		EACH_ROW (e, "route", r) {
			uint32_t to = cell_v4(r, "net");

			if (cell_v4(r, "mask") != UINT32_MAX ||
			    !overlap(pool, network(to, UINT32_MAX)))
				continue;
			found(e, "route %s %s %s leads away from pool %s", db_text(r, "ifname"),
			    db_text(r, "net"), db_text(r, "mask"), db_text(p, "name"));
			cure(e, "no route %s %s %s %s", db_text(r, "ifname"), db_text(r, "net"),
			    db_text(r, "mask"), db_text(r, "gateway"));
		}
	}
}

void doctor_pool_arp(struct exam *e)
{
	struct range pool;

	EACH_ROW (e, "noproxyarp", n) {
		const struct db_row *i = served_named(e, db_text(n, "ifname"));

		if (!i || !cell_v4(i, "address"))
			continue;
		EACH_ROW (e, "pool", p) {
			if (!pool_range(p, &pool) ||
			    !overlap(pool, network(cell_v4(i, "address"), cell_v4(i, "mask"))))
				continue;
			found(e,
			    "pool %s is in the network of interface %s, where nobody answers "
			    "ARP for clients",
			    db_text(p, "name"), db_text(n, "ifname"));
			cure(e, "no sysopt noproxyarp %s", db_text(n, "ifname"));
			break;
		}
	}
}
