/*
 * The keeper with roles that the test plays: supervisor.h as a script of steps, each an act and
 * what has to come of it. The machine is real, in namespaces of its own.
 */
#ifndef GATEHOUSE_STAGE_H
#define GATEHOUSE_STAGE_H

#include <check.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/firewall/nat.h"
#include "engine/keeper/keeper.h"
#include "engine/base/journal.h"
#include "engine/keeper/supervisor.h"

struct supervisor {
	uv_timer_t tick;
	struct supervisor_config cfg;
	bool stopping;
};

struct step {
	const char *what;
	void (*act)(void);
	bool (*seen)(void);
};

extern struct supervisor stage_roles;
extern const struct step *stage_step;
extern bool stage_ready, stage_start_fails;
extern uint32_t stage_last_id;
extern int stage_last_fd;

void stage_forget(void);
/* Was that role told a message in which all of these words stand, one behind the other? */
bool stage_heard(enum role who, const char *first, const char *second);
/* In how many messages to that role these words stand. */
unsigned stage_count(enum role who, const char *words);
/* A role asks; the request's number is a new one. */
void stage_ask(enum role from, struct ipc_msg m);
/* The last request was answered with that errno (0: done). */
bool stage_answered(enum role who, int error);

extern char stage_dir[64], stage_path[128];

void stage_sh(const char *command);
bool stage_is(const char *command);
struct addr stage_a(const char *text);
void stage_on_ready(void *arg);
enum keeper_end stage_serve(const struct step *script);
void stage_setup(void);
void stage_teardown(void);
void stage_nothing(void);
bool stage_always(void);
void stage_stop(void);
void stage_all_ready(void);
bool stage_is_ready(void);
bool stage_tun_is_there(void);
bool stage_links_told(void);
void stage_address(void);
bool stage_has_address(void);
void stage_route(void);
bool stage_has_route(void);
void stage_client(void);
bool stage_has_client(void);
bool stage_has_no_client(void);

/* clang-format off */
#define BEGIN \
	{"the clients' device", stage_nothing, stage_tun_is_there}, \
	{"the links are told", stage_nothing, stage_links_told}, \
	{"all roles serve", stage_all_ready, stage_is_ready}, \
	{"an address", stage_address, stage_has_address}, \
	{"a route", stage_route, stage_has_route}
#define END {"the end", stage_stop, stage_always}, {NULL, NULL, NULL}
/* clang-format on */

#endif
