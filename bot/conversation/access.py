"""Who may do what: the one place where it is decided."""

from collections.abc import Collection, Iterable
from enum import StrEnum

from bot.state.people import People, Restrictions, Role
from knowledge.storage.protocols import ReportEntry


class Denial(StrEnum):
    """Why somebody may not."""

    UNKNOWN_PERSON = "short"
    NEEDS_EDITOR = "needs_editor"
    NEEDS_ADMIN = "needs_admin"
    IN_PRIVATE = "in_private"
    """Only administrators may see it, and in a group others would."""


class FixedRole(StrEnum):
    """Why nobody can change somebody's role in a chat."""

    SET_BY_SETTINGS = "set_by_settings"
    NOT_ONESELF = "not_oneself"


def allows(role: Role, needs: Role) -> bool:
    """Whether somebody with a role may do what needs another."""
    return role.covers(needs)


def may_change(role: Role, user_id: str, owner: str) -> bool:
    """Whether somebody may change what another sent: their own, or as an administrator."""
    return user_id == owner or role.covers(Role.ADMIN)


def denial_of(role: Role, needs: Role, *, in_group: bool = False) -> Denial | None:
    """Why somebody with a role may not do what needs another; None where they may."""
    if role.covers(needs):
        return Denial.IN_PRIVATE if in_group and needs is Role.ADMIN else None
    if not role.covers(Role.READER):
        return Denial.UNKNOWN_PERSON
    return Denial.NEEDS_ADMIN if needs is Role.ADMIN else Denial.NEEDS_EDITOR


def reports_of(entries: Iterable[ReportEntry], bureaus: Collection[str]) -> frozenset[str]:
    """The ids of the reports of some bureaus."""
    named = ((entry.id, entry.identity.bureau) for entry in entries)
    return frozenset(key for key, bureau in named if bureau and bureau.name in bureaus)


class Access:
    """The roles that people have: ``admins`` by the settings, all others by what was decided.

    What they may read is told by ``restrictions``; administrators read everything.
    """

    def __init__(self, people: People, admins: Collection[str], restrictions: Restrictions) -> None:
        self._people = people
        self._admins = frozenset(admins)
        self._restrictions = restrictions

    def closed_bureaus(self, user_id: str, chat_id: str, *, in_group: bool) -> frozenset[str]:
        """The bureaus whose reports may not be shown to somebody in a chat.

        In a group everybody in it reads what is said, so only what the group may read is shown.
        """
        if in_group:
            return self._restrictions.closed_bureaus(chat_id)
        if self.role_of(user_id) is Role.ADMIN:
            return frozenset()
        return self._restrictions.closed_bureaus(self._people.person_of(user_id))

    def roles_of(self, user_ids: Collection[str]) -> dict[str, Role]:
        """What some people are; an alias is what its person is."""
        persons = self._people.persons_of(user_ids)
        roles = self._people.roles(set(persons.values())) | dict.fromkeys(self._admins, Role.ADMIN)
        return {key: roles.get(person, Role.STRANGER) for key, person in persons.items()}

    def role_of(self, user_id: str) -> Role:
        """What somebody is."""
        return self.roles_of([user_id])[user_id]

    def is_set(self, user_id: str) -> bool:
        """Whether the settings make somebody an administrator."""
        return user_id in self._admins

    def fixed_role(self, user_id: str, by: str) -> FixedRole | None:
        """Why somebody's role cannot be changed by an administrator; None where it can."""
        if self.is_set(user_id):
            return FixedRole.SET_BY_SETTINGS
        return FixedRole.NOT_ONESELF if user_id == by else None

    def set_admins(self) -> list[str]:
        """The administrators that the settings name."""
        return sorted(self._admins)

    def admins(self) -> list[str]:
        """All administrators."""
        decided = (p.user_id for p in self._people.everybody() if p.role is Role.ADMIN)
        return sorted({*self._admins, *decided})
