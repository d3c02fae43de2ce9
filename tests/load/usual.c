/* The usual userspace server; see usual.h. It owns a process, its sockets and its device. */
#include "tests/load/usual.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/net/ipv4.h"
#include "engine/net/packet.h"
#include "engine/ipsec/esp.h"
#include "tests/load/host.h"

#define PORT 4500
#define BUFFER (8 << 20)
#define L2TP 1701
#define L2TP_HEADER 8
#define PPP_IP 0x21
#define ESP_HEADER 8

static struct usual {
	const struct usual_user *user;
	unsigned n;
	int udp, raw, tun;
	uint32_t *sequence;
} u;

static const EVP_CIPHER *cipher(const struct child *c)
{
	return c->cipher == CIPHER_3DES ? EVP_des_ede3_cbc() : EVP_aes_128_cbc();
}

static void crypt_once(const struct child *c, uint8_t *esp, size_t len, bool encrypt)
{
	size_t iv = cipher_info[c->cipher].block;
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	uint8_t *payload = esp + ESP_HEADER + iv;
	int done;

	EVP_CipherInit_ex(ctx, cipher(c), NULL, encrypt ? c->enc_out : c->enc_in, esp + ESP_HEADER,
	    encrypt);
	EVP_CIPHER_CTX_set_padding(ctx, 0);
	EVP_CipherUpdate(ctx, payload, &done, payload, (int)(len - ESP_HEADER - iv));
	EVP_CIPHER_CTX_free(ctx);
}

static void sign_once(const uint8_t *key, const uint8_t *esp, size_t len, uint8_t digest[20])
{
	unsigned n;

	HMAC(EVP_sha1(), key, 20, esp, len, digest, &n);
}

/* An ESP packet of a user: what is in it goes to the device. */
static void inbound(uint8_t *esp, size_t len)
{
	struct rd r = rd_init(esp, len);
	uint32_t i = rd_u32(&r) - USUAL_SPI_IN;
	uint8_t digest[20];
	size_t at, pad;
	const struct child *c;

	if (i >= u.n || len < 64)
		return;
	c = &u.user[i].child;
	len -= 12;
	sign_once(c->auth_in, esp, len, digest);
	if (memcmp(digest, esp + len, 12) != 0)
		return;
	crypt_once(c, esp, len, false);
	at = ESP_HEADER + cipher_info[c->cipher].block + UDP_HEADER + L2TP_HEADER + 1;
	pad = esp[len - 2];
	if (len > at + pad + 2)
		(void)!write(u.tun, esp + at, len - at - pad - 2);
}

static void send_to(const struct usual_user *to, const uint8_t *esp, size_t len)
{
	struct sockaddr_in where = to->remote;

	if (!to->child.udp_encap)
		where.sin_port = 0;
	(void)!sendto(to->child.udp_encap ? u.udp : u.raw, esp, len, 0, (struct sockaddr *)&where,
	    sizeof where);
}

/* A packet for a user. */
static void outbound(const uint8_t *ip, size_t len)
{
	uint8_t buf[4096], digest[20];
	struct wr w = wr_init(buf, sizeof buf);
	struct ipv4 h;
	const struct child *c;
	size_t block, inner = UDP_HEADER + L2TP_HEADER + 1 + len, pad, iv;
	uint32_t i;

	if (!ipv4_parse(ip, len, &h) || (i = h.dst - USUAL_USERS) >= u.n)
		return;
	c = &u.user[i].child;
	block = cipher_info[c->cipher].block;
	pad = (block - (inner + 2) % block) % block;
	wr_u32(&w, c->spi_out);
	wr_u32(&w, ++u.sequence[i]);
	iv = wr_len(&w);
	wr_zero(&w, block);
	RAND_bytes(buf + iv, (int)block);
	udp_header(&w, L2TP, L2TP, inner - UDP_HEADER);
	wr_u16(&w, 0x4002);
	wr_u16(&w, (unsigned)(inner - UDP_HEADER));
	wr_u16(&w, 1);
	wr_u16(&w, 1);
	wr_u8(&w, PPP_IP);
	wr_bytes(&w, ip, len);
	for (size_t k = 1; k <= pad; k++)
		wr_u8(&w, (unsigned)k);
	wr_u8(&w, (unsigned)pad);
	wr_u8(&w, ESP_NEXT_UDP);
	crypt_once(c, buf, wr_len(&w), true);
	sign_once(c->auth_out, buf, wr_len(&w), digest);
	wr_bytes(&w, digest, 12);
	send_to(&u.user[i], buf, wr_len(&w));
}

static void serve(void)
{
	static uint8_t buf[65536];
	struct pollfd p[] = {{u.udp, POLLIN, 0}, {u.raw, POLLIN, 0}, {u.tun, POLLIN, 0}};

	while (poll(p, 3, -1) >= 0 || errno == EINTR) {
		struct sockaddr_in from;
		socklen_t size = sizeof from;
		ssize_t n;

		while ((n = recvfrom(u.udp, buf, sizeof buf, MSG_DONTWAIT, (struct sockaddr *)&from,
			    &size)) > 0)
			inbound(buf, (size_t)n);
		while ((n = recvfrom(u.raw, buf, sizeof buf, MSG_DONTWAIT, (struct sockaddr *)&from,
			    &size)) > IP_HEADER)
			inbound(buf + IP_HEADER, (size_t)n - IP_HEADER);
		while ((n = read(u.tun, buf, sizeof buf)) > 0)
			outbound(buf, (size_t)n);
	}
}

static bool open_all(const char *netns, const char *tun)
{
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(PORT)};
	int size = BUFFER;

	if (!host_enter(netns))
		return false;
	u.udp = socket(AF_INET, SOCK_DGRAM, 0);
	u.raw = socket(AF_INET, SOCK_RAW, IPPROTO_ESP);
	u.tun = host_device(tun, false);
	return u.udp >= 0 && u.raw >= 0 && u.tun >= 0 &&
	       bind(u.udp, (struct sockaddr *)&any, sizeof any) == 0 &&
	       setsockopt(u.udp, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) == 0 &&
	       setsockopt(u.raw, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) == 0 &&
	       setsockopt(u.udp, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size) == 0;
}

pid_t usual_start(const char *netns, const char *tun, const struct usual_user *user, unsigned n)
{
	int said[2], e = 0;
	pid_t pid;

	if (pipe2(said, O_CLOEXEC) || (pid = fork()) < 0)
		return -1;
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		u.user = user;
		u.n = n;
		u.sequence = calloc(n, sizeof *u.sequence);
		e = u.sequence && open_all(netns, tun) ? 0 : errno ? errno : ENOMEM;
		(void)!write(said[1], &e, sizeof e);
		if (!e)
			serve();
		_exit(1);
	}
	close(said[1]);
	if (read(said[0], &e, sizeof e) != sizeof e)
		e = ECHILD;
	close(said[0]);
	errno = e;
	return e ? -1 : pid;
}
