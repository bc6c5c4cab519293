"""Of the theme's style sheets the book carries what some page uses, and nothing that a page uses is lost."""

from __future__ import annotations

import pytest

from dossier.sphinx_ext import styles

NAMES = {"used", "shown", "menu"}


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        (".used{color:red}", ".used{color:red}"),
        (".unused{color:red}", ""),
        ("#unused{color:red}", ""),
        ("a:hover{color:red}", "a:hover{color:red}"),
        (".used .unused{color:red}", ""),
        (".used,.unused{color:red}", ".used{color:red}"),
        (".used:not(.unused){color:red}", ".used:not(.unused){color:red}"),
        (":is(.unused,.used) p{color:red}", ":is(.unused,.used) p{color:red}"),
        ('html[data-theme="dark"] .used{color:red}', 'html[data-theme="dark"] .used{color:red}'),
        ("@media print{.unused{color:red}}", ""),
        ("@media print{.used{color:red}.unused{top:0}}", "@media print{.used{color:red}}"),
        ("@font-face{font-family:x}", "@font-face{font-family:x}"),
        ("@keyframes turn{from{top:0}to{top:1px}}", "@keyframes turn{from{top:0}to{top:1px}}"),
        ('@import "other.css";', '@import "other.css";'),
        ("/* said of nothing */", ""),
        ("", ""),
    ],
)
def test_a_rule_stays_if_what_it_asks_for_can_be_there(rule, kept):
    assert styles.without_unused(rule, NAMES) == kept


def test_values_that_look_like_classes_ask_for_none():
    rule = '.used{background:url("a.unused.png") #fff;transition:all .5s}'
    assert styles.without_unused(rule, NAMES) == rule


def test_what_is_no_rule_stays_as_it_is_and_takes_nothing_with_it():
    found = styles.without_unused(".used{color:red} } .menu{top:0}", NAMES)
    assert ".used{color:red}" in found


def test_classes_are_known_from_pages_and_from_words_of_scripts():
    names = styles.names_in(["<p class='one two'>", '<b id="three">'], ['box.classList.add("four-five")'])
    assert {"one", "two", "three", "four-five"} <= names
    assert "p" not in names
