/* The keytab's format: MIT's documentation, "Keytab file format". See kerberos_keytab.h. */
#include "engine/aaa/kerberos/keytab.h"

#define VERSION 0x0502

bool keytab_begin(const uint8_t *p, size_t len, struct rd *r)
{
	*r = rd_init(p, len);
	return rd_u16(r) == VERSION;
}

static struct rd counted(struct rd *r)
{
	return rd_sub(r, rd_u16(r));
}

static bool read_entry(struct rd r, struct keytab_entry *e)
{
	e->n = rd_u16(&r);
	if (e->n > KEYTAB_COMPONENTS)
		return false;
	e->realm = counted(&r);
	for (size_t i = 0; i < e->n; i++)
		e->component[i] = counted(&r);
	rd_skip(&r, 8); /* name type, time */
	e->version = rd_u8(&r);
	e->type = rd_u16(&r);
	e->key = counted(&r);
	if (rd_left(&r) >= 4)
		e->version = rd_u32(&r);
	return !r.bad;
}

bool keytab_next(struct rd *r, struct keytab_entry *e)
{
	while (rd_left(r)) {
		uint32_t size = rd_u32(r);

		if (size & 0x80000000) { /* a hole of so many bytes */
			rd_skip(r, -size);
			continue;
		}
		if (size == 0)
			return false;
		r->bad |= !read_entry(rd_sub(r, size), e);
		return !r->bad;
	}
	return false;
}

bool keytab_find(const uint8_t *p, size_t len, const char *realm, struct keytab_entry *e)
{
	struct rd r;

	if (!keytab_begin(p, len, &r))
		return false;
	while (keytab_next(&r, e))
		if (rd_left(&e->realm) == strlen(realm) &&
		    memcmp(e->realm.p, realm, strlen(realm)) == 0)
			return true;
	return false;
}
