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
