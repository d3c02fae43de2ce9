/* Who is here, and by what right: `show ssh`, `show ssh sessions`, `who`, and the end of a
 * session. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"
#include "cli/config/ssh_words.h"
#include "cli/log/clock.h"

static void get(const struct act *a, const char *column, char *to, size_t size)
{
	if (!db_get(a->manager->running.db, "ssh", column, NULL, 0, to, size))
		to[0] = 0;
}

/* ---- show ssh ---------------------------------------------------------------------- */

/* A list by commas as the device prints it: blanks between. */
static void say_list(struct act *a, const char *what, const char *list)
{
	act_say(a, "%s: ", what);
	for (; *list; list++)
		act_say(a, "%c", *list == ',' ? ' ' : *list);
	act_say(a, "\n");
}

static void say_algorithms(struct act *a)
{
	struct ssh_lists lists;

	(void)ssh_lists_read(&lists, a->manager->running.db);
	say_list(a, "Key exchange groups enabled", lists.kex);
	say_list(a, "Cipher encryption algorithms enabled", lists.ciphers);
	say_list(a, "Cipher integrity algorithms enabled", lists.macs);
}

static void say_row(void *ctx, const struct db_row *row)
{
	struct act *a = ctx;
	const char *only = gram_arg(&a->match, "addr");

	if (!only || strcmp(only, db_text(row, "address")) == 0)
		act_say(a, "%s %s %s\n", db_text(row, "address"), db_text(row, "mask"),
		    db_text(row, "ifname"));
}

static bool has_host_key(const struct act *a)
{
	for (enum hostkey k = 0; k < HOSTKEY_COUNT; k++)
		if (a->manager->host_keys.key[k].pem)
			return true;
	return false;
}

static void act_show_ssh(struct act *a)
{
	char timeout[8], port[8];

	get(a, "timeout", timeout, sizeof(timeout));
	get(a, "port", port, sizeof(port));
	act_say(a, "Idle Timeout: %s minutes\nVersion allowed: 2\nPort: %s\n", timeout, port);
	if (a->manager->ssh_trouble[0])
		act_say(a, "WARNING: SSH cannot listen on port %s: %s; it is tried again.\n", port,
		    a->manager->ssh_trouble);
	if (!has_host_key(a))
		act_say(a,
		    "WARNING: There is no host key: SSH is closed. See 'crypto key generate'.\n");
	say_algorithms(a);
	act_say(a, "\nHosts allowed to ssh into the system:\n");
	if (!db_each(
		a->manager->running.db, gram_table(a->manager->gram, "ssh_access"), say_row, a))
		act_refuse_unread(a);
	act_done(a);
}

static void say_levels(struct act *a, enum ssh_family family)
{
	const char *word;
	char list[512];

	for (unsigned n = 0; ssh_level(family, n, &word, list); n++) {
		act_say(a, "  %s:\n", word);
		for (char *rest = list, *name; (name = strsep(&rest, ","));)
			act_say(a, "    %s\n", name);
	}
}

static void act_show_ssh_ciphers(struct act *a)
{
	act_say(a, "Available SSH Encryption and Integrity Algorithms\nEncryption Algorithms:\n");
	say_levels(a, SSH_CIPHERS);
	act_say(a, "\nIntegrity Algorithms:\n");
	say_levels(a, SSH_MACS);
	act_done(a);
}

/* ---- sessions ------------------------------------------------------------------------ */

/* The session of the lowest number from `id` on that fits; NULL behind the last. */
static struct act_session *next_session(const struct act *a, unsigned id, bool ssh)
{
	struct act_session *next = NULL;

	for (struct act_session *s = a->manager->operators; s; s = s->next)
		if (s->id >= id && (!ssh || s->way == WAY_SSH) && (!next || s->id < next->id))
			next = s;
	return next;
}

/* AES-GCM and ChaCha20 check what they encrypt: there is no HMAC besides. */
static const char *hmac_of(const char *mac)
{
	return mac[0] && strncmp(mac, "aead", 4) != 0 ? mac : "-";
}

