/*
 * The SSH door's listening socket: opened on the port that the manager asks
 * for, handed to the door, and to each new one after a death, so that who
 * connects meanwhile waits and is not refused.
 */
#include <errno.h>
#include <netinet/in.h>
#include <unistd.h>

#include "engine/keeper/private.h"
#include "engine/net/listen.h"

void keeper_door_tell(struct keeper *k)
{
	struct ipc_msg m = {
	    .type = MSG_DOOR_SOCKET, .fd = k->door_socket, .door_socket = {.port = k->door_port}};

	supervisor_send(k->roles, ROLE_SSH, &m);
}

void keeper_door_close(struct keeper *k)
{
	if (k->door_socket >= 0)
		close(k->door_socket);
	k->door_socket = -1;
	k->door_port = 0;
}

int keeper_door_open(struct keeper *k, uint16_t port)
{
	int error = 0;

	if (port && port == k->door_port)
		return 0;
	keeper_door_close(k);
	if (port) {
		k->door_socket = tcp_listen(port);
		if (k->door_socket >= 0)
			k->door_port = port;
		else
			error = errno;
		if (error == EADDRINUSE)
			(void)port_holder_look(&k->door_holder, IPPROTO_TCP, port);
	}
	keeper_door_tell(k);
	return error;
}
