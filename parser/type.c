/*
 * The types of values: one word of a line -> its canonical text, as it is
 * stored and printed. A word that does not fit is somebody else's word.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "parser/internal.h"

int type_other(const struct gram_type *t, const char *word, size_t len)
{
	for (unsigned i = 0; i < t->n_others; i++)
		if (word_begins(t->others[i].word, word, len) && !t->others[i].word[len])
			return t->others[i].of;
	return -1;
}

static size_t longest_word(const struct gram_type *t)
{
	static const uint8_t fixed[] = {[KIND_INT] = 19, [KIND_ADDR] = 15, [KIND_NET] = 15,
		[KIND_MASK] = 15, [KIND_RANGE] = 31, [KIND_TIME] = 10, [KIND_BOOL] = 1};
	size_t max = 0;
	const char *w;

	switch (t->kind) {
	case KIND_WORD:
	case KIND_SET:
	case KIND_FAMILY:
		break;
	case KIND_NAME:
	case KIND_TEXT:
	case KIND_SECRET:
	case KIND_HASH:
	case KIND_HOST:
	case KIND_REF:
		max = t->max;
		break;
	case KIND_PAREN:
		max = GRAM_LINE_MAX;
		break;
	default:
		max = fixed[t->kind];
	}
	for (unsigned i = 0; (w = type_word(t, i)); i++)
		max = strlen(w) > max ? strlen(w) : max;
	return max;
}

size_t type_longest(const struct gram_type *t)
{
	size_t n = t->kind == KIND_SET ? t->n_words : t->list_max ? t->list_max : 1;

	return n * (longest_word(t) + 1) - 1;
}

static bool copy(const char *word, size_t len, char *buf, size_t size)
{
	if (len >= size)
		return false;
	memcpy(buf, word, len);
	buf[len] = '\0';
	return true;
}

/* A decimal number in front of `end`; where it begins. */
static char *print_number(uint64_t v, char *end)
{
	do
		*--end = (char)('0' + v % 10);
	while (v /= 10);
	return end;
}

static bool value_int(const struct gram_type *t, const char *word, size_t len, char *buf,
    size_t size)
{
	int64_t v = 0;
	bool minus = word[0] == '-' && len > 1, plus = word[0] == '+' && len > 1;
	size_t i = minus || (plus && t->n_ranges && t->ranges[0].low < 0);
	char digits[24], *end = digits + sizeof(digits), *start;

	if (len - i > 18)
		return false;
	for (; i < len; i++) {
		if (!isdigit((unsigned char)word[i]))
			return false;
		v = v * 10 + (word[i] - '0');
	}
	v = minus ? -v : v;
	for (unsigned r = 0; r < t->n_ranges; r++)
		if (v >= t->ranges[r].low && v <= t->ranges[r].high) {
			start = print_number((uint64_t)(v < 0 ? -v : v), end);
			if (v < 0)
				*--start = '-';
			return copy(start, (size_t)(end - start), buf, size);
		}
	return false;
}

/* A word by its unambiguous beginning, or exactly. */
static bool value_word(const struct gram_type *t, const char *word, size_t len, char *buf,
    size_t size)
{
	const char *found = NULL, *w;

	for (unsigned i = 0; (w = type_word(t, i)); i++) {
		if (!word_begins(w, word, len))
			continue;
		if (!w[len])
			return copy(w, len, buf, size);
		if (found)
			return false;
		found = w;
	}
	return found && copy(found, strlen(found), buf, size);
}

/* Dotted decimal, without the leading zeros and short forms that libc accepts. */
static bool parse_addr(const char *word, size_t len, uint32_t *a)
{
	unsigned part = 0, digits = 0, dots = 0;

	*a = 0;
	for (size_t i = 0; i <= len; i++) {
		char c = i < len ? word[i] : '.';

		if (c == '.') {
			if (!digits || part > 255 || ++dots > 4)
				return false;
			*a = *a << 8 | part;
			part = digits = 0;
		} else if (isdigit((unsigned char)c) && digits < 3) {
			part = part * 10 + (unsigned)(c - '0');
			digits++;
		} else {
			return false;
		}
	}
	return dots == 4;
}

static bool print_addr(uint32_t a, char *buf, size_t size)
{
	char text[16], *end = text + sizeof(text), *start = end;

	for (unsigned i = 0; i < 4; i++, a >>= 8) {
		if (i)
			*--start = '.';
		start = print_number(a & 255, start);
	}
	return copy(start, (size_t)(end - start), buf, size);
}

static bool value_addr(const struct gram_type *t, const char *word, size_t len, char *buf,
    size_t size)
{
	uint32_t a;

	if (len == 1 && word[0] == '0' && t->kind != KIND_ADDR)
		return copy("0.0.0.0", 7, buf, size);
	if (!parse_addr(word, len, &a))
		return false;
	if (t->kind == KIND_MASK && (~a & (~a + 1)))
		return false;
	return print_addr(a, buf, size);
}