static void say_way(struct act *a, const struct act_session *s, bool in)
{
	char sid[16] = "", name[65];

	if (in)
		snprintf(sid, sizeof(sid), "%u", s->id);
	snprintf(name, sizeof(name), "%s", s->user);
	act_say(a, "%-4s%-16s%-8s%-5s%-30s %-30s %-17s%s\n", sid, in ? s->from : "",
	    in ? "2.0" : "", in ? "IN" : "OUT", in ? s->ssh.cipher_in : s->ssh.cipher_out,
	    hmac_of(in ? s->ssh.mac_in : s->ssh.mac_out), "SessionStarted", name);
}

static void say_details(struct act *a, const struct act_session *s)
{
	char since[64];

	clock_format(since, sizeof(since), "%H:%M:%S %Z %b %e %Y", s->since);
	act_say(a,
	    "SSH Session ID         : %u\n"
	    " Client IP             : %s\n"
	    " Client Port           : %u\n"
	    " Interface             : %s\n"
	    " Username              : %s\n"
	    " SSH Version           : 2.0\n"
	    " Client Version        : %s\n"
	    " State                 : SessionStarted\n"
	    " Started               : %s\n"
	    " Inbound Cipher        : %s\n"
	    " Inbound HMAC          : %s\n"
	    " Outbound Cipher       : %s\n"
	    " Outbound HMAC         : %s\n\n",
	    s->id, s->from, s->port, s->ifname, s->user, s->ssh.client, since, s->ssh.cipher_in,
	    hmac_of(s->ssh.mac_in), s->ssh.cipher_out, hmac_of(s->ssh.mac_out));
}

static void act_show_ssh_sessions(struct act *a)
{
	bool detail = gram_typed(&a->match, "detail");
	const struct act_session *s = next_session(a, 0, true);

	if (s && !detail)
		act_say(a, "%-4s%-16s%-8s%-5s%-30s %-30s %-17s%s\n", "SID", "Client IP", "Version",
		    "Mode", "Encryption", "Hmac", "State", "Username");
	for (; s; s = next_session(a, s->id + 1, true)) {
		if (detail) {
			say_details(a, s);
			continue;
		}
		say_way(a, s, true);
		say_way(a, s, false);
	}
	act_done(a);
}

static void act_who(struct act *a)
{
	static const char *const ways[] = {
	    [WAY_CONSOLE] = "console", [WAY_SCRIPT] = "script", [WAY_SSH] = "ssh"};
	const char *only = gram_arg(&a->match, "addr");
	char since[64], name[80];

	for (const struct act_session *s = next_session(a, 0, false); s;
	     s = next_session(a, s->id + 1, false)) {
		if (only && strcmp(only, s->from) != 0)
			continue;
		clock_format(since, sizeof(since), "%H:%M:%S %Z %b %e %Y", s->since);
		snprintf(name, sizeof(name), "enable_%d", s->privilege);
		act_say(a, "\t%u: %s %s %s, since %s\n", s->id, s->from, ways[s->way],
		    s->user[0] ? s->user : name, since);
	}
	act_done(a);
}

/* Ends the session of the line's number; his own too, in the next turn. */
static void end_session(struct act *a, bool ssh)
{
	unsigned id = (unsigned)atoi(gram_arg(&a->match, "id"));
	struct act_session *s = next_session(a, id, ssh);

	if (s && s->id == id) {
		s->ended = "\"Terminated by operator\"";
		s->end(s);
	} else {
		act_refuse(a, "ERROR: There is no%s session %u.", ssh ? " SSH" : "", id);
	}
	act_done(a);
}

static void act_ssh_disconnect(struct act *a)
{
	end_session(a, true);
}

static void act_kill(struct act *a)
{
	end_session(a, false);
}

const struct act_row acts_ssh[] = {
    ACT(show_ssh),
    LIVE_ACT(show_ssh_ciphers),
    LIVE_ACT(show_ssh_sessions),
    LIVE_ACT(who),
    LIVE_ACT(ssh_disconnect),
    LIVE_ACT(kill),
    ACTS_END,
};
