/*
 * Formatters: typed records in, the device's exact text out. They are pure:
 * no query, no clock, no database; what they need is in their arguments.
 * Columns and trailing spaces are the device's and stay as they are.
 */
#ifndef GATEHOUSE_SHOW_H
#define GATEHOUSE_SHOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "parser/text.h"
#include "engine/ipc/message.h"

/* show crypto ikev1 sa [detail]; `isakmp`: the spelling that adds the IKEv2 part. */
void show_ike_sa(struct text *out, const struct msg_rec_ike_sa *rec, size_t n, bool detail,
    bool isakmp);

/* How `show crypto ipsec sa` heads its entries; SHOW_IDENTITIES: by interface, without the SAs. */
enum show_ipsec_by { SHOW_BY_INTERFACE, SHOW_BY_PEER, SHOW_IDENTITIES };
void show_ipsec_sa(struct text *out, const struct msg_rec_ipsec_sa *rec, size_t n,
    enum show_ipsec_by by, bool detail);

/* ... summary: how many SAs there are, by their form. */
void show_ipsec_summary(struct text *out, const struct msg_rec_ipsec_sa *rec, size_t n);

/* show vpn-sessiondb [detail] ra-ikev1-ipsec ... | index N */
void show_sessions(struct text *out, const struct msg_rec_session *rec, size_t n, bool detail);
/* ... full: one ||-delimited line a session. */
void show_sessions_full(struct text *out, const struct msg_rec_session *rec, size_t n);
/* ... ratio {encryption | protocol}: `group` is the tunnel group filtered by or NULL. */
void show_ratio_encryption(struct text *out, const struct msg_rec_session *rec, size_t n,
    uint32_t cumulative, const char *group);
void show_ratio_protocol(struct text *out, const struct msg_rec_session *rec, size_t n,
    uint32_t cumulative, const char *group);
/* show vpn-sessiondb [summary]; `capacity`: sessions that this machine will carry. */
void show_summary(struct text *out, const struct msg_rec_summary *rec, size_t n,
    uint32_t capacity);

/* ... license-summary: `capacity` is what the machine carries, `limit` what the configuration
 * allows, 0 = all of it. */
void show_licenses(struct text *out, const struct msg_rec_summary *rec, size_t n,
    uint32_t capacity, uint32_t limit);

/* show crypto client-profiles: families of clients, in the order of the records. */
void show_client_profiles(struct text *out, const struct msg_rec_client_profile *rec, size_t n);

/* One pool of `show ip local pool`; `addr` are the pool's addresses, free and used mixed. */
void show_pool(struct text *out, const struct msg_rec_pool *rec,
    const struct msg_rec_pool_addr *addr, size_t n);

/* show vpn failures [detail]: newest first, as they come; `gone`: older ones that gave way. */
void show_failures(struct text *out, const struct msg_rec_failure *rec, size_t n, uint32_t gone,
    bool detail);

/* show crypto ikev1 stats: rows under the titles of their sections. */
void show_ike_stats(struct text *out, const struct msg_rec_counter *rec, size_t n);
/* show crypto ipsec stats */
void show_ipsec_stats(struct text *out, const struct msg_rec_counter *rec, size_t n);
/* show crypto protocol statistics: of the protocols whose records there are. */
void show_protocol_stats(struct text *out, const struct msg_rec_counter *rec, size_t n);
/* show crypto accelerator statistics: who computes, and who works */
void show_accelerators(struct text *out, const struct msg_rec_accelerator *rec, size_t n,
    const struct msg_rec_suite *suite, size_t n_suites);
void show_workers(struct text *out, const struct msg_rec_worker *rec, size_t n);
void show_dh_groups(struct text *out, const struct msg_rec_dh_group *rec, size_t n);

/* One session of show vpn-sessiondb history. */
void show_past(struct text *out, const struct msg_session_record *);

/* show vpn doctor: what was found in so many checks, so many problems, the others being advice or
 * of the checks that could not be made. */
void show_doctor(struct text *out, const struct msg_rec_vpn_finding *rec, size_t n, size_t problems,
    unsigned checks, unsigned unmade);

