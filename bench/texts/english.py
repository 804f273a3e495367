"""English letters of complaint, in templates and words. Nobody in them is real; all of it is written for this."""

import random

from texts.grammar import Slots, lines, words

_FIRST = words(
    "Alice Brian Carla Derek Elena Felix Grace Hugo Irene Jonas Karen Liam Marta Nadia Oscar Paula Quentin Rosa Simon Tanya Ulrich Vera Walter Yvonne Zoe Aaron Bella Colin Diana Ethan Fiona Gavin Heidi Ivan Julia Kevin Laura Mohan Nora Owen Priya Ravi Sonia Tomas Usha Victor Wendy Yusuf"
)
_LAST = words(
    "Abbott Barlow Chandra Dalton Easton Farrow Gibbs Harlow Ibsen Jarvis Keller Lindqvist Moreau Nolan Okafor Pereira Quill Rowe Sandoval Tanaka Underhill Varga Whitlock Yates Zeller Brandt Castell Dunne Egan Foss"
)
_SHOP_HEAD = words(
    "Quiet Amber Crooked Silver Paper Velvet Hollow Maple Copper Lonely Rusty Salt Winter Lucky Tin Mossy Sunday Broken Little Golden Marble Thirsty Northern Sleepy Wild"
)
_SHOP_TAIL = words(
    "Anchor Basket Cellar Drawer Engine Ferry Gallery Harbour Island Jar Kettle Ladder Market Nest Orchard Pantry Quarry Ranch Studio Teapot Umbrella Vault Window Yard Closet"
)
_LOOK = words(
    "leather wooden knitted vintage cordless foldable organic handmade heavy slim striped ceramic waterproof second-hand refurbished numbered silver oversized imported children's miniature heated quilted brass transparent"
)
_THING = words(
    "headset kettle scarf bracelet notebook lamp tent jacket guitar violin blender rug mattress bicycle helmet watch necklace teapot camera lens speaker printer keyboard backpack umbrella vase sofa pillow telescope dumbbell drone razor toaster skateboard perfume wallet sweater boots sandals puzzle figurine fountain-pen aquarium doll freezer heater projector router suitcase dress raincoat"
)
_MONTHS = words("January February March April May June July August September October November December")
_NUMBERS = words(
    "two three four five six seven nine eleven fourteen eighteen twenty thirty-one forty sixty a-dozen several"
)


def person(dice: random.Random) -> str:
    return f"{dice.choice(_FIRST)} {dice.choice(_LAST)}"


def shop(dice: random.Random) -> str:
    return f"{dice.choice(_SHOP_HEAD)} {dice.choice(_SHOP_TAIL)}"


def goods(dice: random.Random) -> str:
    return f"{dice.choice(_LOOK)} {dice.choice(_THING)}"


def day(dice: random.Random) -> str:
    month, number = dice.choice(_MONTHS), dice.randrange(1, 29)
    return dice.choice(
        (f"{number} {month}", f"{month} {number}", f"the {number}th of {month}", f"last {month}", f"late {month}")
    )


def money(dice: random.Random) -> str:
    amount = dice.choice((dice.randrange(20, 999), dice.randrange(1000, 9999), dice.randrange(100, 600) * 100))
    return dice.choice((f"{amount} yuan", f"RMB {amount}", f"{amount}.{dice.randrange(10, 99)} yuan", f"¥{amount}"))


def number(dice: random.Random) -> str:
    return dice.choice(_NUMBERS).replace("a-dozen", "a dozen")


