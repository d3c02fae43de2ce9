/*
 * struct firewall: what the messages said last. A zone is known by its device, a list by its
 * name, a place where one holds by its device and way. Lists are spliced: a change of one line
 * moves the others and copies none of them.
 */
#include "engine/firewall/firewall.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Room for one more at the end of a vector of so many; false: out of memory. */
static bool grow(void *vector, size_t n, size_t size)
{
	void **v = vector, *bigger;

	if (n & (n - 1)) /* not full: it doubles at each power of two */
		return true;
	bigger = realloc(*v, (n ? 2 * n : 1) * size);
	if (bigger)
		*v = bigger;
	return bigger != NULL;
}
#define GROW(v, n) grow(&(v), n, sizeof *(v))
/* Takes one out of a vector, in which the others keep their order. */
#define TAKE_OUT(v, n, i) (memmove(&(v)[i], &(v)[(i) + 1], (--(n) - (i)) * sizeof *(v)))

static bool device_copy(char to[IF_NAMESIZE], const char *from)
{
	size_t len = strlen(from);

	if (len >= IF_NAMESIZE)
		return false;
	memcpy(to, from, len + 1);
	return true;
}

/* ---- zones ------------------------------------------------------------------------ */

/* In the order of their devices: what holds does not depend on which link came first. */
static int zone(struct firewall *f, const struct msg_keep_zone *m)
{
	struct zone z = {.level = m->level, .vpn = m->vpn};
	size_t i = 0;
	bool has;

	if (!device_copy(z.device, m->device) || strlen(m->nameif) >= sizeof z.nameif)
		return EINVAL;
	strcpy(z.nameif, m->nameif);
	while (i < f->n_zones && strcmp(f->zones[i].device, z.device) < 0)
		i++;
	has = i < f->n_zones && !strcmp(f->zones[i].device, z.device);
	if (m->op == CFG_DELETE) {
		if (has)
			TAKE_OUT(f->zones, f->n_zones, i);
		return 0;
	}
	if (!has) {
		if (!GROW(f->zones, f->n_zones))
			return ENOMEM;
		memmove(&f->zones[i + 1], &f->zones[i], (f->n_zones++ - i) * sizeof *f->zones);
	} else {
		z.closed = f->zones[i].closed;
	}
	f->zones[i] = z;
	return 0;
}

static int traffic(struct firewall *f, const struct msg_keep_traffic *m)
{
	f->intra = m->intra;
	f->inter = m->inter;
	f->permit_vpn = m->permit_vpn;
	f->mss = m->mss;
	return 0;
}

/* ---- lists ------------------------------------------------------------------------ */

static size_t list_at(const struct firewall *f, const char *name)
{
	size_t i = 0;

	while (i < f->n_lists && strcmp(f->lists[i].name, name) != 0)
		i++;
	return i;
}

const struct access_list *firewall_list(const struct firewall *f, const char *name)
{
	size_t i = list_at(f, name);

	return i < f->n_lists ? &f->lists[i] : NULL;
}

static void list_remove(struct firewall *f, size_t i)
{
	if (i == f->n_lists)
		return;
	free(f->lists[i].name);
	free(f->lists[i].rule);
	TAKE_OUT(f->lists, f->n_lists, i);
}

static struct access_list *list_make(struct firewall *f, const char *name)
{
	size_t i = list_at(f, name);
	char *copy;

	if (i < f->n_lists)
		return &f->lists[i];
	if (!GROW(f->lists, f->n_lists) || !(copy = strdup(name)))
		return NULL;
	f->lists[i] = (struct access_list){.name = copy};
	f->n_lists++;
	return &f->lists[i];
}

static int list(struct firewall *f, const struct msg_keep_access_list *m)
{
	struct access_list *l;
	struct acl_list v;
	int error;

	if (m->op == CFG_DELETE) {
		list_remove(f, list_at(f, m->name));
		return 0;
	}
	l = list_make(f, m->name);
	if (!l)
		return ENOMEM;
	v = (struct acl_list){l->rule, l->n, l->size};
	error = acl_list_splice(&v, m->at, m->removed, m->total, rd_init(m->rules.p, m->rules.len));
	l->rule = v.rule;
	l->n = v.n;
	l->size = v.size;
	return error;
}

/* ---- where they hold ---------------------------------------------------------------- */

