/* The JSON of the RSA SecurID Authentication API, v1_1: initialize and verify. */
#include "engine/aaa/sdi/message.h"

#include <jansson.h>
#include <stdint.h>
#include <string.h>

/* ---- calls ---------------------------------------------------------------------------------- */

/* "subjectCredentials": the method's only input has its name. */
static json_t *credentials(const struct sdi_call *c)
{
	return json_pack("[{s:s, s:[{s:s, s:s}]}]", "methodId", c->method, "collectedInputs",
	    "name", c->method, "value", c->value);
}

static bool context(json_t *to, const struct sdi_call *c)
{
	return json_object_set_new(to, "context",
		   json_pack("{s:s, s:s, s:s}", "authnAttemptId", c->attempt, "messageId",
		       c->message, "inResponseTo", c->in_response)) == 0;
}

char *sdi_call_write(const struct sdi_call *c)
{
	json_t *o = *c->attempt
			? json_object()
			: json_pack("{s:s, s:s}", "clientId", c->agent, "subjectName", c->user);
	char *text = NULL;

	if (o && context(o, c) &&
	    (!c->method || json_object_set_new(o, "subjectCredentials", credentials(c)) == 0))
		text = json_dumps(o, JSON_COMPACT);
	json_decref(o);
	return text;
}

/* ---- answers -------------------------------------------------------------------------------- */

/* A text that a person may see: without what a terminal would act on. "" = there is none. */
static void words(char *to, size_t size, const json_t *from)
{
	const char *p = json_string_value(from);
	size_t n = 0;

	for (; p && *p && n < size - 1; p++)
		if ((uint8_t)*p >= ' ' && *p != 0x7f)
			to[n++] = *p;
	to[n] = '\0';
}

/* An id: as it is, or "" when it is not there. False: too long. */
static bool id(char *to, size_t size, const json_t *from)
{
	const char *p = json_string_value(from);
	size_t len = p ? strlen(p) : 0;

	to[0] = '\0';
	if (len >= size)
		return false;
	if (p)
		memcpy(to, p, len + 1);
	return true;
}

static bool code(const json_t *from, enum sdi_code *to)
{
	static const char *const word[] = {
	    [SDI_SUCCESS] = "SUCCESS", [SDI_FAIL] = "FAIL", [SDI_CHALLENGE] = "CHALLENGE"};
	const char *text = json_string_value(from);

	for (size_t i = 0; text && i < sizeof word / sizeof word[0]; i++)
		if (strcmp(text, word[i]) == 0) {
			*to = (enum sdi_code)i;
			return true;
		}
	return false;
}

/* How the methods fared: which says more of a failure than the attempt's reason. */
static void results(const json_t *list, struct sdi_reply *r)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
	{
		const char *fared = json_string_value(json_object_get(one, "methodResponseCode"));

		if (!fared || strcmp(fared, "FAIL") != 0)
			continue;
		r->wrong = true;
		if (json_is_string(json_object_get(one, "methodReasonCode")))
			words(
			    r->reason, sizeof r->reason, json_object_get(one, "methodReasonCode"));
	}
}

/* SECURID, SECURID_NEXT_TOKENCODE, SECURID_NEW_PIN, SECURID_NEWPIN, ...: a person types each. */
static bool typed(const json_t *method)
{
	const char *name = json_string_value(json_object_get(method, "methodId"));

	return name && strncmp(name, SDI_PASSCODE, strlen(SDI_PASSCODE)) == 0 &&
	       strlen(name) < SDI_METHOD_MAX;
}

static void wanted(const json_t *method, struct sdi_reply *r)
{
	const json_t *prompt = json_object_get(
	    json_array_get(json_object_get(method, "versions"), 0), "prompt");

	id(r->method, sizeof r->method, json_object_get(method, "methodId"));
	words(r->prompt, sizeof r->prompt, json_object_get(prompt, "defaultText"));
	r->sensitive = !json_is_false(json_object_get(prompt, "sensitive"));
}

/* The first set of methods that we have all of: there is one in it. */
static void challenges(const json_t *list, struct sdi_reply *r)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
	{
		const json_t *methods = json_object_get(one, "requiredMethods");

		if (!r->method[0] && json_array_size(methods) == 1 &&
		    typed(json_array_get(methods, 0)))
			wanted(json_array_get(methods, 0), r);
	}
}

static bool reply(const json_t *o, struct sdi_reply *r)
{
	const json_t *c = json_object_get(o, "context");

	if (!code(json_object_get(o, "attemptResponseCode"), &r->code) ||
	    !id(r->attempt, sizeof r->attempt, json_object_get(c, "authnAttemptId")) ||
	    !id(r->message, sizeof r->message, json_object_get(c, "messageId")) ||
	    !id(r->answers, sizeof r->answers, json_object_get(c, "inResponseTo")))
		return false;
	words(r->reason, sizeof r->reason, json_object_get(o, "attemptReasonCode"));
	results(json_object_get(o, "credentialValidationResults"), r);
	challenges(json_object_get(json_object_get(o, "challengeMethods"), "challenges"), r);
	return r->code != SDI_CHALLENGE || (r->attempt[0] && r->message[0]);
}

bool sdi_reply_read(const char *body, size_t len, struct sdi_reply *r)
{
	json_t *o = json_loadb(body, len, JSON_REJECT_DUPLICATES, NULL);
	bool ok;

	*r = (struct sdi_reply){0};
	ok = json_is_object(o) && reply(o, r);
	json_decref(o);
	return ok;
}