static bool value_range(const char *word, size_t len, char *buf, size_t size)
{
	const char *dash = memchr(word, '-', len);
	size_t first = dash ? (size_t)(dash - word) : len, used;
	uint32_t a, b;

	if (!parse_addr(word, first, &a) || !print_addr(a, buf, size))
		return false;
	if (!dash)
		return true;
	if (!parse_addr(dash + 1, len - first - 1, &b) || b < a)
		return false;
	used = strlen(buf);
	buf[used] = '-';
	return print_addr(b, buf + used + 1, size - used - 1);
}

/* A host name by RFC 1123 2.1, or an address. */
static bool value_host(const struct gram_type *t, const char *word, size_t len, char *buf,
    size_t size)
{
	uint32_t a;
	bool digits = true;

	if (parse_addr(word, len, &a))
		return print_addr(a, buf, size);
	if (len > t->max)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!isalnum((unsigned char)word[i]) && !strchr("-._", word[i]))
			return false;
		digits = digits && (isdigit((unsigned char)word[i]) || word[i] == '.');
	}
	return !digits && copy(word, len, buf, size);
}

/* h:mm of a day. */
static bool value_minute(const char *text, char *buf, size_t size)
{
	unsigned h, m;
	int end = 0, n;

	if (sscanf(text, "%2u:%2u%n", &h, &m, &end) != 2 || text[end] || h > 23 || m > 59)
		return false;
	n = snprintf(buf, size, "%u:%02u", h, m);
	return n > 0 && (size_t)n < size;
}

static bool value_time(const struct gram_type *t, const char *word, size_t len, char *buf,
    size_t size)
{
	unsigned h, m, s;
	char text[16];
	int end = 0, n;

	if (!copy(word, len, text, sizeof(text)) || !isdigit((unsigned char)*text))
		return false;
	if (t->max == 2)
		return value_minute(text, buf, size);
	if (sscanf(text, "%4u:%2u:%2u%n", &h, &m, &s, &end) != 3 || text[end] || m > 59 || s > 59)
		return false;
	n = snprintf(buf, size, "%u:%02u:%02u", h, m, s);
	return n > 0 && (size_t)n < size;
}

static bool value_paren(const struct gram_type *t, const char *word, size_t len, char *buf,
    size_t size)
{
	unsigned parts = 1;

	if (len < 3 || word[0] != '(' || word[len - 1] != ')')
		return false;
	for (size_t i = 1; i < len - 1; i++)
		if (word[i] == ',') {
			parts++;
			if (i == 1 || i == len - 2)
				return false;
		}
	return parts == t->max && copy(word + 1, len - 2, buf, size);
}

/* Without its quotes, if it has any; none are within. */
static bool value_quoted(const struct gram_type *t, const char *word, size_t len, char *buf,
    size_t size)
{
	if (len > 2 && word[0] == '"' && word[len - 1] == '"') {
		word++;
		len -= 2;
	}
	return len <= t->max && !memchr(word, '"', len) && copy(word, len, buf, size);
}

bool gram_value(const struct gram_type *t, const char *word, size_t len, char *buf, size_t size)
{
	int other = type_other(t, word, len);

	if (!len)
		return false;
	if (other >= 0) {
		word = type_word(t, (unsigned)other);
		return copy(word, strlen(word), buf, size);
	}
	for (unsigned i = 0; i < t->n_extra; i++)
		if (word_begins(t->extra[i], word, len) && !t->extra[i][len])
			return copy(t->extra[i], len, buf, size);
	switch (t->kind) {
	case KIND_INT:
		return value_int(t, word, len, buf, size);
	case KIND_WORD:
	case KIND_SET:
		return value_word(t, word, len, buf, size);
	case KIND_ADDR:
	case KIND_NET:
	case KIND_MASK:
		return value_addr(t, word, len, buf, size);
	case KIND_RANGE:
		return value_range(word, len, buf, size);
	case KIND_HOST:
		return value_host(t, word, len, buf, size);
	case KIND_TIME:
		return value_time(t, word, len, buf, size);
	case KIND_PAREN:
		return value_paren(t, word, len, buf, size);
	case KIND_BOOL:
		return len == 1 && (*word == '0' || *word == '1') && copy(word, 1, buf, size);
	case KIND_FAMILY:
		return false;
	case KIND_NAME:
		if (t->quoted)
			return value_quoted(t, word, len, buf, size);
		/* fall through */
	default: /* name, text, secret, hash, ref */
		return len <= t->max && copy(word, len, buf, size);
	}
}