WORDS: Slots = {
    "who": person,
    "shop": shop,
    "thing": goods,
    "day": day,
    "sum": money,
    "n": number,
    "kin": words(
        "mother father wife husband sister brother daughter son cousin flatmate neighbour colleague aunt uncle grandmother roommate nephew landlady"
    ),
    "job": lines(
        "a nurse\na bus driver\na student\na retired teacher\na baker\nan electrician\na translator\na warehouse clerk\na gardener\na cook\na librarian\na dentist\na tailor\nan accountant\na fisherman\na piano teacher"
    ),
    "pay": lines(
        "a private transfer\na code on the screen\nred packets\nmy bank card\na friend's wallet\na payment link\ninstalments\ncash on delivery\na prepaid card\na top-up voucher"
    ),
    "proof": lines(
        "the chat log\na screenshot of the payment\na screen recording\nthe courier slip\nthe order page\na doctor's note\na photo of the label\nthe bank statement\na voice message\nthe invoice\nthe lab report\na copy of the contract"
    ),
    "mood": lines(
        "cheated\nashamed\nfurious\nhelpless\nsick with worry\ntired of it all\ndisappointed\nhumiliated\nanxious\nheartbroken\nfrightened\nbaffled"
    ),
    "flaw": lines(
        "scratched all over\nmissing half its parts\nsmelling of glue\nalready used\nbroken at the hinge\ntwo sizes too small\ncovered in rust\nnothing but plastic\nwithout any label\nleaking from below\ndead after one charge\npainted over badly"
    ),
    "place": lines(
        "Harbin\nXiamen\nthe bus station\na village near Dali\nour dormitory\nthe old market\nNingbo\na repair shop\nthe county hospital\nKunming\na back office in Foshan\nthe night ferry\nQingdao\nthe school gate\nTianjin"
    ),
    "toll": lines(
        "could not sleep\nmissed two exams\nborrowed from the neighbours\nstopped eating\nlost a week of wages\nquarrelled at home every night\nended up in hospital\nsold the motorbike\nno longer answer the phone\ncried in front of my pupils\ntook out a loan\nmoved to another flat"
    ),
    "line": lines(
        """
[you|your {kin}] [signed|agreed|pressed yes], [live with it|accept it|so hush]
[nobody|who] [forced|asked] you to [buy|send] [it|a {thing}]
[the|our] [warehouse|factory] [is counting|moves|shuts] [till|from] {day}
{n} more [rockets|roses|castles] [and I call|then we meet|or I cry]
[wait for|trust] the [system|bank], {day} [latest|at best]
I [personally|myself] [vouch|answer] for [this|the] {thing}
[really the last|only one more] {thing} [left|in the house|at {sum}]
[screenshots|complaints|questions] [get you|mean you are] [banned|blocked|sued]
my {kin} [swears by|uses|sleeps with] [one|this {thing}]
[double|triple] [it|your {sum}] [before|by] {day}
[run|off you go] to the [police|press] [then|if you dare|in {place}]
[delete|wipe] [the chat|that picture], [get|and have] {sum}
[refunds|returns]? [never|not here|ask {who}]
[your child|he] [pressed|tapped|begged], not [us|me]
[transfer|wire] [it|{sum}] to {who}, [quickly|not the platform|tonight]
[what|so what if] [a|the] {thing} [breaks|smells|is old]
[stop|enough] [whining|calling], [grandpa|lady|boy]
[I know|we know] [where|which school] [you|your {kin}] [live|work|go to]
"""
    ),
}

