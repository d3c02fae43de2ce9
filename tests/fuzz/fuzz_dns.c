/* An answer of a name server; the input may be behind the right number and question, or be all of
 * it. */
#include <string.h>

#include "engine/net/dns.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t question[DNS_QUESTION_MAX], answer[4096] = {0};
	size_t len = dns_question(0x1234, "radius.example.com", question, sizeof question);
	struct dns_found a = {.n = 0};

	(void)dns_answer(question, len, data, size, &a);
	if (size < 4 || size > 2048)
		return 0;
	memcpy(answer, question, len);
	answer[2] = 0x80;
	answer[3] = data[0];
	answer[7] = data[1];
	memcpy(answer + len, data + 2, size - 2);
	(void)dns_answer(question, len, answer, len + size - 2, &a);
	return 0;
}
