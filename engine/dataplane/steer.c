/* What the kernel runs for each datagram before it wakes a worker; see steer.h. */
#include "engine/dataplane/steer.h"

#include <linux/filter.h>
#include <string.h>
#include <sys/socket.h>

/* Gives the socket a program, which a load behind the end of a packet ends with 0. */
static bool attach(int fd, int option, struct sock_filter *code, size_t n)
{
	struct sock_fprog program;

	memset(&program, 0, sizeof program); /* what lies between its fields goes along */
	program.len = (unsigned short)n;
	program.filter = code;
	return setsockopt(fd, SOL_SOCKET, option, &program, sizeof program) == 0;
}

bool steer_udp(int fd, struct owners o)
{
	/* UDP's payload begins at 0. */
	struct sock_filter code[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
	    BPF_STMT(BPF_ALU | BPF_AND | BPF_K, SA_TABLE - 1),
	    BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, owners_count(o)),
	    BPF_STMT(BPF_RET | BPF_A, 0),
	};

	return o.others == 0 ||
	       attach(fd, SO_ATTACH_REUSEPORT_CBPF, code, sizeof code / sizeof *code);
}

bool steer_esp(int fd, struct owners o, unsigned worker)
{
	/* The IP header is at 0, and tells its length. */
	struct sock_filter code[] = {
	    BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
	    BPF_STMT(BPF_LD | BPF_W | BPF_IND, 0),
	    BPF_STMT(BPF_ALU | BPF_AND | BPF_K, SA_TABLE - 1),
	    BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, owners_count(o)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, worker, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
	    BPF_STMT(BPF_RET | BPF_K, 0),
	};
	int unused = 0;

	if (o.others == 0) {
		/* That of workers before; mostly there is none, which is told as an error. */
		(void)setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &unused, sizeof unused);
		return true;
	}
	return attach(fd, SO_ATTACH_FILTER, code, sizeof code / sizeof *code);
}
