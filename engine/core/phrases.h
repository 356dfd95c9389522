/* phrases.h -- what the assistant itself says, in every language, from one table.
 * Recipe for a new one: a row here. */
#ifndef ASIDE_CORE_PHRASES_H
#define ASIDE_CORE_PHRASES_H
#include "skill/skill.h"

#define ASIDE_PHRASE_MAP(X)                                                                                       \
    X(STOPPED,        "OK, stopped.",                                     "好的，已关闭。")                       \
    X(GRANTED,        "OK. From now on I may make you an offer now and then. Say \"stop all offers\" to end it.", \
                      "好的，以后我可能偶尔给你推荐优惠。说“别再推荐”就会停止。")                                 \
    X(WITHDRAWN,      "OK. I will not make you any offers.",              "好的，以后不再给你推荐。")             \
    X(CANNOT_GRANT,   "Only a grown-up member of this household can agree to that.", "只有家里的成年成员才能同意。") \
    X(NOT_STORED,     "I keep nothing about guests and children.",        "我不保存访客和儿童的任何信息。")       \
    X(NO_OFFER,       "I have not made you an offer lately.",             "最近我没有给你推荐过什么。")           \
    X(ERASED,         "Done. Everything stored about this household is erased.", "好的，这个家庭的记录都删除了。") \
    X(NO_INTERESTS,   "I store no interests of yours.",                   "我没有保存你的任何兴趣。")             \
    X(NOTHING_TO_REPEAT, "There is nothing to repeat.",                   "没有可以重复的内容。")                 \
    X(HELP,           "You can say yes, no, stop, repeat, \"why did I hear that\", \"who paid for that\", \"my points\" or \"stop all offers\".", \
                      "你可以说：好的、不要、关闭、再说一遍、为什么推荐这个、这是谁的广告、我的积分，或者别再推荐。") \
    /* With arguments, in this order: the skill's words come from its file. */                                    \
    X(POINTS,         "You have %lld points.",                            "你有%lld积分。")                       \
    X(WHY,            "You agreed to offers, %s, and no limit was reached. It was an ad by %s.",                     \
                      "因为你同意接收推荐，%s，而且没有超过次数限制。这是%s的广告。")                             \
    X(WHO_PAYS,       "%s paid for it, on behalf of %s. Contact: %s.",    "由%s付费，代表%s投放。联系方式：%s。") \
    X(WHEN_CHITCHAT,  "we were just chatting",                            "我们正在闲聊")                         \
    X(WHEN_SHOPPING,  "you were talking about shopping",                  "你在说购物的事")                       \
    X(WHEN_OTHER,     "it fitted what you said",                          "它和你说的话有关")

typedef enum aside_phrase_id {
#define X(id, en, zh) ASIDE_PHRASE_##id,
    ASIDE_PHRASE_MAP(X)
#undef X
    ASIDE_PHRASE_COUNT
} aside_phrase_id;

/* The version of the consent question's wording that GRANTED answers. */
#define ASIDE_CONSENT_WORDING "voice-1"

/* Static.  Formats have their arguments beside them in the table. */
const char *aside_phrase(aside_phrase_id id, aside_lang lang);
#endif
