/* limits.h -- every number that limits something, once, with its reason.
 *
 * Recipe for a new limit: add it here with its unit and why it is that number;
 * refuse what passes it with ASIDE_ELIMIT (or a lint problem with its place);
 * add a test one below and one above. */
#ifndef ASIDE_BASE_LIMITS_H
#define ASIDE_BASE_LIMITS_H

/* Files written by people. */
#define ASIDE_LIMIT_YAML_BYTES        (1u << 20)  /* The largest public intent file has 40 KB. */
#define ASIDE_LIMIT_YAML_DEPTH        32          /* 100,000 '[' took libyaml 12.8 s; people use under 10. */
#define ASIDE_LIMIT_YAML_NODES        200000      /* A list of 100,000 names is the largest use known. */
#define ASIDE_LIMIT_PROBLEMS          1000        /* A reader stops before this; so does a report. */
#define ASIDE_LIMIT_FILE_BYTES        (64u << 20) /* Dictionaries and tables; a recording is streamed. */
#define ASIDE_LIMIT_ZONE_BYTES        (64u << 10) /* The largest zone file of tzdata 2025b has 3.6 KB. */

/* What is said. */
#define ASIDE_LIMIT_UTTERANCE_BYTES   4096        /* Two minutes of fast speech. */
#define ASIDE_LIMIT_UTTERANCE_TOKENS  512
#define ASIDE_LIMIT_EVENTS            4096        /* Undrained events of one session; past it feeds answer ESTATE. */

/* Sentence templates. */
#define ASIDE_LIMIT_TEMPLATE_BYTES    2048
#define ASIDE_LIMIT_TEMPLATE_DEPTH    24          /* Rules within rules; a cycle is found by this, too. */
#define ASIDE_LIMIT_VARIANTS          4096        /* Sentences of one list value or word with endings. */
#define ASIDE_LIMIT_PATTERN_BYTES     32768       /* PCRE2 with 2-byte links takes 64 KB of code. */
#define ASIDE_LIMIT_PATTERN_MATCH     1000        /* A limit of 100 lost no match in two million pairs. */
#define ASIDE_LIMIT_SLOTS             16          /* Slots of one template. */
#define ASIDE_LIMIT_MATCHES           16          /* Matches kept of one utterance. */

/* Sound. */
#define ASIDE_LIMIT_UTTERANCE_MS      30000       /* One utterance, then it is cut and decided. */
#define ASIDE_LIMIT_NETWORK_STATES    60000       /* PocketSphinx's state numbers are 16 bits signed in places. */
#define ASIDE_RATE_HZ                 16000       /* Inside the engine all sound is 16 kHz mono. */

/* Skills and offers. */
#define ASIDE_LIMIT_STEPS             64
#define ASIDE_LIMIT_CAPS              16          /* Caps of one skill. */
#define ASIDE_LIMIT_HELD              16          /* Rows of `held` in a decision. */
#define ASIDE_LIMIT_SAY_BYTES         1024        /* Twelve seconds of speech in any script, several times over. */
#define ASIDE_LIMIT_ID_BYTES          64          /* Identifiers: skills, sessions, slots. */
#define ASIDE_LIMIT_SKILL_TEXT_BYTES  1024        /* One text of a skill: far above what may be spoken. */
#define ASIDE_LIMIT_SKILL_URL_BYTES   2048        /* What browsers and app stores agree to take. */
#define ASIDE_LIMIT_SKILL_LIST        256         /* Items of one list of a skill: sentences, tests, hosts. */
#define ASIDE_LIMIT_SPOKEN_WORDS      36          /* 12 s of English at 3 words a second. */
#define ASIDE_LIMIT_SPOKEN_HAN        60          /* 12 s of Chinese at 5 characters a second. */
#define ASIDE_LIMIT_CAP_MAX           100         /* More offers than this in any window is no cap. */
#define ASIDE_LIMIT_CAP_LEAST_MS      60000       /* A shorter window limits nothing that a person notices. */
#define ASIDE_LIMIT_CAP_MOST_MS       2592000000  /* 30 d: counters live no longer. */
#define ASIDE_LIMIT_ANSWER_LEAST_MS   3000        /* Time to think and say one word. */
#define ASIDE_LIMIT_ANSWER_MOST_MS    120000      /* A yes two minutes later answers something else. */
#define ASIDE_LIMIT_REMINDER_LEAST_MS 60000       /* Sooner is not a reminder but an interruption. */
#define ASIDE_LIMIT_REMINDER_MOST_MS  2592000000  /* 30 d: nobody knows any more what it was about. */
#define ASIDE_LIMIT_POINTS            100000      /* Points of one reward. */
#define ASIDE_LIMIT_BID_MICROS        1000000000000 /* A million units: more is a slip of the keyboard. */

/* The wire. */
#define ASIDE_LIMIT_FRAME_BYTES       (64u << 10) /* One message: 2 s of 16 kHz s16le, or any JSON of ours. */
#define ASIDE_LIMIT_QUEUE_BYTES       (256u << 10)/* Waiting for a worker; above it the connection is not read. */
#endif
