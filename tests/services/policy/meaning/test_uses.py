import pytest

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    "text", ["basename ~/.ssh/id_rsa", "expr ./.env", "printf %s ../.aws/credentials"]
)
def test_the_path_of_a_secret_is_asked_about_where_any_text_would_do(judge, text):
    assert judge(text).tier == "review"


@pytest.mark.parametrize("text", ["echo token", "echo 'see .env'", "basename src/x.py .py"])
def test_a_name_alone_is_no_path_of_a_secret(judge, text):
    assert judge(text).tier == "safe"


@pytest.mark.parametrize("text", ["cat https://example.com/x", "xmllint ftp://example.com/x"])
def test_an_address_where_a_path_is_read_is_connected_to(judge, text):
    assert [effect.kind for effect in judge(text).effects] == ["connect"]


@pytest.mark.parametrize(
    "text", ["cd /tmp/x && git status", 'cd "$1"; git log', "(cd /tmp; jj st)"]
)
def test_what_trusts_its_directory_is_asked_about_where_anybody_may_have_put_files(judge, text):
    assert judge(text).tier == "review"


@pytest.mark.parametrize("text", ["git status", "cd sub && git log", "cd /tmp/x && ls"])
def test_it_is_not_asked_about_elsewhere(judge, text):
    assert judge(text).tier == "safe"