SENTENCES = lines(
    """
[On|Around|It was] {day} [I was watching|I had on|I clicked into] the {shop} [room|stream] [when|and] the host [held up|praised|unpacked] a {thing}: "{line}".
[I paid|I sent|So I handed over] {sum} [by|through|using] {pay}; {n} days [later|on] [came|I got|they brought] a {thing}, {flaw}.
[When|Once|As] [I opened|my {kin} unpacked|we cut open] the [box|parcel|bag], [the {thing}|everything inside|it] was {flaw}.
My {kin}, {job}, [looked|glanced] [once|briefly|twice] and [guessed|reckoned|swore] {sum} [at most|would be dear|was its price].
[The shop|Their desk|{shop}] [wrote back|answered|replied] [only|as late as] [on|after] {day}: "{line}".
[One|Some] [helper|moderator] [called|named] {who} [removed|muted|kicked] me [as soon as|the moment|before] I [asked|typed|had finished] about [my {thing}|{who}].
[I have|I enclose|I kept] {proof}, {proof} [and also|as well as|besides] what my {kin} [saved|wrote down|filmed].
[Between|From] {day} [and|to] {day} I [threw|gave|sank] {sum} [into|at] {shop}, [mostly|all|partly] [via|as] {pay}.
[Privately|In a voice message|Late that night] [he|she|the host] [told|begged|wrote] me "{line}", [then|an hour on|next] "{line}".
[She|He] [posed|passed] as {job} [from|out of] {place}, [a sick {kin} at home|two children to feed], [short of|needing] {sum} [by|before] {day}.
[We agreed|It was arranged|They proposed] to [meet|talk] at {place}, {day}; [nobody but|only] {who} [came|showed up], [laughing|shrugging|yawning].
[Our|A] {n}-year-old [took|borrowed|unlocked] [his|my {kin}'s] phone [that day|on {day}], [burning|spending] {sum} [on gifts|in tokens|at {shop}].
[The child|Our girl|My {kin}'s boy] [typed|wrote|named] [a class|the school|"fourth grade"] in [chat|public]; [still|even so] [the host|{who}] [urged|answered] "{line}".
[Live|On air], {day}, [he|{who}] [read out|flashed|sang] [my name|our street|the number of my {kin}] [near|and] {place}.
[Strangers|Fans of {shop}|Unknown men] [rang|wrote to|followed] my {kin} {n} times; [one|the last] [stood|waited|shouted] [at|outside] {place}.
[That|Their] [remedy|powder|ointment] [cost|came to] {sum}. My {kin} [stopped|dropped|hid] [the tablets|insulin] and [fainted|collapsed|was carried off] [in|near] {place}.
[Doctor|Nurse] {who} [found|suspected|tested for] [steroids|painkillers|caffeine] [in it|inside], {day}, [shaking|scratching] [a|his|her] head.
[Hired|Signed|Talked round] [in|at] {place}, I [was promised|had on paper] {sum} [monthly|a month]; [paid out|in hand]: {sum}.
[Page|Clause] {n} of [what|the contract] {who} [pushed|slid] [over|to me] [hides|buries|holds] [a penalty|costs] of {sum}.
[Lessons|Coaching|The course] [at|by] {shop} [cost me|swallowed] {sum}; [teacher|coach] {who} [was a recording|left early|read from slides].
[Their|The] [app|site] [showed|painted] [gains|profits] of {sum}; [since|from] {day} [no log-in works|withdrawals hang|it is blank].
[Bought|Adopted] [from|through] {shop}, [our|the] [puppy|kitten|parrot|hamster] [fell ill|went limp|bled] [on|by] {day}; [the vet|{who}] [took|asked] {sum}.
[In|At] {place} [the flat|the room|a studio] they [showed|let|praised] [belongs to|was let to|is home of] {who}, [knowing|who had heard] nothing.
[Dumplings|Oysters|Cherries|Crabs] [for|ordered by] my {kin} [were grey|stank|had thawed] [on arrival|in {place}]; {n} days of [cramps|fever|rashes] [followed|came].
[Reception|The guide|A porter] [at|in] {place} [never heard|knew nothing] of {shop}, [charging|asking] us {sum} [extra|more].
[I am|Being|As] {job}, [I|and] [seldom|hardly ever] [watch|buy from] [streams|hosts], [yet|but] {shop} [won me over|sounded honest|was cheap].
[Since|After] {day} I [feel|have been] {mood}: I {toll}.
[My|Even my] {kin} {toll}; [all of us|the children|we] [are|feel] {mood}.
{who} [and|with] {who} [went through|tell of|suffered] [the same|much alike]; [together|in sum] {sum} [is gone|lost].
[I rang|I called|We tried] [the|your] helpline, {day}. {n} [transfers|minutes|tunes] [later|on]: "{line}".
[What|The part that] [hurts|stings|stays]: [not|less] {sum} [but|than] [being called|the word] "[liar|beggar|fool|peasant]" [before|in front of] {n} hundred [people|viewers].
[Look|Please look|Kindly look] [into|through] [the tape|your log] of {day}, [minute|about minute] {n}, [where|when] {who} [talks|gestures|sells a {thing}].
[Meanwhile|Today|By now] [the host|he|she] [streams|trades|sells] as {shop}, [same|again a] {thing} [in hand|for {sum}].
[Give|Refund] [me|my {kin}] {sum}; [let|have] {who} [apologise|say sorry] [in the|during a] [open|stream|show].
[Failing that|If {day} passes silently|Otherwise], [the court|a judge|the police] [in|at] {place} [gets|will read] {proof}.
[Waybill|Parcel|Order] [ending|number] {n} [points to|was posted by] a {thing} [maker|dealer|wholesaler] [in|near] {place}.
[My wage|What I earn] as {job}: {sum} a [month|season]. [Losing|Missing] {sum} [means|meant] [no rent|no coal|an empty table].
[Nobody|Not one clerk] [at|from] {shop} [could|would] [say|tell me] where {who} [works|lives|hides] [now|these days].
{who} [warned|told|wrote to] [me|my {kin}] [about|of] {shop} [in|before] {day}, [then|and] [was blocked|got threats|fell silent].
[Twice|Three times] [their|the] group [moved|was renamed], [entry|the fee] [rising|jumping] to {sum}, [then|later] {sum}.
[They|{who} at {shop}] [blamed|pointed at] [customs|the courier|the weather|my {kin}] [for|about] the {thing}, {flaw}.
[Inside|Under the lid] [lay|was] a {thing} [instead of|not] the {thing} [shown|from the picture], [and|plus] [a card|a note]: "{line}".
[Photos|Pictures] of [me|my {kin}], [taken|stolen] [years ago|from my page], [sell|now advertise] a {thing} [for|at] {shop}.
[Our bus|The tour] [stopped|halted] [{n} times|all day] at [shops|counters] [selling|with] a {thing}; {who} [locked|guarded] [the doors|us].
[Money|Coins] [for|meant for] [orphans|a school|flood victims] [in|near] {place}, {sum}, [bought|became] {who} a {thing}.
[I won|Somebody won] [nothing|a {thing}] in {n} [draws|spins]; [the wheel|odds] [changed|stuck] [when|once] {who} [joined|bet].
[My|The] account, {n} years old, [was sold|vanished] [after|when] {who} [trained|boosted] it [for|at] {sum}.
[Subtitles|The title] [promised|said] "{thing}"; [on screen|instead] [came|we heard] [jokes|talk] [unfit for|no good for] [children|my {kin}].
[Mediation|A talk] [at|in] {place} [failed|broke off]: [they|{who}] [offered|named] {sum}, I [said no|left|laughed].
[Ask|You may ask] {who}, {job}, [next door|from {place}]: [she|he] [heard|saw] [it all|the call|how {who} shouted].
"""
)
STOCK = lines(
    """
Please look into this matter as soon as possible.
Please keep my name and address confidential.
I am looking forward to hearing from you.
Thank you for your time and attention.
I declare that the above is true to the best of my knowledge.
I would be grateful for a full refund.
"""
)
TITLES = lines(
    """
Complaint about {shop}
[My|An] order of {day}: {thing}
{shop}, {day}
[Refund|Money] of {sum} [refused|never came]
About what [happened|was said] in the {shop} room
"""
)
