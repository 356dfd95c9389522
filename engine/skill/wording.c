/* wording.c -- what a partner's words may not say, and how long they may be.
 *
 * Words are compared in their folded form (text/utterance.h), whole token by
 * whole token, so that case, width, traditional characters and blanks between
 * characters hide nothing, and "add" is not "ad".  A word list does not
 * understand language: it stops slips and plain tricks; people review the rest.
 * See reader.h. */
#include "skill/reader.h"

#include <string.h>

/* A rule and the phrases that break it.  A new phrase is a string in its rule's
 * list, as people write it; "…" stands for up to GAP_TOKENS other tokens.  A rule
 * for offers alone leaves the other texts free: a refusal may well say "no more
 * ads". */
typedef struct word_rule {
    const char *name, *why;
    bool        offer_only;
    const char *const *phrases;        /* NULL-terminated. */
} word_rule;

enum { GAP_TOKENS = 6 };

static const char *const label_phrases[] = { "ad", "ads", "advert", "advertisement", "sponsored", "广告", "推广信息", NULL };

static const char *const imitating_phrases[] = {
    "小爱同学", "小爱", "小度小度", "天猫精灵", "siri", "alexa", "your assistant", "voice assistant", "语音助手", "你的助手", "您的助手",
    "system notice", "system notification", "system message", "system alert", "official notice", "security alert",
    "系统通知", "系统消息", "系统提示", "系统提醒", "官方通知", "安全警告", NULL
};

/* Advertising Law of the PRC, article 9(3), and its plain translations. */
static const char *const superlative_phrases[] = {
    "国家级", "最高级", "最佳", "最好的", "世界第一", "全国第一", "销量第一", "全网最低", "史上最低",
    "the best", "world's best", "national level", "number one in the world", "lowest price ever", NULL
};

/* The same, article 40(2): children are not to be sent to their parents to buy. */
static const char *const child_phrases[] = {
    "让爸爸…买", "让妈妈…买", "让爸妈…买", "让家长…买", "让爷爷…买", "让奶奶…买",
    "叫爸爸…买", "叫妈妈…买", "叫爸妈…买", "叫家长…买", "请爸爸…买", "请妈妈…买", "求爸爸", "求妈妈",
    "your parents to…buy", "your parents to…get", "your mom to…buy", "your mom to…get", "your mum to…buy", "your mum to…get",
    "your dad to…buy", "your dad to…get", "mom and dad to…buy", "mum and dad to…buy", NULL
};

static const word_rule word_rules[] = {
    { "skill.label",       "the engine says the label itself, first and always: leave it out", true,  label_phrases },
    { "skill.imitates",    "a partner does not speak as the assistant or as the system",       false, imitating_phrases },
    { "skill.superlative", "superlatives are not allowed in advertising",                      false, superlative_phrases },
    { "skill.child",       "advertising does not send children to have something bought",      false, child_phrases },
};

/* The words at the first place in [from, to) where a token begins; -1 when there is none.  All in
 * normal form, in which every token ends with its blank. */
static ptrdiff_t find(aside_str text, size_t from, size_t to, aside_str words) {
    for (size_t i = from; i < to && i + words.len <= text.len; i++)
        if ((i == 0 || text.at[i - 1] == ' ') && memcmp(text.at + i, words.at, words.len) == 0) return (ptrdiff_t)i;
    return -1;
}

/* Where the token that is GAP_TOKENS after `from` ends. */
static size_t end_of_gap(aside_str text, size_t from) {
    for (int n = 0; from < text.len && n <= GAP_TOKENS; from++) n += text.at[from] == ' ';
    return from;
}

/* `tail` is empty for a phrase without a gap. */
static bool contains(aside_str text, aside_str head, aside_str tail) {
    for (ptrdiff_t at = 0; (at = find(text, (size_t)at, text.len, head)) >= 0; at++) {
        size_t end = (size_t)at + head.len;
        if (tail.len == 0 || find(text, end, end_of_gap(text, end), tail) >= 0) return true;
    }
    return false;
}

static aside_str normalise(aside_skill_reader *r, aside_str words) {
    aside_str normal = { 0 };
    if (words.len && aside_text_normalise(words, r->arena, &normal)) r->status = ASIDE_ENOMEM;
    return normal;
}

static bool has_phrase(aside_skill_reader *r, aside_str text, const char *phrase) {
    static const char gap[] = "…";
    const char *middle = strstr(phrase, gap);
    aside_str head = middle ? (aside_str){ phrase, (size_t)(middle - phrase) } : aside_str_from(phrase);
    aside_str tail = middle ? aside_str_from(middle + sizeof gap - 1) : (aside_str){ 0 };
    head = normalise(r, head), tail = normalise(r, tail);
    return !r->status && contains(text, head, tail);
}

/* Once a rule: "小爱同学" is not two mistakes because "小爱" is in it. */
static void check_rule(aside_skill_reader *r, aside_str text, const word_rule *rule, aside_place at) {
    for (const char *const *phrase = rule->phrases; *phrase; phrase++) {
        if (!has_phrase(r, text, *phrase)) continue;
        aside_problem_error(r->problems, at, rule->name, "'%s': %s", *phrase, rule->why);
        return;
    }
}

static void check_phrases(aside_skill_reader *r, aside_str text, bool in_offer, aside_place at) {
    for (size_t i = 0; i < sizeof word_rules / sizeof *word_rules && !r->status; i++)
        if (in_offer || !word_rules[i].offer_only) check_rule(r, text, &word_rules[i], at);
}

static bool is_spoken(const aside_token *t) {
    return t->kind != ASIDE_TOKEN_SYMBOL && t->text.at[0] != '\'';
}

static void check_length(aside_skill_reader *r, const aside_utterance *u, aside_lang lang, aside_place at) {
    bool zh = lang == ASIDE_LANG_ZH;
    size_t most = zh ? ASIDE_LIMIT_SPOKEN_HAN : ASIDE_LIMIT_SPOKEN_WORDS, n = 0;
    for (size_t i = 0; i < u->n_tokens; i++) n += is_spoken(&u->tokens[i]);
    if (n > most)
        aside_problem_error(r->problems, at, "skill.words", "%zu %s; at most %zu can be said in 12 seconds", n,
                            zh ? "characters" : "words", most);
    if (n == 0) aside_problem_error(r->problems, at, "skill.empty", "no word is in this text");
}

void aside_skill_check_wording(aside_skill_reader *r, aside_lang lang, const char *text, bool in_offer, aside_place at) {
    aside_utterance u;
    aside_status st = aside_utterance_read(aside_str_from(text), r->arena, &u);
    if (st == ASIDE_ENOMEM) {
        r->status = st;
        return;
    }
    if (st) {
        aside_problem_error(r->problems, at, "skill.words", "the text cannot be read: %s", aside_status_text(st));
        return;
    }
    check_length(r, &u, lang, at);
    check_phrases(r, u.normal, in_offer, at);
}
