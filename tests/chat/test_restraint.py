"""How much one person may ask."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.restraint import BURST, MINUTE, MOST, Restraint, Verdict


def judged(*instants, restraint=None, who="ada"):
    restraint = restraint or Restraint()
    return [restraint.judge(who, at) for at in instants]


def test_a_few_questions_are_answered_at_once_and_more_of_them_one_a_second():
    waits = [seconds for _, seconds in judged(*[0.0] * 8)]
    assert waits == [0, 0, 0, 0, 0, 1, 2, 3]
    assert [seconds for _, seconds in judged(*range(20))] == [0.0] * 20
    assert [seconds for _, seconds in judged(*[0.0] * BURST, 3.0, 3.0, 3.0, 3.0)][-4:] == [0, 0, 0, 1]


def test_twenty_in_a_minute_are_answered_and_then_one_is_told_and_then_there_is_silence():
    verdicts = [verdict for verdict, _ in judged(*[number * 0.5 for number in range(MOST + 10)])]
    assert verdicts == [Verdict.ANSWER] * MOST + [Verdict.WARN] + [Verdict.IGNORE] * 9


def test_the_silence_ends_after_a_minute():
    restraint = Restraint()
    judged(*[0.0] * (MOST + 1), restraint=restraint)
    assert judged(30.0, MINUTE - 0.1, restraint=restraint) == [(Verdict.IGNORE, 0.0)] * 2
    assert judged(MINUTE + 0.1, restraint=restraint) == [(Verdict.ANSWER, 0.0)]


def test_the_silence_goes_on_as_long_as_the_flood_and_nothing_more_is_said():
    restraint = Restraint()
    verdicts = [verdict for verdict, _ in judged(*[number / 40 for number in range(40 * 300)], restraint=restraint)]
    assert verdicts.count(Verdict.ANSWER) == MOST
    assert verdicts.count(Verdict.WARN) == 1
    assert judged(300 + MINUTE + 1, restraint=restraint) == [(Verdict.ANSWER, 0.0)]


def test_twenty_a_minute_for_ever_are_not_too_many():
    verdicts = judged(*[number * 3.1 for number in range(200)])
    assert verdicts == [(Verdict.ANSWER, 0.0)] * 200


def test_others_are_not_held_up():
    restraint = Restraint()
    judged(*[0.0] * 100, restraint=restraint)
    assert judged(0.0, restraint=restraint, who="emmy") == [(Verdict.ANSWER, 0.0)]


def test_no_more_people_are_remembered_than_need_be():
    restraint = Restraint()
    for number in range(11_000):
        restraint.judge(number, float(number))
    assert len(restraint._people) == 10_000


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(0, 30), min_size=1, max_size=120))
def test_nobody_is_answered_more_than_twenty_times_a_minute_or_faster_than_a_bucket_lets_through(gaps):
    at, answered = 0.0, []
    restraint = Restraint()
    for gap in gaps:
        at += gap
        verdict, seconds = restraint.judge("ada", at)
        if verdict is Verdict.ANSWER:
            answered.append((at, at + seconds))
    for first, (asked, leaves) in enumerate(answered):
        assert sum(asked <= other < asked + MINUTE for other, _ in answered[first:]) <= MOST
        within = [other for _, other in answered if leaves <= other < leaves + 10 - 1e-6]
        assert len(within) <= BURST + 10
        assert leaves <= asked + MOST
