"""The numbers are made up or taken from the documentation of the numbers' own rules."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.no import fodselsnummer, kontonr

from consultations.personal_data import Kind, find_personal_data, is_national_id

SPACES = [" ", "\u00a0", "\u2009", "\u202f"]


def found(text):
    return [(finding.kind, finding.text) for finding in find_personal_data(text)]


@pytest.mark.parametrize(
    "number",
    [
        pytest.param("13097248022", id="fødselsnummer"),
        pytest.param("29020075838", id="leap day of year 00"),
        pytest.param("53097248016", id="D-number, 40 on the day"),
        pytest.param("13527248013", id="H-number, 40 on the month"),
        pytest.param("15507600333", id="synthetic, 40 on the month"),
        pytest.param("10915596784", id="synthetic, 80 on the month"),
        pytest.param("68467038838", id="D-number and 40 on the month"),
        pytest.param("50846202355", id="D-number and 80 on the month"),
        pytest.param("02013299997", id="rule of 2032"),
        pytest.param("30108299939", id="rule of 2032, remainder 1"),
        pytest.param("70108299914", id="rule of 2032, D-number"),
        pytest.param("86011117947", id="FH-number, without a date"),
    ],
)
def test_national_id_of_every_sort_is_found(number):
    assert found(f"Jeg heter Kari, fnr. {number}, og bor her.") == [(Kind.NATIONAL_ID, number)]


def test_national_id_with_65_on_the_month_is_found():
    numbers = [f"1374724{tail:04d}" for tail in range(10_000)]

    valid = [number for number in numbers if is_national_id(number)]

    assert valid
    assert found(valid[0]) == [(Kind.NATIONAL_ID, valid[0])]


@pytest.mark.parametrize(
    "number",
    [
        pytest.param("13097248032", id="first control digit"),
        pytest.param("13097248023", id="second control digit"),
        pytest.param("02013299987", id="first control digit by the rule of 2032"),
        pytest.param("13097240021", id="first control digit leaves 4, second right"),
        pytest.param("00000000000", id="zeros"),
        pytest.param("130972480221", id="twelve digits"),
        pytest.param("1309724802", id="ten digits"),
    ],
)
def test_national_id_that_is_wrong_is_not_found(number):
    assert Kind.NATIONAL_ID not in [kind for kind, text in found(f"nummer {number} i saken")]


def test_national_id_needs_a_date():
    days = [f"{day:02d}13724{tail:04d}" for day in (13, 32) for tail in range(10_000)]

    assert not [number for number in days if is_national_id(number)]


@pytest.mark.parametrize(
    "written",
    [
        "130972 48022",
        "130972\u00a048022",
        "130972\u202f48022",
        "130972-48022",
        "130972 - 48022",
        "130972/48022",
        "13 09 72 48022",
        "13.09.72 48022",
        "13.09.72-48022",
        "13 09 72 480 22",
        "130972.480.22",
        "13.09.1972 48022",
        "13091972 48022",
    ],
)
def test_national_id_is_found_as_people_write_it(written):
    assert found(f"({written})") == [(Kind.NATIONAL_ID, written)]


def test_two_numbers_side_by_side_are_both_found():
    assert found("13097248022,53097248016;130972 48022 530972 48016") == [
        (Kind.NATIONAL_ID, "13097248022"),
        (Kind.NATIONAL_ID, "53097248016"),
        (Kind.NATIONAL_ID, "130972 48022"),
        (Kind.NATIONAL_ID, "530972 48016"),
    ]


@given(st.integers(min_value=0, max_value=10**11 - 1).map("{:011d}".format))
def test_national_id_accepts_all_that_the_old_rule_accepts(number):
    first = "0123456789"[int(fodselsnummer.calc_check_digit1(number)) % 10]
    number = number[:9] + first
    number += fodselsnummer.calc_check_digit2(number)[-1]

    if fodselsnummer.is_valid(number):
        assert is_national_id(number)


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize(
    "number",
    ["22 33 44 55", "987 65 432", "+47 22 33 44 55", "0047 987 65 432", "47 22 33 44 55"],
)
def test_phone_is_found_with_every_space(number, space):
    written = number.replace(" ", space)

    assert found(f"Ring meg på {written}.") == [(Kind.PHONE, written)]


@pytest.mark.parametrize(
    "number",
    ["98765432", "22.33.44.55", "+4798765432", "(+47) 22 33 44 55", "+46 70 123 45 67"],
)
def test_phone_is_found_in_other_forms(number):
    assert found(f"Jeg svarer på {number}, hilsen Ola") == [(Kind.PHONE, number)]


def test_phones_in_a_list_are_all_found():
    text = "22 33 44 55, 98765432/41223344\n99 88 77 66\n41 22 33 44"

    assert [text for _, text in found(text)] == [
        "22 33 44 55",
        "98765432",
        "41223344",
        "99 88 77 66",
        "41 22 33 44",
    ]


def test_eight_digits_that_may_be_a_date_are_a_phone_only_after_a_word_for_it():
    assert found("levert 31122024") == []
    assert found("levert 31022024") == [(Kind.PHONE, "31022024")]
    assert found("tlf. 31122024") == [(Kind.PHONE, "31122024")]
    assert found("Mobilnummer: 20240131") == [(Kind.PHONE, "20240131")]


@pytest.mark.parametrize(
    "text",
    [
        "12 000 000 kroner",
        "25 000 000",
        "kr 45 000 000",
        "kr 45000000",
        "45000000 kr",
        "NOK 45000000",
        "98765432,50",
        "org.nr. 974 760 673",
        "974760673",
        "974 760 673 MVA",
        "20240131",
        "31.12.2024",
        "2010 2011",
        "2010-2011",
        "2010–2011",
        "sak 2023/12345678",
        "2023/98765432",
        "98765432/2023",
        "23/04567-8",
        "201012345-7",
        "LOV-1999-07-02-63",
        "FOR-2016-12-16-1747",
        "lov 2. juli 1999 nr. 63 § 3-1",
        "Prop. 91 L (2010–2011), Innst. 424 L",
        "NOU 2010: 12, kapittel 4.2.1",
        "20 30 40 50 60",
        "20 30 40 50 60 70 80 90",
        "815 00 000",
        "116 117",
        "01 02 03 04",
        "ISBN 978-82-05-12345-6",
        "9788205123456",
        "https://www.regjeringen.no/no/dokumenter/id29999999/",
        "strategi-for-regjeringen.no-20222025/id641505/",
        "https://example.no/98765432?id=98765432",
        "12345678901234567890123456789",
        "",
        "Ingen merknader.",
    ],
)
def test_what_only_resembles_personal_data_is_not_found(text):
    assert found(text) == []
    assert found(f"Vi viser til {text} i høringsnotatet.") == []


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Skriv til ola.nordmann@regjeringen.no.", "ola.nordmann@regjeringen.no"),
        ("<kari+høring@xn--hring-dua.no>", "kari+høring@xn--hring-dua.no"),
        ("kari@bærum.kommune.no, Bærum", "kari@bærum.kommune.no"),
        ("mailto:KARI@EXAMPLE.ORG", "KARI@EXAMPLE.ORG"),
        ("98765432@example.no", "98765432@example.no"),
    ],
)
def test_email_is_found(text, address):
    assert found(text) == [(Kind.EMAIL, address)]


@pytest.mark.parametrize("text", ["@kari", "kari@", "kari@example", "a @ b.no", "50 kr@stk"])
def test_email_that_is_none_is_not_found(text):
    assert found(text) == []


@pytest.mark.parametrize(
    "number",
    [
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111111111111111",
        "5555 5555 5555 4444",
        "2223 0031 2200 3222",
        "3782 822463 10005",
        "378282246310005",
        "3056 930902 5904",
    ],
)
def test_card_number_is_found(number):
    assert found(f"Kort {number} utløper") == [(Kind.CARD_NUMBER, number)]


@pytest.mark.parametrize(
    "number",
    [
        pytest.param("4111 1111 1111 1112", id="control digit"),
        pytest.param("1234 5678 1234 5670", id="no issuer begins so, control digit right"),
        pytest.param("41111111111111110000000", id="too long"),
    ],
)
def test_card_number_that_is_none_is_not_found(number):
    assert found(number) == []


@pytest.mark.parametrize(
    "number", ["8601.11.17947", "8601 11 17947", "12345678911", "NO93 8601 1117 947"]
)
def test_bank_account_is_found(number):
    assert found(f"konto {number}") == [(Kind.BANK_ACCOUNT, number)]


def test_bank_account_with_a_wrong_control_digit_is_not_found():
    assert not kontonr.is_valid("86011117948")
    assert found("konto 8601.11.17948") == []


def test_of_overlapping_findings_the_longest_is_kept():
    assert found("98765432@example.no") == [(Kind.EMAIL, "98765432@example.no")]
    assert found("konto NO93 8601 1117 947") == [(Kind.BANK_ACCOUNT, "NO93 8601 1117 947")]


@given(
    st.lists(
        st.sampled_from(
            ["13097248022", "98765432", "22 33 44 55", "kari@example.no", "kr", "§ 3", "12 000"]
        )
        | st.text(alphabet="0123456789 .,-/+@akr\u00a0\n", max_size=12),
        max_size=12,
    ).map(" ".join)
)
def test_findings_are_in_order_apart_and_where_they_say(text):
    findings = find_personal_data(text)

    assert all(text[finding.start : finding.end] == finding.text for finding in findings)
    assert all(one.end <= other.start for one, other in pairwise(findings))


@given(
    st.text(alphabet="abcæøå ,.;:()\n", max_size=40), st.text(alphabet="ab ,.;:)\n", max_size=40)
)
def test_national_id_is_found_whatever_words_stand_around_it(before, after):
    findings = find_personal_data(f"{before} 13097248022 {after}")

    assert [finding.text for finding in findings] == ["13097248022"]


@pytest.mark.parametrize(
    "piece",
    ["1", "1 ", "22 ", "98765432 ", "01 01 90 480 22 ", "2222 22 22222 ", "+47", "a.", "a@", "-1"],
)
def test_time_grows_in_proportion_to_the_text(piece):
    started = time.perf_counter()

    find_personal_data((piece * 200_000)[:200_000])

    assert time.perf_counter() - started < 5  # takes a tenth of a second; quadratic takes hours


@pytest.mark.parametrize("unseen", ["\u200b", "\u00ad", "\u202e", "\u2060", "\ufeff", "\u200d"])
def test_what_is_not_seen_hides_nothing(unseen):
    number = f"130972{unseen}480{unseen}22"
    text = f"{unseen}Nummeret er {number}{unseen}, og {unseen}kari{unseen}@prove.example svarer."

    found = find_personal_data(text)

    assert [(each.kind, each.text) for each in found] == [
        (Kind.NATIONAL_ID, number),
        (Kind.EMAIL, f"kari{unseen}@prove.example"),
    ]
    assert all(text[each.start : each.end] == each.text for each in found)
