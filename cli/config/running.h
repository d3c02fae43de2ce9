/*
 * The manager's hold on the running-config: which one a start loads, and all
 * that a change of it sets off (settle.h, deliver.h).
 */
#ifndef GATEHOUSE_CONFIG_RUNNING_H
#define GATEHOUSE_CONFIG_RUNNING_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "cli/config/deliver.h"
#include "cli/config/revert.h"
#include "cli/config/settle.h"
#include "cli/log/audit.h"
#include "db/db.h"
#include "parser/text.h"

struct crypto;

struct running {
	const struct gram *gram;
	struct db *db;       /* NULL until the boot has opened it */
	struct audit *audit;
	struct delivery delivery;
	struct settle settle;
	struct revert revert;
	struct text notes;   /* what operators have to know of the stored configuration, lines */
	char file[32];       /* what the configuration came from at boot */
	unsigned closing;    /* timers that have not closed yet */
	uv_close_cb closed;
	void *closed_data;
};

struct running_boot {
	const struct gram *gram; /* must outlive the config */
	const char *dir;         /* state directory */
	const char *boot_id;     /* of this boot of the machine */
	const struct crypto *crypto; /* for the hooks */
	const char *text;        /* --config, NULL = none */
	size_t len;
};

/* Of zeroed memory. It has to be closed from then on. */
void running_init(struct running *, uv_loop_t *, const struct delivery_roles *, struct audit *);
/* Opens the database and loads the configuration that this boot calls for: the text of --config;
 * else the running database, when it is of the same boot; else the startup-config. The keeper is
 * asked for what the kernel is to have. False with the reason in `error`. */
bool running_start(struct running *, const struct running_boot *, char *error, size_t size);
/* Nothing is told or tried anew any more: the end is near. */
void running_stop(struct running *);
/* Closes the database; `closed` is called from the loop with `data` in the handle, when the
 * memory may go. */
void running_close(struct running *, uv_close_cb closed, void *data);
/* The next start loads the startup-config: revisions and history stay. False: it could not be
 * noted; then the database's file has to go, by running_drop() after the close. */
bool running_forget(struct running *);
void running_drop(const char *dir);

#endif
