/*
 * The TUN's queues, by a program of eBPF, for classic BPF has no tables; see steer.h. It reads
 * what whose.c writes: one element of an array that both have in their memory, so that nobody needs
 * a system call, nor the privilege for it, when a client comes or goes.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <linux/if_tun.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "engine/dataplane/steer.h"
#include "engine/dataplane/tables.h"
#include "engine/dataplane/whose.h"

/* A walk that is longer ends as that to no client's does: such a client's packets take another way,
 * all of them. */
#define STEPS 32
#define DESTINATION 16 /* in an IPv4 header (RFC 791 3.1); the packet begins with it */

#define OP(what, to, from, jump, value)                                                          \
	{                                                                                        \
		.code = (what), .dst_reg = (to), .src_reg = (from), .off = (jump), .imm = (value) \
	}
/* 64 bits: of a number, or of the address of the table's first place. */
#define LOAD(to, number)                                                                         \
	OP(BPF_LD | BPF_DW | BPF_IMM, to, 0, 0, (int32_t)(uint32_t)(number)),                    \
	    OP(0, 0, 0, 0, (int32_t)((number) >> 32))
#define LOAD_TABLE(to, fd)                                                                       \
	OP(BPF_LD | BPF_DW | BPF_IMM, to, BPF_PSEUDO_MAP_VALUE, 0, fd), OP(0, 0, 0, 0, 0)

static int call(enum bpf_cmd what, union bpf_attr *a)
{
	return (int)syscall(SYS_bpf, what, a, sizeof *a);
}

static int table_create(uint32_t places)
{
	union bpf_attr a = {.map_type = BPF_MAP_TYPE_ARRAY,
	    .key_size = sizeof(uint32_t),
	    .value_size = places * (uint32_t)sizeof(uint64_t),
	    .max_entries = 1,
	    .map_flags = BPF_F_MMAPABLE};

	return call(BPF_MAP_CREATE, &a);
}

enum { R0, R1, R2, R3, R4, R5, R6, CLIENT };

/* From a packet to the table R3, and to a place of it, R0. One that is cut off ends it with 0. */
#define START(table)                                                                             \
	OP(BPF_ALU64 | BPF_MOV | BPF_X, R6, R1, 0, 0), /* where BPF_ABS looks for the packet */  \
	    OP(BPF_LD | BPF_W | BPF_ABS, 0, 0, 0, DESTINATION), /* to R0, host order */          \
	    OP(BPF_ALU | BPF_MOV | BPF_X, CLIENT, R0, 0, 0), LOAD(R2, WHOSE_HASH),               \
	    OP(BPF_ALU | BPF_MOV | BPF_X, R0, CLIENT, 0, 0),                                     \
	    OP(BPF_ALU64 | BPF_MUL | BPF_X, R0, R2, 0, 0),                                       \
	    OP(BPF_ALU64 | BPF_RSH | BPF_K, R0, 0, 0, 32), LOAD_TABLE(R3, table)

/* What is in a place, and on to the next one. An entry of the client ends it with his worker's
 * number, a place that is free does with 0. */
#define STEP(mask)                                                                               \
	OP(BPF_ALU64 | BPF_AND | BPF_K, R0, 0, 0, mask),                                         \
	    OP(BPF_ALU64 | BPF_MOV | BPF_X, R5, R0, 0, 0),                                       \
	    OP(BPF_ALU64 | BPF_LSH | BPF_K, R5, 0, 0, 3),                                        \
	    OP(BPF_ALU64 | BPF_ADD | BPF_X, R5, R3, 0, 0),                                       \
	    OP(BPF_LDX | BPF_DW | BPF_MEM, R1, R5, 0, 0),                                        \
	    OP(BPF_JMP | BPF_JNE | BPF_K, R1, 0, 2, WHOSE_FREE),                                 \
	    OP(BPF_ALU64 | BPF_MOV | BPF_K, R0, 0, 0, 0), OP(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),    \
	    OP(BPF_ALU64 | BPF_MOV | BPF_X, R2, R1, 0, 0),                                       \
	    OP(BPF_ALU64 | BPF_RSH | BPF_K, R2, 0, 0, 32),                                       \
	    OP(BPF_JMP | BPF_JNE | BPF_X, R2, CLIENT, 5, 0),                                     \
	    OP(BPF_ALU | BPF_MOV | BPF_X, R1, R1, 0, 0),                                         \
	    OP(BPF_JMP | BPF_JLT | BPF_K, R1, 0, 3, WHOSE_FIRST),                                \
	    OP(BPF_ALU64 | BPF_MOV | BPF_X, R0, R1, 0, 0),                                       \
	    OP(BPF_ALU64 | BPF_SUB | BPF_K, R0, 0, 0, WHOSE_FIRST),                              \
	    OP(BPF_JMP | BPF_EXIT, 0, 0, 0, 0), OP(BPF_ALU64 | BPF_ADD | BPF_K, R0, 0, 0, 1)

#define END OP(BPF_ALU64 | BPF_MOV | BPF_K, R0, 0, 0, 0), OP(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

#define LENGTH(part) (sizeof(part) / sizeof(struct bpf_insn))

static struct bpf_insn *put(struct bpf_insn *to, const struct bpf_insn *part, size_t n)
{
	memcpy(to, part, n * sizeof *part);
	return to + n;
}

/* whose_find(), and the worker's number is the queue's. There is no loop in it: without
 * CAP_PERFMON, the kernel follows one beyond its end, as processors do that guess. */
static int program_load(int table, uint32_t places)
{
	const struct bpf_insn start[] = {START(table)}, step[] = {STEP((int32_t)(places - 1))},
			      end[] = {END};
	struct bpf_insn code[LENGTH(start) + STEPS * LENGTH(step) + LENGTH(end)],
	    *to = put(code, start, LENGTH(start));
	union bpf_attr a = {.prog_type = BPF_PROG_TYPE_SOCKET_FILTER,
	    .insns = (uintptr_t)code,
	    .license = (uintptr_t) "BSD"};

	for (unsigned i = 0; i < STEPS; i++)
		to = put(to, step, LENGTH(step));
	to = put(to, end, LENGTH(end));
	a.insn_cnt = (uint32_t)(to - code);
	return call(BPF_PROG_LOAD, &a);
}

static int attach(int tun, int table, uint32_t places)
{
	int program = program_load(table, places), done = -1, error;

	if (program >= 0) {
		done = ioctl(tun, TUNSETSTEERINGEBPF, &program);
		error = errno;
		close(program); /* the device has it */
		errno = error;
	}
	return done;
}

int steer_tun(int tun)
{
	uint32_t places = whose_places(SESSIONS_MAX);
	int table = table_create(places), none = -1, error;

	if (table >= 0 && attach(tun, table, places) == 0)
		return table;
	error = errno;
	if (table >= 0)
		close(table);
	/* Nobody writes the table of the one before any more. */
	(void)ioctl(tun, TUNSETSTEERINGEBPF, &none);
	errno = error;
	return -1;
}
