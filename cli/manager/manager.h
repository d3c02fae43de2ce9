/*
 * The manager role: the grammar, the running-config, the operators and what
 * they ask of the other roles. One loop, no threads; nothing in it waits.
 */
#ifndef GATEHOUSE_MANAGER_H
#define GATEHOUSE_MANAGER_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "cli/operator/audit.h"
#include "cli/operator/debug_hub.h"
#include "cli/manager/machine.h"
#include "cli/operator/operator.h"
#include "db/db.h"
#include "engine/ipc/channel.h"
#include "engine/ipc/message.h"
#include "parser/parser.h"

#define DEVICE_VERSION "9.12(4)"
#define DEVICE_HARDWARE "ASAv"
#define MANAGER_LINKS_MAX 128
#define MANAGER_CAPACITY 10000 /* sessions that `show` commands call the capacity */

struct console_server;
struct crypto;
struct feed;
struct request;

/* A network device as the keeper reports it, or a card that is missing (then only its number, its MAC
 * address and the name it had). */
struct manager_link {
	char device[32], hardware[32], mac[24], last[32];
	uint32_t ifindex, mtu;
	bool up, carrier;
	struct addr address, mask; /* the first */
	char addresses[STRLIST_MAX][20]; /* all of them, "10.1.1.1/24" */
	unsigned n_addresses;
};

struct manager_start {
	uv_loop_t *loop;
	const char *grammar;   /* text of all grammar files */
	size_t grammar_len;
	const char *state;     /* state directory */
	const struct crypto *crypto;
	const char *boot_id;   /* of this boot of the machine */
	struct ipc_channel *keeper; /* open and without listener, taken over; NULL in tests */
	int console;           /* listening socket, taken over; -1 = none */
	const char *config;    /* --config text, NULL = none */
	size_t config_len;
};

/* A change that waits for the keeper; there is one at a time. */
struct settle {
	bool active, committed;   /* committed: nothing can be taken back any more (a file) */
	enum { SETTLE_ASK, SETTLE_WAIT, SETTLE_BACK } sending;
	struct operator *op;      /* whose it is; NULL when he left */
	unsigned open;            /* requests without answer */
	struct text errors;       /* what the keeper refused, a line each */
	struct parse_state place; /* where the operator stood before */
	char who[65], from[46];   /* the operator and his line, secrets masked: told also when he left */
	struct text line;
	bool snapshot[ROLE_COUNT]; /* roles that came meanwhile */
};

struct manager {
	uv_loop_t *loop;
	struct gram *gram;
	struct db *db;
	const char *state;
	const struct crypto *crypto;
	char boot_id[64];
	struct machine machine;
	char config_file[32];       /* what the configuration came from at boot */
	struct ipc_channel *keeper, *engine, *aaa; /* NULL while that role is away */
	struct console_server *console;
	struct operator *operators;
	struct request *requests;   /* to other roles, without their answer yet */
	uint32_t last_id;
	struct debug_hub debug;
	struct audit audit;
	struct manager_link link[MANAGER_LINKS_MAX];
	unsigned n_links;
	struct feed *feed;
	uv_timer_t refresh;         /* tells the roles what changed beside the rows, or was missed */
	bool links_changed;         /* hardware names lead to other devices */
	bool flushing;              /* the keeper waits for the end of what it is asked for at boot */
	struct text notes;          /* what operators have to know of the stored configuration, lines */
	struct settle settle;
	bool booting, ready;
	char hostname[64];
	uint64_t started;           /* uv_hrtime() */
	char modified[128];         /* "enable_15 at 14:35:24.486 UTC ...": the last change since start */
	struct {
		int64_t at[16]; /* console log-ins, oldest first */
		unsigned n;
	} logins;
	bool stopping, restart;
	char why[128];
	void (*stopped)(struct manager *); /* the loop may end */
};

/* Starts to serve: reads the grammar, opens the database, boots the configuration, listens on the
 * console. NULL with the reason in `error`. */
struct manager *manager_open(const struct manager_start *, char *error, size_t size);
/* Says farewell to the operators and closes everything; run the loop once more before it goes. */
void manager_close(struct manager *);
/* A (new) channel to the engine or aaa: the old one is dropped, a full snapshot is sent. */
void manager_peer(struct manager *, enum role, struct ipc_channel *);
/* Tells the keeper that the manager serves, as soon as nothing of the boot is open. */
void manager_ready(struct manager *);
/* The time of day, seconds and (may be NULL) milliseconds. */
int64_t manager_wall(unsigned *milliseconds);
/* The link of a hardware name or a device, or NULL. */
const struct manager_link *manager_link_find(const struct manager *, const char *device);
/* Has the link this address? */
bool manager_link_has(const struct manager_link *, const struct addr *, const struct addr *mask);
/* Remembers that the operator `who` changed the configuration now. */
void manager_note_change(struct manager *, const char *who);
/* Asks the keeper to stop (restart) the appliance. */
void manager_reload(struct manager *, const char *why);

