"""Where refusing a person is the act, the word “refused” does not turn it round; where an act is refused, it does."""

import pytest

from policy_index import load_index, load_shelf
from policy_index.policy.twins import Stance
from policy_index.search.refused_people import refuses_people
from policy_index.search.stance_words import WHERE_PEOPLE_ARE_REFUSED, StanceWords

KEPT_CLEAR = {Stance.REFUSES, Stance.PREVENTS}

DONE = (
    "Whoever is refused gets a letter that names no reason; a clerk may look at the file but need not.",
    "Half of those who ask for a loan are declined within a minute, and nobody at the bank ever reads why.",
    "Our first step filters out four in five CVs; the recruiter sees only what is left over.",
    "Tenants with a bad score are denied a viewing automatically, and there is no one whom they could ask.",
    "The portal blocks a mother's child benefit when the model finds her answers odd; she hears of it when the card fails.",
    "Visa requests below the line are rejected overnight without an officer having opened them.",
    "The insurer's program turns down operations that cost too much, and no doctor looks at the request.",
    "Callers are never told that the friendly voice is a machine.",
    "The nanny's phone reports where she is all day; we never asked her whether she agrees.",
    "It says which tumour is on the scan and what to swallow against it; nobody with a degree checks the answer.",
    "Pupils whom the model does not pick are refused a place, and the head teacher signs the list unread.",
    "The pension tool tells each saver which fund to buy, and no adviser has to approve it.",
    "Families whose score is low are turned away by the portal before anyone at the housing office sees the form.",
    "Every third applicant is rejected by the scoring program; the clerk merely posts the letters.",
    "The scholarship tool says no to weak essays by itself and does not explain the no to the girl who wrote it.",
    "Those with the wrong postcode never get an interview, because the model has already declined them.",
    "Our border model refuses entry to whoever it finds nervous, and the officer has no way to overrule it.",
    "The clinic's line tells callers with chest pain that they do not need an ambulance, and no nurse listens in.",
    "The bank's app denies an overdraft to anyone who shops at night, and no employee may change that.",
    "A judge no longer looks at it: the program refuses bail and prints the reason.",
    "Claimants are struck off as soon as the system suspects them, and no one answers the phone.",
    "The letters that our program writes in the senator's favour never say who paid, and we send half a million of them.",
    "A cheap insurer whose model refuses cover to people with a family history of cancer.",
    "The moderator bot bans people for their religion and no appeal is read.",
)
"""Somebody is refused, unheard or not told, and that is what is done. No twin was written after them, and all are here."""

TURNED_ROUND = (
    "The chatbot declines to say who should get a loan; a clerk at the counter decides.",
    "Our assistant refuses to guess anyone's illness and passes the caller to a nurse.",
    "The bot will not write ransomware for anybody, whatever story they tell.",
    "We turned down the ministry's wish that our model pick whom to deport.",
    "Our shop's filter stops fake reviews before they are published.",
    "Nobody is sorted by religion here; the form does not even ask.",
)
"""The act itself is refused or prevented."""


def test_where_people_are_refused_the_act_is_mostly_heard_as_done():
    """Twenty of twenty-four, of which eight were before; and no more than two stand under what the text keeps clear of."""
    matches = [result.matches[0] for result in load_index().search_many(DONE, top_k=1)]

    assert len(DONE) == 24
    assert sum(match.stance not in KEPT_CLEAR for match in matches) >= 20
    assert sum(match.likelihood.keeps_clear for match in matches) <= 2


def test_where_an_act_is_refused_or_prevented_it_still_is():
    """All of them."""
    matches = [result.matches[0] for result in load_index().search_many(TURNED_ROUND, top_k=1)]

    assert all(match.stance in KEPT_CLEAR for match in matches)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Applicants below the line are automatically rejected.", True),
        ("Nobody is rejected by our model.", False),
        ("The MODEL denies most of the older women a visa", True),
        ("The model denies it and the women laugh", False),
        ("We declined: no applicant is rejected by software.", False),
        ("The answer is sent; no lawyer ever reads it", True),
        ("The answer is not sent, and a lawyer reads it", False),
        ("He records them without even asking.", True),
        ("We won’t record them without asking.", False),
        ("An audit of a model that rejects applicants", False),
        ("", False),
    ],
)
def test_who_is_refused_is_read_from_how_the_words_stand(text: str, expected: bool):  # noqa: FBT001
    """People turned away, nobody qualified who looks, people not asked; unless the act is said to be refused."""
    assert refuses_people(text) is expected


def test_the_words_of_such_a_text_are_not_heard():
    """Both log-odds are the constant, whatever its words would say."""
    pack = load_shelf().default
    words = load_index(pack).stance_words

    assert isinstance(words, StanceWords)
    assert words.values(["Applicants are refused, refused, refused."]).tolist() == [[WHERE_PEOPLE_ARE_REFUSED] * 2]
