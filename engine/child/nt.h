/*
 * What `gatehouse-nt` says on its stream: one frame STREAM_DATA of four bytes, the controller's NT
 * status (big-endian; 0: the password is the user's), and STREAM_END; or STREAM_FAILED with why the
 * controller did not answer.
 */
#ifndef GATEHOUSE_CHILD_NT_H
#define GATEHOUSE_CHILD_NT_H

/* Of [MS-ERREF] 2.3.1, as a login ends with them. */
enum nt_status {
	NT_ACCEPTED = 0,
	NT_GUEST = 1, /* ours: the controller lets him in without proof, as it does everybody */
	NT_NO_SUCH_USER = (int)0xc0000064,
	NT_WRONG_PASSWORD = (int)0xc000006a,
	NT_LOGON_FAILURE = (int)0xc000006d,
	NT_ACCOUNT_RESTRICTION = (int)0xc000006e,
	NT_INVALID_LOGON_HOURS = (int)0xc000006f,
	NT_INVALID_WORKSTATION = (int)0xc0000070,
	NT_PASSWORD_EXPIRED = (int)0xc0000071,
	NT_ACCOUNT_DISABLED = (int)0xc0000072,
	NT_LOGON_TYPE_NOT_GRANTED = (int)0xc000015b,
	NT_ACCOUNT_EXPIRED = (int)0xc0000193,
	NT_PASSWORD_MUST_CHANGE = (int)0xc0000224,
	NT_ACCOUNT_LOCKED_OUT = (int)0xc0000234
};

#endif
