"""Commands that are loaded when they are typed: what one of them needs is loaded for no other (ADR 0038)."""

from collections.abc import Iterator, Mapping, MutableMapping
from pkgutil import resolve_name

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

from pars.commands.garbage import unlooked

Command = TyperCommand | TyperGroup


class Commands(MutableMapping[str, Command]):
    """Commands by their names, in the order of `--help`. A command is loaded when it is asked for."""

    def __init__(self, own: Mapping[str, Command], where: Mapping[str, str]) -> None:
        self._known: dict[str, Command | str] = {**own, **where}

    def __getitem__(self, name: str) -> Command:
        """The command itself."""
        known = self._known[name]
        if isinstance(known, str):
            known = self._known[name] = _loaded(name, known)
        return known

    def __setitem__(self, name: str, command: Command) -> None:
        """Another command by this name."""
        self._known[name] = command

    def __delitem__(self, name: str) -> None:
        """No such command any longer."""
        del self._known[name]

    def __iter__(self) -> Iterator[str]:
        """The names."""
        return iter(self._known)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._known)


def on_demand(where: Mapping[str, str]) -> type[TyperGroup]:
    """A group with these commands besides its own: of each name the place of its function or group, `module:name`."""

    class OnDemand(TyperGroup):
        """A group that asks for a command's module when somebody types the command, or reads the list of all."""

        def __init__(self, *, commands: Mapping[str, Command], **more: object) -> None:
            super().__init__(commands=Commands(commands, where), **more)  # type: ignore[arg-type] # handed on as it came

    return OnDemand


def _loaded(name: str, place: str) -> Command:
    """The command as it would be if it had been registered with a group at the start."""
    with unlooked():  # what is loaded stays: to look for garbage among it took a sixth of the start of `pars serve`
        found: object = resolve_name(place)
    holder = typer.Typer()
    if isinstance(found, typer.Typer):
        holder.add_typer(found, name=name)
    elif callable(found):
        holder.command(name)(found)
    command = get_group(holder).commands[name]
    if not isinstance(command, TyperCommand | TyperGroup):
        raise TypeError(f"{place} is no command")
    return command