/* show aaa-server: as they come. */
void show_aaa_server(struct text *out, const struct msg_rec_aaa_server *rec, size_t n);

struct show_link { /* one interface as show commands see it; strings borrowed */
	const char *hardware, *nameif;
	int64_t security_level; /* -1 = none */
	struct addr address, mask;
	const char *method; /* "CONFIG", "manual", "DHCP", "unset" */
	bool shutdown, up;  /* up: with carrier */
	const char *mac; /* as Linux writes it, aa:bb:..; "" unknown */
	uint32_t mtu;
	/* the Linux device; of a card that is missing the name it had; NULL, "" unknown */
	const char *device;
	bool present;
	uint32_t ifindex;        /* 0 unknown */
	const char *description; /* NULL, "" none */
	bool sub;                /* a VLAN of another ... */
	int64_t vlan;            /* ... of that number, 0 = none yet */
};

void show_nameif(struct text *out, const struct show_link *link, size_t n);
void show_interface_brief(struct text *out, const struct show_link *link, size_t n);
/* show interface: of one; `c` are its counters, NULL where the kernel has none. */
enum show_interface_form { SHOW_INTERFACE_STATS, SHOW_INTERFACE_DETAIL, SHOW_INTERFACE_SUMMARY };
void show_interface(struct text *out, const struct show_link *, const struct msg_rec_link *c,
    enum show_interface_form);
/* show traffic: of one, by that name. */
void show_traffic(struct text *out, const char *name, const struct msg_rec_link *);
/* The line above the same of cards. */
void show_traffic_cards(struct text *out);
/* show ip address: of those with a name and an address. */
/* What a DHCP server has given an interface; what the servers were asked and have said. */
void show_dhcp_lease(struct text *, const char *nameif, const struct msg_rec_dhcp *);
void show_dhcp_server(struct text *, const struct msg_rec_dhcp *);
void show_ip_address(struct text *out, const struct show_link *link, size_t n);
/* A line of show arp. */
void show_arp(struct text *out, const char *ifname, const struct msg_rec_neighbour *);

struct show_card { /* a number and its card; strings borrowed */
	const char *hardware, *mac, *device;
	bool present, up;
};

/* show interface mapping */
void show_mapping(struct text *out, const struct show_card *card, size_t n);

struct show_route_entry {
	/* 'S' static, 'C' connected, 'L' local, 'V' VPN client, 'K' the host's own, ... */
	char code;
	struct addr dest, mask, gateway;
	uint32_t metric;
	const char *ifname;
};

/* show route: as they come. */
void show_route(struct text *out, const struct show_route_entry *route, size_t n);
/* show route A.B.C.D: of these, which all lead to the address, those that packets take. */
void show_route_to(struct text *out, const struct show_route_entry *route, size_t n);
/* show host-firewall */
void show_host_firewall(struct text *out, const struct msg_rec_host_chain *rec, size_t n);

struct show_version_info {
	const char *product;  /* "Gatehouse 1.0" */
	const char *version;  /* of it, "1.0" */
	const char *language; /* the version of the device whose commands these are, "9.12(4)" */
	const char *compiled, *hostname, *hardware, *config_file;
	uint64_t uptime; /* seconds */
	uint32_t memory_mb, capacity;
	const char *cpu; /* "x86_64 2400 MHz" */
	const char *serial;
	const struct show_link *link;
	size_t links;
	/* "enable_15 at 14:35:24.486 UTC Wed Jun 9 2021", NULL = not since start */
	const char *modified;
};

void show_version(struct text *out, const struct show_version_info *);
void show_inventory(struct text *out, const struct show_version_info *);

/* Text pieces several commands share. */
/* "23:32:48 UTC Sat May 16 2015" of Unix seconds. */
void show_time(struct text *out, uint64_t when);
/* "0h:04m:05s", "10d 7h:26m:52s" */
void show_duration(struct text *out, uint32_t seconds);
/* "3 days 22 hours", "10 hours 51 mins", "5 mins 12 secs" */
void show_uptime(struct text *out, uint64_t seconds);
/* "5254.000d.da4c" of "52:54:00:0d:da:4c" */
void show_mac(struct text *out, const char *mac);

#endif
