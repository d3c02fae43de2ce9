/* Where a file comes from or goes to, as `copy`, `more` and their like have it typed. */
#ifndef GATEHOUSE_DISK_PLACE_H
#define GATEHOUSE_DISK_PLACE_H

#include <stdbool.h>
#include <stddef.h>

enum place_kind { PLACE_RUNNING, PLACE_STARTUP, PLACE_DISK, PLACE_URL };

#define PLACE_TEXT_MAX 1024

struct place {
	enum place_kind kind;
	char scheme[8]; /* of a URL: "tftp", "ftp", "scp", "http", "https" */
	char auth[200]; /* user[:password], "" = none */
	char host[260]; /* and port, if one was typed; "" = not said yet */
	/* of a URL: behind the host's slash; of disk0: the name; "" = not said yet */
	char file[500];
};

/* `running-config`, `startup-config`, `system:running-config`, `disk0:[/]F`, `flash:[/]F`, `F`, or
 * a URL, of which host and file may be missing. False: it is none of these; `*why` says what is
 * wrong with it. */
bool place_parse(const char *typed, struct place *, const char **why);
/* Where something of disk0 is to have another file, or a URL another path; false: no such name. */
bool place_file(struct place *, const char *file);
/* Another host; false: no such name. */
bool place_host(struct place *, const char *host);
bool place_has_password(const struct place *);
/* As it is shown: a password is `*`. */
void place_show(const struct place *, char to[PLACE_TEXT_MAX]);
/* The URL, password and all, with what no URL has in it percent-encoded; false: too long. */
bool place_url(const struct place *, char to[PLACE_TEXT_MAX]);
/* The last part of its file's name: what a copy of it is called. */
const char *place_base(const struct place *);

#endif
