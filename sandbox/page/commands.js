// Which commands the menu shows: Telegram's order of scopes, narrowest first, the person's language before none.

function scopeOrder(chat, person) {
  const here = (type) => (scope) => scope.type === type && Number(scope.chat_id) === chat.id;
  const member = (scope) => here("chat_member")(scope) && Number(scope.user_id) === person.id;
  const any = (type) => (scope) => scope.type === type;
  if (chat.type === "private") return [here("chat"), any("all_private_chats"), any("default")];
  const isAdmin = (chat.admins ?? []).map(Number).includes(person.id);
  const forAdmins = isAdmin ? [here("chat_administrators")] : [];
  const everywhere = isAdmin ? [any("all_chat_administrators")] : [];
  return [member, ...forAdmins, here("chat"), ...everywhere, any("all_group_chats"), any("default")];
}

/** The commands that this person is offered in this chat, possibly none. */
export function commandsFor(chat, person, sets) {
  const tongue = String(person.language_code ?? "").slice(0, 2);
  const filled = sets.filter((set) => set.commands?.length);
  for (const fits of scopeOrder(chat, person)) {
    for (const code of [tongue, ""]) {
      const found = filled.find((set) => fits(set.scope ?? { type: "default" }) && (set.language_code ?? "") === code);
      if (found) return found.commands;
    }
  }
  return [];
}
