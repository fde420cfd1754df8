"""The command menus."""

from bot.menus import SCOPES, menus


def test_there_is_a_menu_for_each_scope_by_default_and_in_each_language() -> None:
    assert {(menu.scope, menu.language) for menu in menus()} == {
        (scope, language) for scope in SCOPES for language in (None, "zh", "en")
    }


def test_menus_keep_telegrams_limits() -> None:
    for menu in menus():
        assert 0 < len(menu.commands) <= 100
        assert all(name.isalnum() and name.islower() and len(name) <= 32 for name, _ in menu.commands)
        assert all(1 <= len(words) <= 256 for _, words in menu.commands)


def test_only_administrators_are_offered_to_bind_a_group() -> None:
    offered = {menu.scope for menu in menus() if "bind" in dict(menu.commands)}
    assert offered == {"all_chat_administrators"}
