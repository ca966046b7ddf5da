"""English homographs and acronyms in sentences that showed them misread."""

import pytest

from steptts.text.g2p_en import EnglishG2P

G2P = EnglishG2P("us")

# Sentence, word, phones that it must have.
READINGS = """
Have you read it?|read|ɹˈɛd
Had she read the letter?|read|ɹˈɛd
Do you read it?|read|ɹˈid
The pipe is made of lead.|lead|lˈɛd
Traces of lead in water.|lead|lˈɛd
She took the lead.|lead|lˈid
The role of lead singer is hers.|lead|lˈid
It is too close to call.|close|klˈOs
She is very close.|close|klˈOs
They came close.|close|klˈOs
It is close enough.|close|klˈOs
Close the door.|Close|klˈOz
The road will close to traffic.|close|klˈOz
They refuse to go.|refuse|ɹəfjˈuz
Take out the refuse.|refuse|ɹˈɛfjˌus
The UN met.|UN|jˌuˈɛn
An EV is quiet.|EV|ˌivˈi
AWS is down.|AWS|ˌAdˌʌbᵊljuˈɛs
a UPS truck|UPS|jˌupˌiˈɛs
an NGO|NGO|ˌɛnʤˌiˈO
a JSON file|JSON|ʤˈAsᵊn
a YAML file|YAML|jˈæmᵊl
The WHO said so.|WHO|dˌʌbᵊljuˌAʧˈO
WHO ARE YOU?|WHO|hˌu
""".strip().splitlines()


@pytest.mark.parametrize("case", READINGS)
def test_a_word_is_said_as_its_sentence_wants(case: str) -> None:
    sentence, word, phones = case.split("|")
    assert [spoken.phones for spoken in G2P.words(sentence) if spoken.text == word] == [phones]
