/*
 * The files in which accounting waits, two that take turns: frames are
 * gathered, and written and synced together by a job, so that the loop does not
 * wait for the disk. What was done with goes when all that is left is written
 * into the other file. /
 */
#ifndef GATEHOUSE_AAA_ACCOUNT_STORE_H
#define GATEHOUSE_AAA_ACCOUNT_STORE_H

#include "engine/aaa/account_frame.h"
#include "engine/base/env.h"

struct account_store;

struct account_store_ops {
	/* A frame that was found when the files were opened. */
	void (*found)(void *arg, const struct account_frame *);
	/* All records to that one are on the disk; error: an errno, they are not. */
	void (*written)(void *arg, uint64_t seq, int error);
	/* account_store_put() again whatever is still needed. */
	void (*live)(void *arg);
};

struct account_batch {
	uint8_t *p;
	size_t len, size;
	uint64_t seq; /* the last record that is in it */
	bool failed;  /* no memory for all of it */
};

struct account_write {
	struct job job;
	struct account_store *of;
	struct account_batch batch;
	int fd, other;		     /* other: emptied afterwards, -1 = not */
	uint64_t offset, generation; /* generation: a header is written, 0 = none */
	int error;
};

struct account_store {
	struct env *env;
	const struct account_store_ops *ops;
	void *arg;
	int fd[2];		  /* -1: there is none; nothing outlives the process then */
	unsigned active;	  /* of the two */
	uint64_t generation, end; /* of the active file */
	uint64_t live;		  /* bytes of the last complete rewriting */
	struct account_batch next;
	struct account_write write; /* on its way */
	bool writing, broken;	    /* broken: the last write failed, all has to be written anew */
	bool dead;		    /* closed while a job ran */
	unsigned damaged;	    /* places that were not whole when it was opened */
};

/* Reads what is there. The descriptors are the store's; both -1: in memory only. The object must
 * stay until account_store_busy() is false after account_store_close(). */
void account_store_open(struct account_store *, struct env *, const int fd[2],
    const struct account_store_ops *, void *arg);
void account_store_close(struct account_store *);
void account_store_put(struct account_store *, const struct account_frame *);
/* Begins to write what was put, unless it does so already. */
void account_store_flush(struct account_store *);
/* Something is not on the disk yet. */
bool account_store_busy(const struct account_store *);

#endif
