/* Places as typed, as shown and as URLs. */
#include "cli/disk/place.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cli/disk/disk.h"

static const char *const SCHEME[] = {"tftp", "ftp", "scp", "http", "https"};

/* The rest behind `word` in whatever case, NULL when `typed` does not begin so. */
static const char *behind(const char *typed, const char *word)
{
	return strncasecmp(typed, word, strlen(word)) == 0 ? typed + strlen(word) : NULL;
}

static bool put(char *to, size_t size, const char *from, size_t len)
{
	if (len >= size)
		return false;
	memcpy(to, from, len);
	to[len] = 0;
	return true;
}

bool place_host(struct place *p, const char *host)
{
	size_t len = strlen(host);

	return len &&
	       strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
			    ".-_:") == len &&
	       host[0] != '-' && put(p->host, sizeof p->host, host, len);
}

bool place_file(struct place *p, const char *file)
{
	const char *rest;

	if (p->kind == PLACE_DISK) {
		rest = (rest = behind(file, "disk0:")) || (rest = behind(file, "flash:")) ? rest
											  : file;
		rest += *rest == '/';
		return disk_name(rest) && put(p->file, sizeof p->file, rest, strlen(rest));
	}
	if (p->kind != PLACE_URL)
		return strcmp(file, p->file) == 0;
	for (const char *c = file; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return false;
	return *file && put(p->file, sizeof p->file, file, strlen(file));
}

/* Behind `scheme:`. */
static bool parse_url(const char *rest, struct place *p)
{
	const char *end, *at = NULL;
	char host[sizeof p->host];

	p->kind = PLACE_URL;
	if (!*rest)
		return true;
	if (strncmp(rest, "//", 2) != 0)
		return false;
	rest += 2;
	end = rest + strcspn(rest, "/");
	for (const char *c = rest; c < end; c++)
		at = *c == '@' ? c : at;
	if (at && (!put(p->auth, sizeof p->auth, rest, (size_t)(at - rest)) || !p->auth[0]))
		return false;
	rest = at ? at + 1 : rest;
	if (!put(host, sizeof host, rest, (size_t)(end - rest)))
		return false;
	if (host[0] && !place_host(p, host))
		return false;
	rest = end + (*end == '/');
	return !*rest || place_file(p, rest);
}

static bool parse_disk(const char *name, struct place *p)
{
	p->kind = PLACE_DISK;
	name += *name == '/';
	return !*name || place_file(p, name);
}

bool place_parse(const char *typed, struct place *p, const char **why)
{
	const char *rest;

	memset(p, 0, sizeof *p);
	*why = "Invalid file name";
	if (!strcasecmp(typed, "running-config") || !strcasecmp(typed, "system:running-config") ||
	    !strcasecmp(typed, "system:/running-config")) {
		p->kind = PLACE_RUNNING;
		strcpy(p->file, "running-config");
		return true;
	}
	if (!strcasecmp(typed, "startup-config")) {
		p->kind = PLACE_STARTUP;
		strcpy(p->file, "startup-config");
		return true;
	}
	if ((rest = behind(typed, "disk0:")) || (rest = behind(typed, "flash:")))
		return parse_disk(rest, p);
	for (size_t i = 0; i < sizeof SCHEME / sizeof *SCHEME; i++) {
		rest = behind(typed, SCHEME[i]);
		if (!rest || *rest != ':')
			continue;
		*why = "Invalid URL";
		strcpy(p->scheme, SCHEME[i]);
		return parse_url(rest + 1, p);
	}
	*why = "There is no such file system";
	return !strchr(typed, ':') && parse_disk(typed, p);
}

bool place_has_password(const struct place *p)
{
	return strchr(p->auth, ':') != NULL;
}

void place_show(const struct place *p, char to[PLACE_TEXT_MAX])
{
	const char *colon = strchr(p->auth, ':');
	int user = (int)(colon ? (size_t)(colon - p->auth) : strlen(p->auth));

	switch (p->kind) {
	case PLACE_DISK:
		snprintf(to, PLACE_TEXT_MAX, "disk0:/%s", p->file);
		break;
	case PLACE_URL:
		snprintf(to, PLACE_TEXT_MAX, "%s://%.*s%s%s%s/%s", p->scheme, user, p->auth,
		    colon ? ":*" : "", *p->auth ? "@" : "", p->host, p->file);
		break;
	default:
		snprintf(to, PLACE_TEXT_MAX, "%s", p->file);
		break;
	}
}

/* Appends what stands in a part of a URL for these bytes; `keep`: besides letters and digits. A `%`
 * that was typed stays one. */
static bool encode(char *to, size_t *at, const char *from, const char *keep)
{
	for (; *from; from++) {
		unsigned char c = (unsigned char)*from;
		bool plain = (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') ||
			     strchr(keep, c);

		if (*at + 4 >= PLACE_TEXT_MAX)
			return false;
		*at += (size_t)sprintf(to + *at, plain ? "%c" : "%%%02X", c);
	}
	return true;
}

bool place_url(const struct place *p, char to[PLACE_TEXT_MAX])
{
	size_t at = (size_t)snprintf(to, PLACE_TEXT_MAX, "%s://", p->scheme);

	if (!encode(to, &at, p->auth, "-._~!$&'()*+,;=:%") ||
	    (*p->auth && !encode(to, &at, "@", "@")))
		return false;
	return encode(to, &at, p->host, ".-_:") && encode(to, &at, "/", "/") &&
	       encode(to, &at, p->file, "-._~!$&'()*+,;=:@/%?");
}

const char *place_base(const struct place *p)
{
	const char *slash = strrchr(p->file, '/');

	return slash ? slash + 1 : p->file;
}
