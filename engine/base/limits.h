/* limits.h -- every number that limits something, once, with its reason.
 *
 * Recipe for a new limit: add it here with its unit and why it is that number;
 * refuse what passes it with ASIDE_ELIMIT (or a lint problem with its place);
 * add a test one below and one above. */
#ifndef ASIDE_BASE_LIMITS_H
#define ASIDE_BASE_LIMITS_H

/* Files written by people. */
#define ASIDE_LIMIT_YAML_BYTES        (4u << 20)  /* A list of 100,000 names has 2 to 3 MB; sentence files under 100 KB. */
#define ASIDE_LIMIT_YAML_DEPTH        32          /* 100,000 '[' took libyaml 12.8 s; people use under 10. */
#define ASIDE_LIMIT_YAML_NODES        200000      /* A list of 100,000 names is the largest use known. */
#define ASIDE_LIMIT_PROBLEMS          1000        /* A reader stops before this; so does a report. */
#define ASIDE_LIMIT_FILE_BYTES        (64u << 20) /* Dictionaries and tables; a recording is streamed. */
#define ASIDE_LIMIT_ZONE_BYTES        (64u << 10) /* The largest zone file of tzdata 2025b has 3.6 KB. */

/* What is said. */
#define ASIDE_LIMIT_UTTERANCE_BYTES   4096        /* Two minutes of fast speech. */
#define ASIDE_LIMIT_UTTERANCE_TOKENS  512         /* The same two minutes, in words; index and match are linear in it. */
#define ASIDE_LIMIT_EVENTS            4096        /* Undrained events of one session; past it feeds answer ESTATE. */

/* Sentence templates. */
#define ASIDE_LIMIT_TEMPLATE_BYTES    2048        /* The longest of ours has under 750; past this nobody reads it any more. */
#define ASIDE_LIMIT_TEMPLATE_DEPTH    24          /* Rules within rules; a cycle is found by this, too. */
#define ASIDE_LIMIT_VARIANTS          4096        /* Sentences of one list value or word with endings. */
#define ASIDE_LIMIT_PERMUTED          5           /* Parts in any order: 120 orders. */
#define ASIDE_LIMIT_GROUPS            200         /* Slots written in one template; PCRE2 numbers callouts to 255. */
#define ASIDE_LIMIT_FREE_TOKENS       64          /* Of one wildcard: a long message, in Chinese characters. */
#define ASIDE_LIMIT_RANGE_SPOKEN      1000        /* Values of a range that the recogniser learns. */
#define ASIDE_LIMIT_NETWORK_ARCS      4000000     /* Before minimising: 100 MB. */
#define ASIDE_LIMIT_PATTERN_BYTES     32768       /* PCRE2 with 2-byte links takes 64 KB of code. */
#define ASIDE_LIMIT_PATTERN_MATCH     1000        /* A limit of 100 lost no match in two million pairs. */
#define ASIDE_LIMIT_PATTERN_HEAP_KB   64          /* Only the interpreter uses it, where there is no JIT. */
#define ASIDE_LIMIT_SLOTS             16          /* Slots of one template. */
#define ASIDE_LIMIT_MATCHES           16          /* Matches kept of one utterance. */

/* Context words. */
#define ASIDE_LIMIT_PHRASE_TOKENS     8           /* Each length is one more look-up at every token; longer ones are sentences. */
#define ASIDE_LIMIT_PHRASE_WEIGHT     20000       /* Thousandths of a nat; e^20 against one leaves nothing to add. */

/* Sound. */
#define ASIDE_LIMIT_UTTERANCE_MS      30000       /* One utterance, then it is cut and decided. */
#define ASIDE_LIMIT_NETWORK_STATES    60000       /* PocketSphinx's state numbers are 16 bits signed in places. */
#define ASIDE_RATE_HZ                 16000       /* Inside the engine all sound is 16 kHz mono. */

