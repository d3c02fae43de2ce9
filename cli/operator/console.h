/*
 * The console protocol: what passes between the terminal client and the manager
 * over the console socket (a Unix stream socket).
 *
 * A frame is: length of the payload (u32, big-endian), type (u8), payload. Each
 * type has its longest payload; a longer or unknown frame ends the connection.
 *
 *      client                                      server
 *      HELLO -------------------------------------->
 *        <------------------- PAGER, TEXT (greeting), PROMPT, DONE
 *      LINE  -------------------------------------->
 *        <------ TEXT ... [QUESTION] ...
 *      ANSWER ------------------------------------->            (only to a QUESTION)
 *        <------ TEXT ... PROMPT, DONE
 *
 * The server works on one LINE, FILE, HELP or COMPLETE of a client at a time;
 * what a client sends ahead waits in the socket. Each LINE and FILE is answered
 * by exactly one DONE (a log-off by CLOSE), each HELP by one HELP_TEXT, each
 * COMPLETE by one COMPLETION. INTERRUPT stops what runs or answers a question with "no"; the
 * DONE comes as always. ASYNC may come at any time. After CLOSE nothing comes.
 */
#ifndef GATEHOUSE_CONSOLE_H
#define GATEHOUSE_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONSOLE_SOCKET "/run/gatehouse/gatehouse.sock"
#define CONSOLE_HEAD 5             /* length and type */
#define CONSOLE_LINE_MAX 4096      /* a line, its help, an answer */
#define CONSOLE_FILE_MAX (64 << 20) /* a whole configuration */
#define CONSOLE_TEXT_MAX (64 << 10) /* one piece of output */

enum console_type {
	/* client to server */
	CONSOLE_HELLO = 1,  /* struct console_hello */
	CONSOLE_LINE,       /* the line, without newline */
	CONSOLE_HELP,       /* the text before the cursor when `?` was typed */
	CONSOLE_COMPLETE,   /* the text before the cursor when Tab was typed */
	CONSOLE_FILE,       /* configuration lines, all of them */
	CONSOLE_ANSWER,     /* what was typed at a question */
	CONSOLE_INTERRUPT,  /* ^C */
	CONSOLE_WINSIZE,    /* u16 width, u16 height */
	CONSOLE_BYE,        /* end of input: log off */
	CONSOLE_TYPING,     /* keys were typed: he is there; now and then, not for each key */
	/* server to client */
	CONSOLE_TEXT = 32,  /* output of the command, pageable */
	CONSOLE_ASYNC,      /* whole lines that belong to no command (debug) */
	CONSOLE_PROMPT,     /* the prompt from now on */
	CONSOLE_QUESTION,   /* u8 CONSOLE_ASK_* flags, text */
	CONSOLE_HELP_TEXT,  /* what to print below the line; then the line again */
	CONSOLE_COMPLETION, /* characters to insert at the cursor; none: ring */
	CONSOLE_DONE,       /* u8 status: 0, or 1 when a line was refused */
	CONSOLE_LIVE,       /* what the command says is seen as it comes: no pages, and ^C, which
	                     * it answers itself, hides nothing of it; until a QUESTION */
	CONSOLE_PAGER,      /* u16 lines a page, 0 = no pager */
	CONSOLE_WIDTH,      /* u16 columns for the line being typed, 0 = no limit */
	CONSOLE_HISTORY,    /* a line that he typed in an earlier session; the oldest first */
	CONSOLE_CLOSE,      /* the session is over; u8 1: the appliance comes back by itself */
};

enum {
	CONSOLE_ASK_HIDDEN = 1, /* echo each character as `*` */
	CONSOLE_ASK_KEY = 2,    /* one key answers, Enter is not waited for */
};

enum console_kind {
	CONSOLE_KIND_CONSOLE = 1, /* a person: starts at `>`, is greeted */
	CONSOLE_KIND_SCRIPT,	  /* `gatesh -c` and FILE: privilege 15, nothing but output */
	CONSOLE_KIND_TOKEN,	  /* one whose login a door has checked: the token says who */
};

#define CONSOLE_TOKEN 32 /* bytes of a token: it opens one session, soon, once */

struct console_hello {
	uint8_t kind;        /* enum console_kind */
	uint8_t interactive; /* a terminal with keys; else no pager */
	uint16_t width, height;
	uint8_t quiet;		      /* KIND_TOKEN: a command, nothing but output */
	uint8_t token[CONSOLE_TOKEN]; /* KIND_TOKEN */
};

struct console_frame {
	enum console_type type;
	size_t len;
	const uint8_t *data; /* points into the reader */
};

/* Collects bytes of a stream into frames. Zeroed = empty; memory follows the longest frame seen
 * and is given back after a large one. */
struct console_reader {
	uint8_t *p;
	size_t len, size; /* bytes held, bytes allocated */
	size_t used;      /* bytes of the frame handed out last */
};

/* Room for reading: at least `min` bytes at the returned place, `*room` in fact; NULL without
 * memory. */
uint8_t *console_reader_room(struct console_reader *, size_t min, size_t *room);
/* `n` bytes were put into the room. */
void console_reader_added(struct console_reader *, size_t n);
/* The next whole frame: 1, and `f` valid until the next call on the reader; 0 when more bytes are
 * needed; -1 when the stream is broken (unknown type or over-long frame). */
int console_reader_next(struct console_reader *, struct console_frame *f);
/* Wipes what it held (answers can be passwords) and frees. */
void console_reader_free(struct console_reader *);

/* The longest payload of a type; -1 for a type that does not exist. */
long console_max(unsigned type);
/* Writes the head of a frame into `to`. */
void console_head(uint8_t to[CONSOLE_HEAD], enum console_type, size_t len);
/* HELLO and WINSIZE payloads; the decoders are false when the length is wrong. The encoder returns
 * the length, which is the kind's. */
#define CONSOLE_HELLO_LEN 6 /* of the other kinds */
#define CONSOLE_HELLO_MAX (6 + 1 + CONSOLE_TOKEN)
size_t console_hello_encode(const struct console_hello *, uint8_t to[CONSOLE_HELLO_MAX]);
bool console_hello_decode(const struct console_frame *, struct console_hello *);
bool console_u16_decode(const struct console_frame *, size_t n, uint16_t *to);

#endif
