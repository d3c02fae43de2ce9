/* See utf8.h. */
#include "engine/crypto/utf8.h"

int32_t utf8_next(const uint8_t **p)
{
	static const int32_t least[] = {0, 0x80, 0x800, 0x10000};
	const uint8_t *s = *p;
	int more = s[0] < 0x80 ? 0 : (s[0] & 0xe0) == 0xc0 ? 1 : (s[0] & 0xf0) == 0xe0 ? 2
	    : (s[0] & 0xf8) == 0xf0                         ? 3
	                                                    : -1;
	int32_t c;

	if (more < 0)
		return -1;
	c = more ? s[0] & (0x3f >> more) : s[0];
	for (int i = 1; i <= more; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return -1;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < least[more] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return -1;
	*p = s + more + 1;
	return c;
}

bool utf8_text(const char *text)
{
	const uint8_t *p = (const uint8_t *)text;
	int32_t c;

	do
		c = utf8_next(&p);
	while (c > 0);
	return c == 0;
}
