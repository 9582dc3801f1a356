import re
from importlib import resources

import pytest

from v1vlm.errors import IntegrityError
from v1vlm.report.bibliography import Entry, in_list, lab_works, parse_bib

BIB = "@misc{xu2024,\n  author = {Xu, Z. and Ramdas, A.},\n  year = {2024},\n  title = {T},\n"
END = "  howpublished = {arXiv},\n}\n"


def test_the_packaged_file_is_read_without_remainder():
    text = resources.files("v1vlm.report").joinpath("lab.bib").read_text("utf-8")
    works = lab_works()
    assert len(works) == len(re.findall(r"^@", text, re.MULTILINE)) >= 20
    assert [f"lab:{key}" for key in re.findall(r"\{(\w+),$", text, re.MULTILINE)] == list(works)
    assert list(works) == sorted(works)
    assert "\\" not in text


@pytest.mark.parametrize("entry", lab_works().values(), ids=lambda entry: entry.key)
def test_every_entry_is_complete(entry):
    assert 1850 < entry.year < 2030
    assert str(entry.year) in entry.key
    assert all(re.fullmatch(r"[^,]+, [^,]+", author) for author in entry.authors)
    assert entry.title
    assert not entry.title.endswith(".")
    assert entry.venue
    assert entry.doi == "" or re.fullmatch(r"10\.\d{4,9}/\S+", entry.doi)
    assert Entry.from_json(entry.to_json()) == entry


def test_labels_and_references_in_full():
    works = lab_works()
    assert works["lab:xu2024"].label == "Xu & Ramdas, 2024"
    assert works["lab:clark1973"].label == "Clark, 1973"
    assert works["lab:vanderwalt2014"].label == "van der Walt et al., 2014"
    assert works["lab:waudbysmith2024"].full == (
        "Waudby-Smith, I., & Ramdas, A. (2024). Estimating means of bounded random variables "
        "by betting. Journal of the Royal Statistical Society: Series B, 86(1), 1–27. "
        "https://doi.org/10.1093/jrsssb/qkad009"
    )
    assert works["lab:turishcheva2023"].full.endswith("from videos. arXiv:2305.19654.")


def test_all_lists_name_authors_alike():
    assert in_list([]) == ""
    assert in_list(["Clark, Herbert H."]) == "Clark, H. H."
    assert in_list(["Vinje, W. E.", "Gallant, Jean-Jacques"]) == "Vinje, W. E., & Gallant, J.-J."
    # The context's works may give surnames alone.
    assert in_list(["van der Walt", "Yu", "Li"]) == "van der Walt, Yu, & Li"
    assert in_list([f"A{i}" for i in range(20)]).endswith("A18, & A19")
    assert in_list([f"A{i}" for i in range(22)]).endswith("A17, A18, … A21")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("% a comment\n" + BIB + END, "'% a comment' is no part"),
        (BIB, "is no part"),
        (BIB + END + BIB + END, "'xu2024' is written twice"),
        (BIB + "  year = {2025},\n" + END, "repeated field"),
        (BIB + "  doi = 10.1/x,\n" + END, "odd or repeated field"),
        (BIB + "  note = {n},\n" + END, "'xu2024' has an unknown field"),
        (BIB + "}\n", "'xu2024' lacks"),
        (BIB.replace("  title = {T},\n", "") + END, "'xu2024' lacks"),
    ],
)
def test_what_is_not_strict_is_refused(text, message):
    with pytest.raises(IntegrityError, match=re.escape(message)):
        parse_bib(text)