/* Skills and offers. */
#define ASIDE_LIMIT_HEARD_MS          60000       /* A reservation outlives the answer time by this: speaking it, and a slow report. */
#define ASIDE_LIMIT_STEPS             64          /* Of one on_accept; a session has room for them. */
#define ASIDE_LIMIT_CAPS              16          /* Caps of one skill. */
#define ASIDE_LIMIT_HELD              16          /* Rows of `held` in a decision. */
#define ASIDE_LIMIT_WORDING_BYTES     64          /* The name of a wording's version: "2026-06 app 4.1". */
#define ASIDE_LIMIT_SAY_BYTES         1024        /* Twelve seconds of speech in any script, several times over. */
#define ASIDE_LIMIT_ID_BYTES          64          /* Identifiers: skills, sessions, slots. */
#define ASIDE_LIMIT_SKILL_TEXT_BYTES  1024        /* One text of a skill: far above what may be spoken. */
#define ASIDE_LIMIT_SKILL_URL_BYTES   2048        /* What browsers and app stores agree to take. */
#define ASIDE_LIMIT_SKILL_LIST        256         /* Items of one list of a skill: sentences, tests, hosts. */
#define ASIDE_LIMIT_SPOKEN_WORDS      36          /* 12 s of English at 3 words a second. */
#define ASIDE_LIMIT_SPOKEN_HAN        60          /* 12 s of Chinese at 5 characters a second. */
#define ASIDE_LIMIT_CAP_MAX           100         /* More offers than this in any window is no cap. */
#define ASIDE_LIMIT_CAP_LEAST_MS      60000       /* A shorter window limits nothing that a person notices. */
#define ASIDE_LIMIT_CAP_MOST_MS       ASIDE_LIMIT_KEEP_MS   /* Counters live no longer. */
#define ASIDE_LIMIT_ANSWER_LEAST_MS   3000        /* Time to think and say one word. */
#define ASIDE_LIMIT_ANSWER_MOST_MS    120000      /* A yes two minutes later answers something else. */
#define ASIDE_LIMIT_REMINDER_LEAST_MS 60000       /* Sooner is not a reminder but an interruption. */
#define ASIDE_LIMIT_REMINDER_MOST_MS  2592000000  /* 30 d: nobody knows any more what it was about. */
#define ASIDE_LIMIT_POINTS            100000      /* Points of one reward. */
#define ASIDE_LIMIT_BID_MICROS        1000000000000 /* A million units: more is a slip of the keyboard. */

/* The store. */
#define ASIDE_LIMIT_KEEP_MS           2592000000  /* 30 days: the longest window that a cap or a decline may have. */
#define ASIDE_LIMIT_LAPSED_MS         86400000    /* A device that was away may report "heard" a day late. */
#define ASIDE_LIMIT_ROW_ENTRIES       1024        /* Of a kind in one household's row: 34 offers a day for 30 days. */
#define ASIDE_LIMIT_STORE_WAIT_MS     5000        /* For another process's write; the slowest seen took 12 ms. */
#define ASIDE_LIMIT_SESSION_BLOCK     64          /* Session numbers leased at once; a crash loses the rest of them. */
#define ASIDE_LIMIT_SWEEP_EVERY       256         /* Trails written between two sweeps of the expired ones. */
#define ASIDE_LIMIT_MEMORY_TRAILS     4096        /* Trails kept without a store, about 8 MB; a power of two. */

/* The wire. */
#define ASIDE_LIMIT_FRAME_BYTES       (64u << 10) /* One message: 2 s of 16 kHz s16le, or any JSON of ours. */
#define ASIDE_LIMIT_QUEUE_BYTES       (256u << 10)/* Waiting for a worker; above it the connection is not read. */
#define ASIDE_LIMIT_QUEUE_MESSAGES    1024        /* The same in messages: 20 s of 20 ms frames. */
#define ASIDE_LIMIT_BACKLOG_BYTES     (512u << 10)/* Waiting for a peer to read; past it the connection is closed. */
#define ASIDE_LIMIT_STALL_MS          5000        /* Who stops sending in mid-utterance holds a decoder this long. */
#define ASIDE_LIMIT_WORKERS           64          /* Threads that run sessions: cores of a large machine. */
#define ASIDE_LIMIT_TOKENS_BYTES      (4u << 20)  /* 60,000 tokens of 64 digits. */
#define ASIDE_LIMIT_RATE_LEAST_HZ     8000        /* Telephone. */
#define ASIDE_LIMIT_RATE_MOST_HZ      192000      /* Studio; nothing that hears a voice goes above. */
#endif