static int group(struct firewall *f, const struct msg_keep_access_group *m)
{
	struct access_group g = {.way = m->way};
	size_t i = 0;

	if (!device_copy(g.device, m->device))
		return EINVAL;
	while (i < f->n_groups &&
	       (f->groups[i].way != g.way || strcmp(f->groups[i].device, g.device) != 0))
		i++;
	if (m->op == CFG_DELETE) {
		if (i == f->n_groups)
			return 0;
		free(f->groups[i].name);
		TAKE_OUT(f->groups, f->n_groups, i);
		return 0;
	}
	g.name = strdup(m->name);
	if (!g.name || (i == f->n_groups && !GROW(f->groups, f->n_groups))) {
		free(g.name);
		return ENOMEM;
	}
	if (i < f->n_groups)
		free(f->groups[i].name);
	f->n_groups += i == f->n_groups;
	f->groups[i] = g;
	return 0;
}

const char *firewall_group(const struct firewall *f, const char *device, uint8_t way)
{
	for (size_t i = 0; i < f->n_groups; i++)
		if (f->groups[i].way == way && !strcmp(f->groups[i].device, device))
			return f->groups[i].name;
	return NULL;
}

/* ---- NAT -------------------------------------------------------------------------------- */

/* The place of that order among the rules, which are sorted by it. */
static size_t nat_place(const struct firewall *f, uint32_t order)
{
	size_t low = 0, high = f->n_nat;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (f->nat[middle].order < order)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int nat(struct firewall *f, const struct msg_keep_nat *m)
{
	size_t i = nat_place(f, m->order);
	bool there = i < f->n_nat && f->nat[i].order == m->order;
	struct nat_rule r;

	if (m->op == CFG_DELETE) {
		if (there)
			TAKE_OUT(f->nat, f->n_nat, i);
		return 0;
	}
	if (!nat_rule_read(m, &r))
		return EINVAL;
	if (!there && !GROW(f->nat, f->n_nat))
		return ENOMEM;
	if (!there)
		memmove(&f->nat[i + 1], &f->nat[i], (f->n_nat++ - i) * sizeof *f->nat);
	f->nat[i] = r;
	return 0;
}

/* ---- all of it ------------------------------------------------------------------------ */

int firewall_apply(struct firewall *f, const struct ipc_msg *m)
{
	switch (m->type) {
	case MSG_KEEP_ZONE:
		return zone(f, &m->keep_zone);
	case MSG_KEEP_TRAFFIC:
		return traffic(f, &m->keep_traffic);
	case MSG_KEEP_ACCESS_LIST:
		return list(f, &m->keep_access_list);
	case MSG_KEEP_ACCESS_GROUP:
		return group(f, &m->keep_access_group);
	case MSG_KEEP_NAT:
		return nat(f, &m->keep_nat);
	default:
		return ENOSYS;
	}
}

/* With as much room as grow() thinks there is. */
static void *vector_copy(const void *from, size_t n, size_t size, bool *ok)
{
	size_t room = 1;
	void *to;

	while (room < n)
		room *= 2;
	to = malloc(room * size);
	if (to && n)
		memcpy(to, from, n * size);
	*ok = *ok && to;
	return to;
}

static char *text_copy(const char *from, bool *ok)
{
	char *to = strdup(from);

	*ok = *ok && to;
	return to;
}

bool firewall_copy(struct firewall *to, const struct firewall *from)
{
	bool ok = true;

	*to = *from;
	to->zones = vector_copy(from->zones, from->n_zones, sizeof *to->zones, &ok);
	to->nat = vector_copy(from->nat, from->n_nat, sizeof *to->nat, &ok);
	to->lists = vector_copy(from->lists, from->n_lists, sizeof *to->lists, &ok);
	to->groups = vector_copy(from->groups, from->n_groups, sizeof *to->groups, &ok);
	if (!to->lists)
		to->n_lists = 0;
	if (!to->groups)
		to->n_groups = 0;
	for (size_t i = 0; i < to->n_lists; i++) {
		struct access_list *l = &to->lists[i];

		l->name = text_copy(from->lists[i].name, &ok);
		l->rule = vector_copy(from->lists[i].rule, l->n, sizeof *l->rule, &ok);
		l->size = l->n;
	}
	for (size_t i = 0; i < to->n_groups; i++)
		to->groups[i].name = text_copy(from->groups[i].name, &ok);
	if (!ok)
		firewall_fini(to);
	return ok;
}

void firewall_fini(struct firewall *f)
{
	for (size_t i = 0; i < f->n_lists; i++) {
		free(f->lists[i].name);
		free(f->lists[i].rule);
	}
	for (size_t i = 0; i < f->n_groups; i++)
		free(f->groups[i].name);
	free(f->zones);
	free(f->lists);
	free(f->groups);
	free(f->nat);
	*f = (struct firewall){0};
}
