/*
 * The manager role: the grammar, the running-config, and its ways to the other
 * roles. One loop, no threads; nothing in it waits. It knows no operator and no
 * act: whoever wants to hear of something registers himself (audit_listen(),
 * debug_listen(), manager_on_stop()).
 */
#ifndef GATEHOUSE_MANAGER_H
#define GATEHOUSE_MANAGER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <uv.h>

#include "cli/config/running.h"
#include "cli/log/attempts.h"
#include "cli/log/audit.h"
#include "cli/log/debug_hub.h"
#include "cli/log/histories.h"
#include "cli/log/logins.h"
#include "cli/manager/ask.h"
#include "cli/manager/host_keys.h"
#include "cli/manager/links.h"
#include "cli/manager/machine.h"
#include "cli/manager/past.h"
#include "engine/ipc/channel.h"
#include "engine/role/untaken.h"
#include "parser/parser.h"

struct crypto;
struct act_session;
struct login;

#define PRIVILEGE_USER 1
#define PRIVILEGE_MAX 15

struct manager_start {
	uv_loop_t *loop;
	const char *grammar;   /* text of all grammar files */
	size_t grammar_len;
	const char *state;     /* state directory */
	const char *boot_id;   /* of this boot of the machine */
	const struct crypto *crypto;
	struct ipc_channel *keeper; /* open and without listener, taken over; NULL in tests */
	const char *config;    /* --config text, NULL = none */
	size_t config_len;
	/* What of it is not as it should be: the number of faults, with a line each in `error`.
	 * May be NULL. */
	unsigned (*check)(const struct gram *, char *error, size_t size);
};

/* One who has to know when the manager stops; the owner's memory. */
struct stop_listener {
	struct stop_listener *next;
	void (*stopping)(void *ctx, bool returns); /* returns: the appliance comes back by itself */
	void *ctx;
};

/* Who speaks with the SSH door for the manager; set by the composition, may be all NULL. */
struct door_ops {
	void (*came)(void *ctx); /* it is here, anew: it knows nothing */
	void (*gone)(void *ctx);
	void (*said)(void *ctx, const struct ipc_msg *);
	/* The operator who came by that connection has left; why, when others ended his session. */
	void (*left)(void *ctx, uint32_t connection, const char *why);
	void *ctx;
};

/* The privilege levels of commands (cli/login/rights.c). */
struct rights {
	uint8_t *levels; /* by command; NULL: the grammar's hold */
	bool known, on;	 /* on: commands are authorized one by one, by the levels */
	char group[17];	 /* or by these servers; "": not */
	bool fallback;	 /* in whose place the levels stand when none answers */
	unsigned seen;	 /* own.rights, of which they are */
};

struct manager {
	uv_loop_t *loop;
	struct gram *gram;
	const char *state;
	const struct crypto *crypto;
	struct machine machine;
	uint64_t started;                        /* uv_hrtime() */
	struct ipc_channel *channel[ROLE_COUNT]; /* NULL while that role is away */
	struct asks asks;
	struct links links;
	struct door_ops door;
	char ssh_trouble[256]; /* why SSH cannot be listened for; "" */
	struct host_keys host_keys; /* opened by the composition */
	struct running running;
	struct audit audit;
	LIST_HEAD(, opening) openings; /* sockets for it that the keeper was asked for */
	struct debug_hub debug;
	struct logins logins;
	struct rights rights;
	struct attempts attempts;      /* wrong passwords */
	struct login *logins_open;     /* the newest first (cli/login/login.c) */
	struct untaken untaken;	       /* records of accounting that aaa may not have yet */
	struct changed *passwords;     /* that are to be stored (cli/login/changed.c) */
	/* NULL, or a local user has changed his password at aaa */
	void (*password_changed)(struct manager *, const struct msg_password_changed *,
	    const struct author *);
	struct past *past;	       /* sessions of clients that were */
	struct histories histories;
	struct reload *reload;         /* what is scheduled (reload.h) */
	struct stop_listener *stop_listeners;
	struct act_session *operators; /* their sessions, the newest first (cli/acts/act.h) */
	uint32_t most_translated; /* connections that `show xlate` has found at once */
	bool ready, stopping, restart;
	bool over; /* it has stopped: nothing more is to be stored */
	void (*stopped)(struct manager *); /* the loop may end */
};

/* Starts to serve the other roles: reads the grammar, opens the database, boots the configuration.
 * NULL with the reason in `error`. */
struct manager *manager_open(const struct manager_start *, char *error, size_t size);
/* Closes everything; who listens has left before. Run the loop once more before it goes. */
void manager_close(struct manager *);
/* A (new) channel to the engine or aaa: the old one is dropped, a full snapshot is sent. */
void manager_peer(struct manager *, enum role, struct ipc_channel *);
/* Tells the keeper that the manager serves, as soon as nothing of the boot is open. */
void manager_ready(struct manager *);
/* What was said to the other roles is on its way, not only gathered for the end of the turn. */
void manager_flush(const struct manager *);
/* Asks the keeper to stop (restart) the appliance. */
void manager_reload(struct manager *, const char *why);
/* Stores what people have typed, as far as it has changed; that this fails is logged. */
void manager_keep_histories(struct manager *);
void manager_on_stop(struct manager *, struct stop_listener *);
void manager_off_stop(struct manager *, const struct stop_listener *);

#endif
