/*
 * Words and numbers of access lists. Which words there are for the parser the
 * grammar says (34-access-list.gram); a word that only one of tcp and udp knows is
 * no port of the other.
 */
#include "engine/net/access_words.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define TCP true, false
#define UDP false, true
#define BOTH true, true

const struct port_word port_words[] = {
	{"echo", 7, BOTH},
	{"discard", 9, BOTH},
	{"daytime", 13, TCP},
	{"chargen", 19, TCP},
	{"ftp-data", 20, TCP},
	{"ftp", 21, TCP},
	{"ssh", 22, TCP},
	{"telnet", 23, TCP},
	{"smtp", 25, TCP},
	{"time", 37, UDP},
	{"nameserver", 42, UDP},
	{"whois", 43, TCP},
	{"tacacs", 49, BOTH},
	{"domain", 53, BOTH},
	{"bootps", 67, UDP},
	{"bootpc", 68, UDP},
	{"tftp", 69, UDP},
	{"gopher", 70, TCP},
	{"finger", 79, TCP},
	{"www", 80, BOTH},
	{"hostname", 101, TCP},
	{"pop2", 109, TCP},
	{"pop3", 110, TCP},
	{"sunrpc", 111, BOTH},
	{"ident", 113, TCP},
	{"nntp", 119, TCP},
	{"ntp", 123, UDP},
	{"netbios-ns", 137, UDP},
	{"netbios-dgm", 138, UDP},
	{"netbios-ssn", 139, TCP},
	{"imap4", 143, TCP},
	{"snmp", 161, UDP},
	{"snmptrap", 162, UDP},
	{"xdmcp", 177, UDP},
	{"bgp", 179, TCP},
	{"irc", 194, TCP},
	{"dnsix", 195, UDP},
	{"ldap", 389, TCP},
	{"mobile-ip", 434, UDP},
	{"https", 443, TCP},
	{"pim-auto-rp", 496, BOTH},
	{"isakmp", 500, UDP},
	{"exec", 512, TCP},
	{"biff", 512, UDP},
	{"login", 513, TCP},
	{"who", 513, UDP},
	{"rsh", 514, TCP},
	{"cmd", 514, TCP},
	{"syslog", 514, UDP},
	{"lpd", 515, TCP},
	{"talk", 517, BOTH},
	{"rip", 520, UDP},
	{"uucp", 540, TCP},
	{"klogin", 543, TCP},
	{"kshell", 544, TCP},
	{"rtsp", 554, BOTH},
	{"ldaps", 636, TCP},
	{"kerberos", 750, BOTH},
	{"lotusnotes", 1352, TCP},
	{"citrix-ica", 1494, TCP},
	{"sqlnet", 1521, TCP},
	{"radius", 1645, UDP},
	{"radius-acct", 1646, UDP},
	{"h323", 1720, TCP},
	{"pptp", 1723, TCP},
	{"nfs", 2049, BOTH},
	{"ctiqbe", 2748, TCP},
	{"cifs", 3020, BOTH},
	{"vxlan", 4789, UDP},
	{"sip", 5060, BOTH},
	{"aol", 5190, TCP},
	{"secureid-udp", 5510, UDP},
	{"pcanywhere-data", 5631, TCP},
	{"pcanywhere-status", 5632, UDP},
	{NULL, 0, false, false},
};

static const struct {
	const char *word;
	uint8_t number;
} protocols[] = {{"ip", 0}, {"icmp", 1}, {"igmp", 2}, {"ipinip", 4}, {"tcp", 6}, {"igrp", 9},
    {"udp", 17}, {"gre", 47}, {"esp", 50}, {"ah", 51}, {"icmp6", 58}, {"eigrp", 88}, {"ospf", 89},
    {"nos", 94}, {"pim", 103}, {"pcp", 108}, {"snp", 109}, {"sctp", 132}};

static const struct {
	const char *word;
	uint8_t number;
} icmp_types[] = {{"echo-reply", 0}, {"unreachable", 3}, {"source-quench", 4}, {"redirect", 5},
    {"alternate-address", 6}, {"echo", 8}, {"router-advertisement", 9}, {"router-solicitation", 10},
    {"time-exceeded", 11}, {"parameter-problem", 12}, {"timestamp-request", 13},
    {"timestamp-reply", 14}, {"information-request", 15}, {"information-reply", 16},
    {"mask-request", 17}, {"mask-reply", 18}, {"traceroute", 30}, {"conversion-error", 31},
    {"mobile-redirect", 32}};

int icmp_type(const char *text)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	for (size_t i = 0; i < sizeof icmp_types / sizeof *icmp_types; i++)
		if (strcmp(text, icmp_types[i].word) == 0)
			return icmp_types[i].number;
	return end != text && !*end && n <= UINT8_MAX ? (int)n : -1;
}

uint8_t protocol_number(const char *text)
{
	for (size_t i = 0; i < sizeof protocols / sizeof *protocols; i++)
		if (strcmp(text, protocols[i].word) == 0)
			return protocols[i].number;
	return (uint8_t)atoi(text);
}

const char *protocol_word(uint8_t number)
{
	for (size_t i = 0; i < sizeof protocols / sizeof *protocols; i++)
		if (protocols[i].number == number)
			return protocols[i].word;
	return NULL;
}

const char *icmp_word(uint8_t type)
{
	for (size_t i = 0; i < sizeof icmp_types / sizeof *icmp_types; i++)
		if (icmp_types[i].number == type)
			return icmp_types[i].word;
	return NULL;
}

uint16_t port_number(const char *text)
{
	for (const struct port_word *p = port_words; p->word; p++)
		if (strcmp(text, p->word) == 0)
			return p->number;
	return (uint16_t)atoi(text);
}

const char *port_word(uint16_t number, bool tcp)
{
	for (const struct port_word *p = port_words; p->word; p++)
		if (p->number == number && (tcp ? p->tcp : p->udp))
			return p->word;
	return NULL;
}

bool port_fits(const char *text, bool tcp)
{
	for (const struct port_word *p = port_words; p->word; p++)
		if (strcmp(text, p->word) == 0)
			return tcp ? p->tcp : p->udp;
	return true;
}
