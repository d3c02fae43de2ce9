/*
 * The history of sessions: what the engine tells of those that came up and ended is stored in the
 * database, once each, and the engine told that it is.
 */
#ifndef GATEHOUSE_MANAGER_PAST_H
#define GATEHOUSE_MANAGER_PAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/reason.h"
#include "engine/ipc/message.h"

struct manager;
struct past;

/* Memory that runs out ends the process. */
struct past *past_open(struct manager *);
/* What was not stored yet the engine tells the next manager; its memory goes with the loop. */
void past_close(struct past *);

/* SESSION_LIFE: an engine has come. Those of others that last have ended without a word. */
void past_life(struct past *, const char *life);
/* SESSION_RECORD */
void past_record(struct past *, const struct ipc_msg *);
/* The engine has gone, now. */
void past_engine_gone(struct past *);
/* The appliance stops, and the engine with it: once that has told the ends of its sessions, or has
 * had its time, what still lasts has ended for that reason, and `stored` is called; at once when
 * there is no engine. */
void past_stop(struct past *, enum reason, void (*stored)(struct manager *));

/* Stores what has been told, and waits for no more of it. Returns how many cannot be: the disk is
 * full, or a change of the configuration is open. */
size_t past_settle(struct past *);

#endif