/* ---- configuration (manager_config.c) ---------------------------------- */

/* Hardware names lead to other devices than before. */
void manager_devices_changed(struct manager *);
/* Removes the running database's file: the next start loads the startup-config. */
void manager_drop_running(const struct manager *);
/* Opens the database and loads the configuration that this boot calls for. */
bool manager_boot(struct manager *, const char *config, size_t len, char *error, size_t size);
/* The whole configuration to a role that has just come. */
void manager_snapshot(struct manager *, enum role);
/* Runs the configuration line `op->match`, or prints the error that it is; nothing is settling. Ends
 * in operator_done(). */
void manager_config_line(struct operator *, unsigned prompt_width);
/* Applies a whole file from (config)#, at once or when the operator's turn comes. */
void manager_config_file(struct operator *, const char *text, size_t len);
/* His turn has come: applies the file that waits; false when there is none. */
bool manager_config_queued(struct operator *);
/* The operator leaves, or broke off: he waits no more. */
void manager_config_forget(struct manager *, struct operator *);

/* ---- requests to other roles (manager_request.c) ----------------------- */

enum request_status { REQUEST_DONE, REQUEST_TIMEOUT, REQUEST_AWAY, REQUEST_FAILED };

/* One request and what came back for it so far. */
struct request {
	struct request *next;
	struct manager *manager;
	struct operator *op; /* NULL: he left, or nobody waits */
	bool settles;        /* the answer counts for manager->settle */
	enum role role;
	uint32_t id;
	char what[32], filter[32], value[128]; /* of a query, for its next pages */
	uv_timer_t timer;
	struct record *records, **tail; /* a query's, in order */
	size_t n;
	uint32_t count;   /* ACT_DONE */
	uint32_t error;   /* KEEP_REPLY: errno */
	char text[256];   /* KEEP_REPLY */
	enum request_status status;
	void (*done)(struct request *);
	void *arg;
};

struct record {
	struct record *next;
	struct ipc_msg msg; /* strings point behind the struct */
};

/* Sends a query to the engine and collects all its pages. `done` is called once, also when the engine
 * is away (then from within the call); the request and its records go when it returns. */
void request_query(struct operator *, const char *what, const char *filter, const char *value,
    void (*done)(struct request *));
/* The same of the keeper; it has no filters. */
void request_query_keeper(struct operator *, const char *what, void (*done)(struct request *));
/* Sends an act; the id field of `msg` is filled in here. */
void request_act(struct operator *, struct ipc_msg *msg, void (*done)(struct request *));
/* A new number for a request. */
uint32_t request_id(struct manager *);
/* Asks the keeper; `msg` carries its number already. `settles` is for the caller. */
void request_keeper(struct manager *, struct ipc_msg *msg, bool settles,
    void (*done)(struct request *));
/* Sends a KEEP_MAPPING for an operator, who waits for the answer. */
void request_keeper_act(struct operator *, struct ipc_msg *msg, void (*done)(struct request *));
/* A message that answers one of them? Takes it in. */
bool request_message(struct manager *, enum role, const struct ipc_msg *);
/* The operator leaves (or broke off): his requests run on without him. */
void request_forget(struct manager *, const struct operator *);
/* A role went away: its requests end with REQUEST_AWAY. */
void request_role_gone(struct manager *, enum role);
/* All of them end unanswered, their `done` is not called: the manager closes. */
void request_close_all(struct manager *);
/* The records of one type as an array of their structs, malloc'ed; strings are the request's. */
void *request_records(const struct request *, enum msg_type, size_t size, size_t *n);
/* Tells the operator why a request to the engine failed; false when it did not. */
bool request_failed(const struct request *);

/* ---- acts (exec_*.c) ---------------------------------------------------- */

/* An act of the grammar: `op->match` is the line. It ends in operator_done(), now or later. */
typedef void exec_act(struct operator *);

struct exec_entry {
	const char *name;
	exec_act *act;
};

/* The act of that name, NULL when there is none. */
exec_act *exec_find(const char *name);
/* The names of all acts, one by one; NULL behind the last. */
const char *exec_name(unsigned n);
/* It looks at nothing of the configuration, so it need not wait while another operator's change is
 * being settled, which may yet be taken back. */
bool exec_is_live(const char *name);

/* "14:35:24.486 UTC Wed Jun 9 2021" of Unix time and milliseconds. */
void exec_time(struct text *, int64_t when, unsigned milliseconds);

extern const struct exec_entry exec_session[], exec_config[], exec_show[], exec_vpn[],
    exec_debug_acts[], exec_interface[], exec_route[];

#endif
