/* wording.c -- what a partner's words may not say, and how long they may be.
 *
 * Words are compared in their folded form (text/utterance.h), whole token by
 * whole token, so that case, width, traditional characters and blanks between
 * characters hide nothing, and "add" is not "ad".  A word list does not
 * understand language: it stops slips and plain tricks; people review the rest.
 * See reader.h. */
#include "skill/reader.h"

#include <string.h>

/* A new forbidden phrase is a row: the rule it breaks, the words as people
 * write them, and whether it is forbidden in offers alone.  A refusal may well
 * say "no more ads". */
typedef struct phrase { const char *rule, *words; bool offer_only; } phrase;

static const phrase phrases[] = {
    /* The engine says the label, first, in its own place. */
    { "skill.label", "ad", true }, { "skill.label", "ads", true }, { "skill.label", "advert", true },
    { "skill.label", "advertisement", true }, { "skill.label", "sponsored", true },
    { "skill.label", "广告", true }, { "skill.label", "推广信息", true },

    /* The partner never speaks as the assistant or as the system. */
    { "skill.imitates", "小爱同学", false }, { "skill.imitates", "小爱", false }, { "skill.imitates", "小度小度", false },
    { "skill.imitates", "天猫精灵", false }, { "skill.imitates", "siri", false }, { "skill.imitates", "alexa", false },
    { "skill.imitates", "your assistant", false }, { "skill.imitates", "voice assistant", false },
    { "skill.imitates", "语音助手", false }, { "skill.imitates", "你的助手", false }, { "skill.imitates", "您的助手", false },
    { "skill.imitates", "system notice", false }, { "skill.imitates", "system notification", false },
    { "skill.imitates", "system message", false }, { "skill.imitates", "system alert", false },
    { "skill.imitates", "official notice", false }, { "skill.imitates", "security alert", false },
    { "skill.imitates", "系统通知", false }, { "skill.imitates", "系统消息", false }, { "skill.imitates", "系统提示", false },
    { "skill.imitates", "系统提醒", false }, { "skill.imitates", "官方通知", false }, { "skill.imitates", "安全警告", false },

    /* Advertising Law of the PRC, article 9(3), and its plain translations. */
    { "skill.superlative", "国家级", false }, { "skill.superlative", "最高级", false }, { "skill.superlative", "最佳", false },
    { "skill.superlative", "世界第一", false }, { "skill.superlative", "全国第一", false }, { "skill.superlative", "销量第一", false },
    { "skill.superlative", "全网最低", false }, { "skill.superlative", "史上最低", false },
    { "skill.superlative", "world's best", false }, { "skill.superlative", "best in the world", false },
    { "skill.superlative", "number one in the world", false }, { "skill.superlative", "lowest price ever", false },

    /* The same, article 40(2): children are not to be sent to their parents to buy. */
    { "skill.child", "让爸爸妈妈买", false }, { "skill.child", "叫爸爸妈妈买", false }, { "skill.child", "让爸爸妈妈给你买", false },
    { "skill.child", "叫爸爸妈妈给你买", false }, { "skill.child", "让妈妈买", false }, { "skill.child", "让爸爸买", false },
    { "skill.child", "叫妈妈买", false }, { "skill.child", "叫爸爸买", false }, { "skill.child", "让妈妈给你买", false },
    { "skill.child", "让爸爸给你买", false }, { "skill.child", "让爸妈买", false }, { "skill.child", "叫爸妈买", false },
    { "skill.child", "让家长买", false }, { "skill.child", "求爸爸妈妈", false },
    { "skill.child", "ask your parents to buy", false }, { "skill.child", "ask your mom to buy", false },
    { "skill.child", "ask your mum to buy", false }, { "skill.child", "ask your dad to buy", false },
    { "skill.child", "tell your parents to buy", false }, { "skill.child", "tell your mom to buy", false },
    { "skill.child", "get your parents to buy", false }, { "skill.child", "get mom and dad to buy", false },
};

static const struct { const char *rule, *why; } reasons[] = {
    { "skill.label",       "the engine says the label itself, first and always: leave it out" },
    { "skill.imitates",    "a partner does not speak as the assistant or as the system" },
    { "skill.superlative", "superlatives are not allowed in advertising" },
    { "skill.child",       "advertising does not urge children to have something bought" },
};

static const char *why(const char *rule) {
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (strcmp(reasons[i].rule, rule) == 0) return reasons[i].why;
    return "";
}

/* Both in normal form; the phrase begins where a token does (it ends with its blank). */
static bool contains(aside_str text, aside_str words) {
    for (size_t i = 0; i + words.len <= text.len; i++)
        if ((i == 0 || text.at[i - 1] == ' ') && memcmp(text.at + i, words.at, words.len) == 0) return true;
    return false;
}

static void check_phrases(aside_skill_reader *r, aside_str normal, bool in_offer, aside_place at) {
    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++) {
        const phrase *p = &phrases[i];
        aside_str words;
        if (p->offer_only && !in_offer) continue;
        if (aside_text_normalise(aside_str_from(p->words), r->arena, &words)) {
            r->status = ASIDE_ENOMEM;
            return;
        }
        if (contains(normal, words)) aside_problem_error(r->problems, at, p->rule, "'%s': %s", p->words, why(p->rule));
    }
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
